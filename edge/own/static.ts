import { refusal } from '../errors.ts';
import type { Exchange } from '../exchange.ts';

const home = '/ui/workspace/';
const mount = '/ui/';

/** The static pages: `/` leads to the workspace, the documented sign-in page to the one that has its cookie's path, the rest are assets. */
export async function servePages({ request, url, env, requestId }: Exchange): Promise<Response> {
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
  return answer;
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
