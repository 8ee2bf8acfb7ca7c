import { AppError } from '@handover/shared/errors';
import type { KvList } from '@handover/shared/genesys';
import { assertNever } from '@handover/shared/result';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { CredentialRefusal } from '../../contracts/configuration.ts';
import type { TokenRefusal } from '../../contracts/identity.ts';
import type { RefreshTokens } from '../../contracts/stores.ts';
import type { Account, Accounts } from './accounts.ts';
import { authoritiesOf, personClaims } from './claims.ts';
import { addressOf } from './exchange.ts';
import type { Tokens, VerifiedPrincipal } from './tokens.ts';
import { accountIdFor } from './user-names.ts';
import { bearerOf, done, jsonBody, type AppContext, type AppEnvironment } from './wire.ts';

export interface UserRouteParts {
  accounts: Accounts;
  tokens: Tokens;
  refreshTokens: RefreshTokens;
}

const changePasswordBody = z.object({
  data: z.object({
    oldPassword: z.string().max(512),
    newPassword: z.string().min(1).max(512),
    userName: z.string().max(255).optional(),
  }),
  operationId: z.string().max(128).optional(),
});
const authSchemeBody = z.object({
  data: z.object({ userName: z.string().min(1).max(255), tenant: z.string().max(255).optional() }),
  operationId: z.string().max(128).optional(),
});

/** What a user may ask about herself, by access token. */
export function addUserRoutes(app: Hono<AppEnvironment>, parts: UserRouteParts): void {
  app.get('/userinfo', async c => c.json(cloudUserDetails((await caller(parts, c)).account)));
  app.get('/openid/userinfo', async c => {
    const { account, principal } = await caller(parts, c);
    return c.json(openidUserInfo(account, principal));
  });
  app.get('/jwt-userinfo', async c => {
    const { account, principal } = await caller(parts, c);
    const claims = {
      ...personClaims(account, principal.grantId ?? '', principal.issuedAtMs),
      sub: account.accountId,
      client_id: principal.clientId,
    };
    c.header('X-GWS-User', await parts.tokens.signUser(principal, claims));
    return c.json(done());
  });
  app.get('/ping', c => c.json(done()));
  app.post('/auth-scheme', async c => {
    const { operationId } = await jsonBody(c, authSchemeBody);
    return c.json({ ...done(operationId), data: { scheme: 'basic' } });
  });
  app.post('/change-password', async c => {
    const { data, operationId } = await jsonBody(c, changePasswordBody);
    const userName = bearerOf(c) === undefined ? data.userName : (await caller(parts, c)).account.accountId;
    if (userName === undefined) throw new AppError('request.invalid', { field: 'data.userName', text: 'data.userName is missing.' });
    const changed = await parts.accounts.changePassword(
      { userName, password: data.oldPassword, address: addressOf(c.env.incoming), contactCenterIds: [] },
      data.newPassword,
    );
    if (!changed.ok) throw changeRefusal(changed.reason);
    // Whoever knew the old password may have signed in with it.
    const { center, person } = changed.value;
    await parts.refreshTokens.removeUser(center.name, person.userName).catch(() => undefined);
    return c.json(done(operationId));
  });
}

/** Who calls, by access token; a token that speaks for no person is not enough. */
async function caller(parts: UserRouteParts, c: AppContext): Promise<{ account: Account; principal: VerifiedPrincipal }> {
  const verified = await parts.tokens.verify(bearerOf(c) ?? '');
  if (!verified.ok) throw tokenError(verified.reason);
  const principal = verified.value;
  if (principal.userName === undefined) throw new AppError('auth.forbidden', { detail: 'a token without a person' });
  const account = await parts.accounts.find(accountIdFor(principal.tenant, principal.userName));
  if (account === undefined) throw new AppError('auth.refused', { detail: 'the person is gone or disabled' });
  return { account, principal };
}

/** The same public text for every reason. */
export function tokenError(reason: TokenRefusal): AppError {
  switch (reason) {
    case 'invalid':
    case 'expired':
    case 'revoked':
      return new AppError('auth.refused', { detail: `token ${reason}` });
    case 'forbidden':
      return new AppError('auth.forbidden');
    case 'unavailable':
      return new AppError('store.unavailable');
    default:
      return assertNever(reason);
  }
}

function changeRefusal(reason: CredentialRefusal | 'refused'): AppError {
  switch (reason) {
    case 'invalid':
    case 'expired':
      return new AppError('auth.forbidden', { detail: 'old password' });
    case 'refused':
      return new AppError('request.invalid', { field: 'data.newPassword', text: 'The new password is not allowed.' });
    case 'throttled':
      return new AppError('auth.throttled');
    case 'unavailable':
      return new AppError('store.unavailable', { detail: 'no Configuration Server answers' });
    default:
      return assertNever(reason);
  }
}

const cloudUserDetails = ({ center, person }: Account) => ({
  username: person.userName,
  authorities: authoritiesOf(person).map(name => ({ name, authority: name, privileges: [] })),
  cmeUserName: person.userName,
  loginName: accountIdFor(center.name, person.userName),
  contactCenterId: center.id,
  environmentId: center.environmentId,
  dbid: person.dbid,
  properties: kvToObject(person.userProperties),
});

const openidUserInfo = ({ accountId, center, person }: Account, principal: VerifiedPrincipal) => ({
  sub: accountId,
  user_name: person.userName,
  given_name: person.firstName,
  family_name: person.lastName,
  ...(person.emailAddress === undefined ? {} : { email: person.emailAddress }),
  dbid: person.dbid,
  aud: principal.clientId,
  contact_center_id: center.id,
  environment_id: center.environmentId,
  authorities: authoritiesOf(person),
  properties: kvToObject(person.userProperties),
});

/** The annex as plain objects, as this API shows it. */
const kvToObject = (list: KvList): Record<string, unknown> =>
  Object.fromEntries(list.map(pair => [pair.key, pair.type === 'kvlist' ? kvToObject(pair.value) : pair.value]));
