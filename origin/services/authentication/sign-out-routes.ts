import type { Hono } from 'hono';
import type { Provider } from 'oidc-provider';
import type { Logger } from '@handover/shared/log';
import type { OAuthClient, RefreshTokens } from '../../contracts/stores.ts';
import type { ClientDirectory } from './client-directory.ts';
import { prefix, sessionCookie } from './provider.ts';
import type { Revocations } from './revocations.ts';
import type { SignInPage } from './sign-in-page.ts';
import type { Tokens, VerifiedPrincipal } from './tokens.ts';
import { tokenError } from './user-routes.ts';
import { bearerOf, done, type AppContext, type AppEnvironment } from './wire.ts';

export interface SignOutParts {
  publicOrigin: string;
  secure: boolean;
  provider: Provider;
  directory: ClientDirectory;
  refreshTokens: RefreshTokens;
  revocations: Revocations;
  tokens: Tokens;
  page: SignInPage;
  log: Logger;
}

/** Longer than any access token lives. */
const revokedForMs = 86_400_000;

/** Ends a sign-in: its tokens in every region, and the browser's session here. Doing so twice is as good as once. */
export function addSignOutRoutes(app: Hono<AppEnvironment>, parts: SignOutParts): void {
  app.post('/sign-out', async c => {
    const verified = await parts.tokens.verify(bearerOf(c) ?? '', { revoked: 'accept' });
    if (!verified.ok) throw tokenError(verified.reason);
    await revoke(parts, verified.value, c.req.query('global') === 'true');
    await endSession(parts, c);
    return c.json(done());
  });
  app.get('/sign-out', async c => {
    const bearer = bearerOf(c);
    const verified = bearer === undefined ? undefined : await parts.tokens.verify(bearer, { revoked: 'accept' });
    if (verified !== undefined && !verified.ok) throw tokenError(verified.reason);
    if (verified !== undefined) await revoke(parts, verified.value, c.req.query('global') === 'true');
    const clientIds = await endSession(parts, c);
    const target = c.req.query('redirectUri') ?? c.req.query('redirect_uri');
    if (target === undefined) return verified === undefined ? c.html(parts.page.signedOut(), 200, parts.page.headers()) : c.json(done());
    if (verified !== undefined) clientIds.push(verified.value.clientId);
    return (await mayLeadTo(parts, target, clientIds))
      ? c.redirect(target, 302)
      : c.html(parts.page.signedOut(), 200, parts.page.headers());
  });
}

async function revoke(parts: SignOutParts, principal: VerifiedPrincipal, everywhere: boolean): Promise<void> {
  const { revocations, refreshTokens } = parts;
  const { tenant, userName, grantId, jti, expiresAtMs } = principal;
  const untilMs = Math.max(expiresAtMs, Date.now() + revokedForMs);
  await revocations.revokeToken(jti, expiresAtMs);
  // The list alone stops tokens until their time; without a primary the rows stay for now.
  const tidy = (work: Promise<void>): Promise<void> => work.catch(() => parts.log.warn('refresh tokens of a sign-out stay for now'));
  if (everywhere && userName !== undefined) {
    await revocations.revokeUser(tenant, userName, untilMs);
    await tidy(refreshTokens.removeUser(tenant, userName));
  } else if (grantId !== undefined) {
    await revocations.revokeGrant(grantId, untilMs);
    await tidy(refreshTokens.removeGrant(grantId));
  }
}

/** Ends the browser's session at the identity provider and what was granted in it; answers for which clients. */
async function endSession(parts: SignOutParts, c: AppContext): Promise<string[]> {
  if (!(c.req.header('cookie') ?? '').includes(`${sessionCookie}=`)) return [];
  const clientIds: string[] = [];
  try {
    const context = parts.provider.createContext(c.env.incoming, c.env.outgoing);
    const session = await parts.provider.Session.get(context);
    for (const [clientId, { grantId }] of Object.entries(session.authorizations ?? {})) {
      clientIds.push(clientId);
      if (grantId !== undefined) await parts.revocations.revokeGrant(grantId, Date.now() + revokedForMs);
    }
    await session.destroy();
  } catch (error) {
    parts.log.warn('a session could not be ended', { reason: error instanceof Error ? error.message : 'unknown' });
  }
  for (const name of [sessionCookie, `${sessionCookie}.sig`]) c.header('set-cookie', expiredCookie(name, parts.secure), { append: true });
  return clientIds;
}

const expiredCookie = (name: string, secure: boolean): string =>
  `${name}=; Path=${prefix}; Max-Age=0; HttpOnly${secure ? '; Secure; SameSite=None; Partitioned' : ''}`;

/** Only to ourselves or where one of the clients is at home: a sign-out must not be a way to send people anywhere. */
async function mayLeadTo(parts: SignOutParts, target: string, clientIds: readonly string[]): Promise<boolean> {
  if (/^\/(?![/\\])/.test(target)) return true;
  if (!URL.canParse(target)) return false;
  const url = new URL(target);
  if (!['http:', 'https:'].includes(url.protocol)) return false;
  if (url.origin === parts.publicOrigin) return true;
  for (const clientId of clientIds) {
    const client: OAuthClient | undefined = await parts.directory.find(clientId);
    if (client?.redirectUris.some(uri => new URL(uri).origin === url.origin)) return true;
  }
  return false;
}
