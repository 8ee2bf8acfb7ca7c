import { AppError } from '@handover/shared/errors';
import { assertNever } from '@handover/shared/result';
import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import type { CredentialRefusal } from '../../contracts/configuration.ts';
import type { Accounts } from './accounts.ts';
import { jwtBearer, type ClientDirectory } from './client-directory.ts';
import { exchange } from './exchange.ts';
import { grantIdFor } from './grant-id.ts';
import { apiScopes } from './provider.ts';
import { grantedScope } from './scopes.ts';
import type { Tokens } from './tokens.ts';
import { accountIdFor } from './user-names.ts';

export interface GrantParts {
  provider: Provider;
  audience: string;
  accounts: Accounts;
  directory: ClientDirectory;
  tokens: Tokens;
  nowMs: () => number;
}

/** Adds the grants that the OAuth library leaves to its users: `password`, and `jwt-bearer` for tokens that we issued ourselves. */
export function registerGrants(parts: GrantParts): void {
  const { provider } = parts;
  provider.registerGrantType<{ username?: string; password?: string }>('password', ctx => passwordGrant(parts, ctx), [
    'username',
    'password',
    'scope',
  ]);
  provider.registerGrantType<{ assertion?: string }>(jwtBearer, ctx => assertionGrant(parts, ctx), ['assertion', 'scope']);
}

async function passwordGrant(parts: GrantParts, ctx: TokenEndpointGrantContext<{ username?: string; password?: string }>): Promise<void> {
  const { client, params } = ctx.oidc;
  if (!params.username) throw new errors.InvalidRequest("missing required parameter 'username'");
  if (!params.password) throw new errors.InvalidRequest("missing required parameter 'password'");
  const stored = parts.directory.known(client.clientId);
  const scope = grantedScope(params.scope, stored?.scopes ?? []);
  if (scope === undefined) throw new errors.InvalidScope('requested scope is not allowed', params.scope ?? '');
  const signedIn = await parts.accounts.signIn({
    userName: params.username,
    password: params.password,
    address: exchange()?.address ?? 'unknown',
    contactCenterIds: stored?.contactCenterIds ?? [],
  });
  if (!signedIn.ok) throw oauthError(signedIn.reason);
  const { accountId } = signedIn.value;
  const grantId = grantIdFor({ accountId, clientId: client.clientId });
  const refreshToken = client.grantTypeAllowed('refresh_token')
    ? await newRefreshToken(parts, ctx, { accountId, grantId, scope })
    : undefined;
  ctx.body = {
    ...(await newAccessToken(parts, ctx, { accountId, grantId, scope, gty: 'password' })),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  };
}

async function assertionGrant(parts: GrantParts, ctx: TokenEndpointGrantContext<{ assertion?: string }>): Promise<void> {
  const { client, params } = ctx.oidc;
  if (!params.assertion) throw new errors.InvalidRequest("missing required parameter 'assertion'");
  const scope = grantedScope(params.scope, parts.directory.known(client.clientId)?.scopes ?? []);
  if (scope === undefined) throw new errors.InvalidScope('requested scope is not allowed', params.scope ?? '');
  const asserted = await parts.tokens.verifyAssertion(params.assertion);
  if (!asserted.ok || asserted.value.userName === undefined) throw new errors.InvalidGrant('assertion refused');
  const { tenant, userName, grantId, expiresAtMs } = asserted.value;
  const accountId = accountIdFor(tenant, userName);
  const account = await parts.accounts.find(accountId);
  const leftS = Math.floor((expiresAtMs - parts.nowMs()) / 1_000);
  if (account === undefined || grantId === undefined || leftS < 1) throw new errors.InvalidGrant('assertion refused');
  // The new token is one more of the same sign-in: it ends with it, by time and by sign-out.
  ctx.body = {
    ...(await newAccessToken(parts, ctx, { accountId, grantId, scope, gty: jwtBearer, atMostS: leftS })),
    user: { cmeUserName: account.person.userName },
  };
}

interface Issue {
  accountId: string;
  grantId: string;
  scope: string;
  gty: string;
  atMostS?: number;
}

async function newAccessToken(parts: GrantParts, ctx: TokenEndpointGrantContext, issue: Issue): Promise<Record<string, unknown>> {
  const { client } = ctx.oidc;
  const { provider, audience } = parts;
  const lifeS = parts.directory.known(client.clientId)?.accessTokenExpirationS ?? 43_200;
  const token = new provider.AccessToken({
    accountId: issue.accountId,
    client,
    grantId: issue.grantId,
    gty: issue.gty,
    scope: issue.scope,
    expiresIn: Math.min(lifeS, issue.atMostS ?? lifeS),
  });
  token.resourceServer = new provider.ResourceServer(audience, {
    scope: apiScopes,
    audience,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  });
  ctx.oidc.entity('AccessToken', token);
  return { access_token: await token.save(), token_type: 'bearer', expires_in: token.expiration, scope: issue.scope };
}

/** Undefined while there is no primary: the sign-in counts for more than the token that would renew it. */
async function newRefreshToken(parts: GrantParts, ctx: TokenEndpointGrantContext, issue: Omit<Issue, 'gty'>): Promise<string | undefined> {
  const token = new parts.provider.RefreshToken({
    accountId: issue.accountId,
    client: ctx.oidc.client,
    grantId: issue.grantId,
    gty: 'password',
    resource: parts.audience,
    scope: issue.scope,
    rotations: 0,
    authTime: Math.floor(parts.nowMs() / 1_000),
  });
  try {
    return await token.save();
  } catch (error) {
    const under = exchange();
    if (!(error instanceof AppError) || under === undefined) throw error;
    delete under.fault;
    return undefined;
  }
}

/** Nobody learns whether it was the name or the password, nor that a password is expired. */
function oauthError(reason: CredentialRefusal): errors.OIDCProviderError | AppError {
  switch (reason) {
    case 'invalid':
    case 'expired':
      return new errors.InvalidGrant('credentials refused');
    case 'throttled':
      return noteFault(new AppError('auth.throttled'));
    case 'unavailable':
      return noteFault(new AppError('store.unavailable', { detail: 'no Configuration Server answers' }));
    default:
      return assertNever(reason);
  }
}

function noteFault(fault: AppError): AppError {
  const under = exchange();
  if (under !== undefined) under.fault = fault;
  return fault;
}
