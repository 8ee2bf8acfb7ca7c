import { hkdfSync } from 'node:crypto';
import type { Logger } from '@handover/shared/log';
import { interactionPolicy, Provider, type Configuration, type JWK } from 'oidc-provider';
import { createAdapterFactory, type AdapterParts } from './adapter.ts';
import type { Accounts } from './accounts.ts';
import { clientClaims, personClaims, type TokenClaims } from './claims.ts';
import { newCode } from './codes.ts';
import { exchange, replacementFor } from './exchange.ts';
import { grantIdFor, subjectOfGrant } from './grant-id.ts';
import type { SecretChecker } from './secrets.ts';
import type { Attempts } from './attempts.ts';
import type { SignInPage } from './sign-in-page.ts';
import { accountFrom } from './user-names.ts';

export const prefix = '/auth/v3';
export const authorizePath = `${prefix}/oauth/authorize`;
/** `*` is everything the API has, the only scope in use; the OpenID ones are accepted beside it. */
export const apiScopes = '* openid offline_access';
export const openidScopes = ['openid', 'offline_access'] as const;
export const sessionCookie = 'HANDOVER_AUTH';

const codeS = 60;
const interactionS = 600;
const sessionS = 43_200;

export interface ProviderParts extends Omit<AdapterParts, 'scopes'> {
  issuer: string;
  audience: string;
  keys: readonly Record<string, unknown>[];
  keyring: { active: string; keys: Readonly<Record<string, string>> };
  secure: boolean;
  accounts: Accounts;
  attempts: Attempts;
  secrets: SecretChecker;
  page: SignInPage;
  log: Logger;
}

/** The OAuth library, set up: see `docs` of each setting there; what is here is ours to decide. */
export function createProvider(parts: ProviderParts): Provider {
  const provider = new Provider(parts.issuer, configurationFrom(parts));
  // Behind a proxy; the dispatcher sets the forwarded host and scheme from the configured issuer, never from a client.
  provider.proxy = true;
  const { region, directory, secrets, attempts } = parts;
  Object.assign(provider.AuthorizationCode.prototype, { generateTokenId: () => newCode(region) });
  Object.assign(provider.Client.prototype, {
    async compareClientSecret(this: { clientId: string }, secret: string): Promise<boolean> {
      const hash = directory.known(this.clientId)?.secretHash;
      const attempt = { name: this.clientId, address: exchange()?.address ?? 'unknown' };
      if (hash === undefined) return false;
      if (secrets.remembers(this.clientId, secret, hash)) return true;
      if (!(await attempts.clientMayTry(attempt))) return false;
      if (await secrets.check(this.clientId, secret, hash)) return true;
      await attempts.clientFailed(attempt);
      return false;
    },
  });
  provider.use(async (ctx, next) => {
    await next();
    const found = exchange();
    const replacement = found === undefined ? undefined : replacementFor(found);
    if (replacement === undefined) return;
    ctx.status = replacement.status;
    ctx.set(replacement.headers);
    if (replacement.status === 503 && ctx.accepts('json', 'html') === 'html') {
      ctx.set(parts.page.headers());
      ctx.type = 'html';
      ctx.body = parts.page.unavailable();
    } else ctx.body = replacement.body;
  });
  provider.on('server_error', (_ctx, error) => {
    const found = exchange();
    parts.log.error('a request failed', { requestId: found?.requestId, code: found?.fault?.code, reason: error.message });
  });
  return provider;
}

function configurationFrom(parts: ProviderParts): Configuration {
  const { accounts, audience, directory, secure } = parts;
  const lifeOf = (clientId: string | undefined, of: 'accessTokenExpirationS' | 'refreshTokenExpirationS', otherwise: number): number =>
    (clientId === undefined ? undefined : directory.known(clientId)?.[of]) ?? otherwise;
  // Third-party frames get their cookies only so; on plain http browsers take none of these attributes.
  const cookie = { signed: true, httpOnly: true, secure, ...(secure ? { sameSite: 'none' as const, partitioned: true } : {}) };
  return {
    adapter: createAdapterFactory({ ...parts, scopes: { resource: audience, api: apiScopes, openid: openidScopes.join(' ') } }),
    jwks: { keys: parts.keys as unknown as JWK[] },
    routes: {
      authorization: '/oauth/authorize',
      token: '/oauth/token',
      jwks: '/jwks',
      revocation: '/oauth/revoke',
    },
    scopes: [...openidScopes],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    responseTypes: ['code'],
    discovery: { userinfo_endpoint: `${parts.issuer}/openid/userinfo` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: false },
      // The built-in one cannot read signed access tokens; ours is at `/openid/userinfo`.
      userinfo: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, _resource, client) => ({
          scope: apiScopes,
          audience,
          accessTokenTTL: lifeOf(client.clientId, 'accessTokenExpirationS', 43_200),
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 43_200,
      ClientCredentials: (_ctx, token) => lifeOf(token.clientId, 'accessTokenExpirationS', 43_200),
      RefreshToken: (_ctx, token) => lifeOf(token.clientId, 'refreshTokenExpirationS', 2_592_000),
      AuthorizationCode: codeS,
      IdToken: 3_600,
      Interaction: interactionS,
      Session: sessionS,
      Grant: sessionS,
    },
    pkce: { required: (_ctx, client) => client.clientAuthMethod === 'none' },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token') && parts.refreshTokens.writable,
    // Asked anew: a token that is half exchanged is worse than one that stays as it is.
    rotateRefreshToken: () => parts.refreshTokens.canWrite(),
    expiresWithSession: () => false,
    clientBasedCORS: () => true,
    cookies: {
      names: { session: sessionCookie, interaction: 'HANDOVER_SIGNIN', resume: 'HANDOVER_RESUME' },
      keys: cookieKeys(parts.keyring),
      long: { ...cookie, path: prefix },
      short: cookie,
    },
    interactions: {
      policy: interactionPolicyFor(parts),
      url: (_ctx, interaction) => `${prefix}/sign-in?uid=${interaction.uid}&region=${parts.region}`,
    },
    async findAccount(_ctx, accountId) {
      const account = await accounts.find(accountId);
      return account && { accountId, claims: () => ({ sub: accountId }) };
    },
    async extraTokenClaims(_ctx, token): Promise<TokenClaims & Record<string, unknown>> {
      const nowMs = parts.clock.now();
      if (token.kind === 'ClientCredentials') {
        const client = await directory.find(token.clientId ?? '');
        return { ...(client === undefined ? { authorities: [], issued_ms: nowMs } : clientClaims(client, nowMs)) };
      }
      const account = await accounts.find(token.accountId);
      return { ...(account === undefined ? { authorities: [], issued_ms: nowMs } : personClaims(account, token.grantId, nowMs)) };
    },
    async loadExistingGrant(ctx) {
      const { session, client, provider } = ctx.oidc;
      if (session?.accountId === undefined || client === undefined) return undefined;
      const known = session.grantIdFor(client.clientId);
      const found =
        known !== undefined && subjectOfGrant(known)?.accountId === session.accountId ? await provider.Grant.find(known) : undefined;
      if (found !== undefined) return found;
      const fresh = grantIdFor({ accountId: session.accountId, clientId: client.clientId });
      session.grantIdFor(client.clientId, fresh);
      return provider.Grant.find(fresh);
    },
    renderError(ctx, out) {
      ctx.type = 'html';
      ctx.body = parts.page.failure(out.error);
      ctx.set(parts.page.headers());
    },
  };
}

/** The library's own reasons to show the page, and one of ours: the person was signed out everywhere since this browser signed in. */
function interactionPolicyFor(parts: ProviderParts) {
  const policy = interactionPolicy.base();
  const signedOut = new interactionPolicy.Check('signed_out', 'the person was signed out everywhere', ctx => {
    const session = ctx.oidc.session;
    const account = accountFrom(session?.accountId ?? '');
    if (account === undefined) return false;
    return parts.revocations.has({ jti: '', ...account, issuedAtMs: (session?.loginTs ?? 0) * 1_000 + 999 });
  });
  policy.get('login')?.checks.add(signedOut);
  return policy;
}

/** Keys of the signed cookies, from the keyring that all regions share: the active one first, the others still verify. */
function cookieKeys(keyring: ProviderParts['keyring']): string[] {
  const ids = [keyring.active, ...Object.keys(keyring.keys).filter(id => id !== keyring.active)];
  return ids.map(id => {
    const secret = Buffer.from(keyring.keys[id] ?? '', 'base64');
    return Buffer.from(hkdfSync('sha256', secret, '', 'handover sign-in cookies', 32)).toString('base64url');
  });
}
