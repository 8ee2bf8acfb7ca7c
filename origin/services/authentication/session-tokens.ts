import { ok, refuse } from '@handover/shared/result';
import type { SessionTokens, TokenSession } from '../../contracts/identity.ts';
import type { Accounts } from './accounts.ts';
import { personClaims } from './claims.ts';
import { workspaceClientId } from './demo.ts';
import { grantIdOfSession } from './grant-id.ts';
import type { Revocations } from './revocations.ts';
import type { Tokens } from './tokens.ts';
import { accountIdFor } from './user-names.ts';

/** A node that died forgets whom it gave tokens; they are over by themselves soon. */
const longestS = 900;

/** Exchanges web sessions of the workspace for access tokens of the same person. */
export function createSessionTokens(parts: {
  accounts: Accounts;
  tokens: Tokens;
  revocations: Revocations;
  nowMs: () => number;
}): SessionTokens {
  const { accounts, tokens, revocations, nowMs } = parts;
  const grantOf = ({ sid, tenant, userName }: TokenSession): string =>
    grantIdOfSession(sid, { clientId: workspaceClientId, accountId: accountIdFor(tenant, userName) });
  return {
    async issue(session) {
      const { tenant, userName, issuedAtMs, expiresAtMs } = session;
      const grantId = grantOf(session);
      const lifeS = Math.min(longestS, Math.floor((expiresAtMs - nowMs()) / 1_000));
      if (lifeS < 1) return refuse('expired');
      if (revocations.has({ jti: '', grantId, tenant, userName, issuedAtMs })) return refuse('revoked');
      const account = await accounts.find(accountIdFor(tenant, userName));
      if (account === undefined) return refuse('forbidden');
      const { accountId } = account;
      const claims = { ...personClaims(account, grantId, nowMs()) };
      return ok({ accessToken: await tokens.signAccess({ accountId, clientId: workspaceClientId, claims, lifeS }), expiresInS: lifeS });
    },
    revoke: session => revocations.revokeGrant(grantOf(session), nowMs() + longestS * 1_000),
  };
}
