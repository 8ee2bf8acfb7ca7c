import { uuidv7 } from '@handover/shared/ids';
import { ok, refuse, type Result } from '@handover/shared/result';
import { errors, type Provider } from 'oidc-provider';
import type { Identity, Principal, TokenRefusal } from '../../contracts/identity.ts';
import type { Accounts } from './accounts.ts';
import { authoritiesOf } from './claims.ts';
import type { ClientDirectory } from './client-directory.ts';
import { regionOfCode } from './codes.ts';
import { workspaceClientId, workspaceRedirectUri } from './demo.ts';
import { addressOf } from './exchange.ts';
import type { OperatorGate } from './operator.ts';
import { prefix } from './provider.ts';
import type { Revocations } from './revocations.ts';
import type { Tokens } from './tokens.ts';

export interface IdentityParts {
  region: string;
  publicUrl: string;
  provider: Provider;
  accounts: Accounts;
  directory: ClientDirectory;
  tokens: Tokens;
  revocations: Revocations;
  operators: OperatorGate;
  nowMs: () => number;
}

/** Authentication as the other services of the process see it. */
export function createIdentity(parts: IdentityParts): Identity {
  return {
    async verifyAccessToken(token) {
      const verified = await parts.tokens.verify(token);
      if (!verified.ok) return verified;
      const { grantId: _grant, issuedAtMs: _issued, ...principal } = verified.value;
      return ok(principal);
    },
    redeemCode: (code, redirectUri) => redeem(parts, code, redirectUri),
    regionOfCode,
    authorizeUrl({ state, locale, loginHint }) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: workspaceClientId,
        redirect_uri: workspaceRedirectUri(parts.publicUrl),
        scope: '*',
        ...(state === undefined ? {} : { state }),
        ...(locale === undefined ? {} : { ui_locales: locale }),
        ...(loginHint === undefined ? {} : { login_hint: loginHint }),
      });
      return `${prefix}/oauth/authorize?${query.toString()}`;
    },
    workspaceRedirectUri: workspaceRedirectUri(parts.publicUrl),
    signOutUrl: redirectUri =>
      `${prefix}/sign-out${redirectUri === undefined ? '' : `?${new URLSearchParams({ redirectUri }).toString()}`}`,
    revoke: (jti, expiresAtMs) => parts.revocations.revokeToken(jti, expiresAtMs),
    requireOperator: (incoming): Promise<string> => parts.operators.require(incoming.headers.authorization, addressOf(incoming)),
  };
}

async function redeem(parts: IdentityParts, text: string, redirectUri: string): Promise<Result<Principal, TokenRefusal>> {
  const { provider, directory, accounts } = parts;
  if (regionOfCode(text) !== parts.region) return refuse('invalid');
  try {
    const code = await provider.AuthorizationCode.find(text);
    if (code === undefined || isConsumed(code) || code.redirectUri !== redirectUri) return refuse('invalid');
    const client = await directory.find(code.clientId ?? '');
    // Without its client's secret only the system's own clients' codes are taken, and none that was bound to a verifier.
    if (client?.internalClient !== true || code.codeChallenge !== undefined) return refuse('forbidden');
    await code.consume();
    const account = await accounts.find(code.accountId ?? '');
    if (account === undefined) return refuse('forbidden');
    return ok({
      tenant: account.center.name,
      contactCenterId: account.center.id,
      clientId: client.clientId,
      userName: account.person.userName,
      personDbid: account.person.dbid,
      authorities: authoritiesOf(account.person),
      jti: uuidv7(),
      expiresAtMs: parts.nowMs() + client.accessTokenExpirationS * 1_000,
    });
  } catch (error) {
    return refuse(error instanceof errors.OIDCProviderError ? 'invalid' : 'unavailable');
  }
}

// The library sets it from what the adapter read; its types leave it out.
const isConsumed = (code: object): boolean => 'consumed' in code && code.consumed !== undefined;
