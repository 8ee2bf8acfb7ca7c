import type { Context, Hono } from 'hono';
import { AppError } from '@handover/shared/errors';
import { randomHex } from '@handover/shared/ids';
import { workspaceCookie } from '@handover/shared/headers';
import type { WebSession } from '../../../contracts/workspace.ts';
import type { ServiceParts } from '../parts.ts';
import { cookieValues } from '../session/web-session.ts';
import type { WorkspaceEnv } from './env.ts';
import { admit, isEnded, webSessionOf } from './guard.ts';
import { tokenSession } from './security-routes.ts';
import { checkCodeRegion, refusedToken, signIn } from './session-routes.ts';

/** Binds a sign-in to the browser that began it, so that nobody is signed in by somebody else's link. */
const loginCookie = 'HANDOVER_LOGIN';
const loginMaxAgeS = 600;
const nonceShape = /^[0-9a-f]{32}$/;
const localeShape = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$/;

/** Where a browser may be sent after sign-in: our own pages and those of allowed origins, by absolute URL or absolute path. */
export function safeRedirect(wanted: string | undefined, parts: Pick<ServiceParts, 'publicUrl' | 'allowedOrigins'>): string | undefined {
  if (wanted === undefined || wanted === '') return `${parts.publicUrl}/`;
  if (wanted.length > 2048) return undefined;
  try {
    const url = new URL(wanted, `${parts.publicUrl}/`);
    const allowed = url.origin === new URL(parts.publicUrl).origin || parts.allowedOrigins.includes(url.origin);
    const plain = (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '';
    return allowed && plain ? url.href : undefined;
  } catch {
    return undefined;
  }
}

function redirectOf(parts: ServiceParts, wanted: string | undefined): string {
  const target = safeRedirect(wanted, parts);
  if (target === undefined) throw new AppError('request.invalid', { field: 'redirect_uri', text: 'redirect_uri: not allowed' });
  return target;
}

const attributes = (secure: boolean): string => (secure ? '; SameSite=None; Secure; Partitioned' : '');

/** The browser's sign-in: `/login` → authorization server → `/start?code&state` → the page that wanted it; and its way out. */
export function mountLogin(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  app.get('/login', c => {
    const target = redirectOf(parts, c.req.query('redirect_uri'));
    // Two tabs that sign in at once share the nonce, so that the first is not forgotten.
    const present = cookieValues(c.req.header('cookie'), loginCookie)[0];
    const nonce = present !== undefined && nonceShape.test(present) ? present : randomHex(16);
    c.header(
      'set-cookie',
      `${loginCookie}=${nonce}; Path=/workspace/v3; Max-Age=${String(loginMaxAgeS)}; HttpOnly${attributes(parts.secureCookies)}`,
    );
    const locale = c.req.query('locale');
    const path = parts.identity.authorizeUrl({
      state: `${nonce}.${Buffer.from(target).toString('base64url')}`,
      ...(locale !== undefined && localeShape.test(locale) ? { locale } : {}),
    });
    return c.redirect(`${parts.publicUrl}${path}`, 302);
  });

  app.get('/start', async c => {
    const [nonce = '', encoded = ''] = (c.req.query('state') ?? '').slice(0, 4096).split('.');
    const target = redirectOf(parts, Buffer.from(encoded, 'base64url').toString());
    if (!nonceShape.test(nonce) || !cookieValues(c.req.header('cookie'), loginCookie).includes(nonce)) throw new AppError('auth.forbidden');
    const refused = c.req.query('error');
    if (refused !== undefined) return c.redirect(withError(target, refused), 302);
    const code = (c.req.query('code') ?? '').slice(0, 1024);
    checkCodeRegion(c, code, parts);
    const redeemed = await parts.identity.redeemCode(code, parts.identity.workspaceRedirectUri);
    if (!redeemed.ok || redeemed.value.userName === undefined) {
      // The edge may have asked twice: who is signed in already needs no second code.
      const web = await webSessionOf(c, parts);
      if (web !== undefined && !(await isEnded(web.sid, parts))) return c.redirect(target, 302);
      throw refusedToken(redeemed.ok ? 'forbidden' : redeemed.reason);
    }
    await signIn(c, { tenant: redeemed.value.tenant, person: redeemed.value.userName }, parts);
    return c.redirect(target, 302);
  });

  app.post('/logout', c => leaveOr(c, parts, () => c.json({ status: { code: 0 } })));

  app.get('/logout', c => {
    const target = redirectOf(parts, c.req.query('redirect_uri'));
    // A foreign page must not log agents out by an image; a navigation is the user's own.
    const destination = c.req.header('sec-fetch-dest');
    if (destination !== undefined && destination !== 'document' && destination !== 'iframe') throw new AppError('origin.forbidden');
    // The identity provider forgets the browser too, else the next page would sign it in again by itself.
    return leaveOr(c, parts, () => c.redirect(`${parts.publicUrl}${parts.identity.signOutUrl(target)}`, 302), true);
  });
}

function withError(target: string, error: string): string {
  const url = new URL(target);
  url.searchParams.set('error', /^[a-z_]{1,64}$/.test(error) ? error : 'server_error');
  return url.href;
}

/** Ends the web session, for every node, before it is answered; the last one takes the agent along. Ended twice is ended. */
async function leaveOr(c: Context<WorkspaceEnv>, parts: ServiceParts, answer: () => Response, lenient = false): Promise<Response> {
  const clear = (): Response => {
    c.header('set-cookie', `${workspaceCookie}=; Path=/; Max-Age=0; HttpOnly${attributes(parts.secureCookies)}`);
    return answer();
  };
  const web = await webSessionOf(c, parts);
  if (web === undefined) {
    if (lenient) return clear();
    throw new AppError('session.missing');
  }
  if (parts.sessions.get(web)?.attachments.get(web.sid) === undefined && (await isEnded(web.sid, parts))) return clear();
  await admit(c, web, parts);
  await leaveSession(c, parts, web);
  return clear();
}

async function leaveSession(c: Context<WorkspaceEnv>, parts: ServiceParts, web: WebSession): Promise<void> {
  const { sid, expiresAtMs } = web;
  const session = c.get('session');
  const { stampMs } = c.get('request');
  if (c.get('attachment').tokenUntilMs > parts.clock.now()) await parts.sessionTokens.revoke(tokenSession(web));
  await parts.ownership
    .markEnded(sid, Math.max(1, expiresAtMs - parts.clock.now()))
    .catch((fault: unknown) => parts.log.error('the end of a web session was not noted', { fault: String(fault) }));
  for (const clientId of session.attachments.detach(sid)) parts.hub.disconnect(clientId);
  if (session.attachments.count > 0) session.savePassport();
  await session.run(async () => {
    // Others may be here, or have come meanwhile.
    if (session.alive && session.attachments.present(parts.clock.now()) === 0) await parts.sessions.end(session, 'logout', stampMs);
  });
}
