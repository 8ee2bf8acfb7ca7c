import { refusal } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { withLearned } from '../learned-origins.ts';

const home = '/ui/workspace/';
/** The customers' page, which foreign pages may frame. */
const chat = '/ui/chat/';
const mount = '/ui/';

/** The static pages: `/` leads to the workspace, the documented sign-in page to the one that has its cookie's path, the rest are assets. */
export async function servePages(exchange: Exchange): Promise<Response> {
  const { request, url, env, requestId } = exchange;
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal('request.method', requestId);
  if (url.pathname === '/') return redirect(home);
  if (url.pathname === '/ui/auth/sign-in.html') return redirect(`/auth/v3/sign-in${url.search}`);
  if (!url.pathname.startsWith(mount) || env.ASSETS === undefined) return refusal('request.not-found', requestId);
  const found = await env.ASSETS.fetch(
    new Request(request.url, { method: request.method, headers: conditions(request), redirect: 'manual' }),
  );
  if (found.status === 404) {
    await found.body?.cancel();
    return refusal('request.not-found', requestId);
  }
  const answer = new Response(found.body, found);
  answer.headers.set('x-content-type-options', 'nosniff');
  if (url.pathname === chat || url.pathname === `${chat}index.html`) {
    answer.headers.set('content-security-policy', `${chatPolicy}; frame-ancestors ${await framers(exchange)}`);
    answer.headers.append('vary', 'Referer');
  }
  return answer;
}

const chatPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";
const sourceShape = /^https?:\/\/[A-Za-z0-9.[\]:-]{1,255}$/;

/**
 * Which pages may frame the chat: ours, and the one that wants to, when its origin is among those that may call. Its Referer names it, so that a long
 * list of origins need not go into a header; the browser compares with who frames it in truth.
 */
async function framers({ request, url, config, health, ctx }: Exchange): Promise<string> {
  const origin = originOf(request.headers.get('referer'));
  if (origin === undefined || origin === url.origin) return "'self'";
  if (config.publicOrigins.has(origin)) return `'self' ${origin}`;
  const caller = await withLearned({ kind: 'foreign' }, origin, config, health, ctx);
  return caller.kind === 'allowed' ? `'self' ${origin}` : "'self'";
}

function originOf(referer: string | null): string | undefined {
  const origin = referer === null ? undefined : URL.parse(referer)?.origin;
  return origin !== undefined && sourceShape.test(origin) ? origin : undefined;
}

const redirect = (location: string): Response => new Response(null, { status: 302, headers: { location, 'cache-control': 'no-store' } });

function conditions(request: Request): Headers {
  const sent = new Headers();
  for (const name of ['if-none-match', 'if-modified-since', 'accept-encoding', 'range']) {
    const value = request.headers.get(name);
    if (value !== null) sent.set(name, value);
  }
  return sent;
}
