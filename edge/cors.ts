import { AppError } from '@handover/shared/errors';
import { headers as names } from '@handover/shared/headers';
import type { EdgeConfig } from './config.ts';

const allowedHeaders =
  'authorization, origin, x-requested-with, content-type, accept, x-api-key, x-b3-traceid, x-b3-spanid, x-gws-unstable, x-request-id, traceparent, ' +
  names.pin;
const exposedHeaders = [names.requestId, names.region, names.epoch, names.degraded, 'server-timing', 'retry-after', 'location'].join(', ');
const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
const preflightAgeS = 600;
const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Where the calling page comes from. `none`: no browser, or a page of ours without the header. */
export type Caller = { readonly kind: 'none' } | { readonly kind: 'allowed'; readonly origin: string } | { readonly kind: 'foreign' };

export function callerOf(origin: string | null, url: Pick<URL, 'origin'>, config: Pick<EdgeConfig, 'publicOrigins'>): Caller {
  if (origin === null) return { kind: 'none' };
  return origin === url.origin || config.publicOrigins.has(origin) ? { kind: 'allowed', origin } : { kind: 'foreign' };
}

/** Refuses what a foreign page makes a browser send with the agent's cookies: unsafe requests and WebSocket upgrades. */
export function gate(method: string, headers: Headers, caller: Caller): void {
  if (caller.kind !== 'foreign') return;
  const upgrade = headers.has('upgrade');
  const byCookie = headers.has('cookie') && !headers.has('authorization');
  if (upgrade || (byCookie && !safe.has(method))) throw new AppError('origin.forbidden');
}

/** OPTIONS is answered here, before any authentication. */
export function preflight(headers: Headers, caller: Caller): Response {
  if (caller.kind !== 'allowed' || !headers.has('access-control-request-method')) {
    return new Response(null, { status: 204, headers: { allow: allowedMethods } });
  }
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': allowedMethods,
      'access-control-allow-headers': allowedHeaders,
      'access-control-max-age': String(preflightAgeS),
    },
  });
}

/** What an origin may have said about other pages; the edge alone decides that. */
export const corsHeaders = ['origin', 'credentials', 'headers', 'methods']
  .map(part => `access-control-allow-${part}`)
  .concat(['access-control-expose-headers', 'access-control-max-age']);

/** Sets the CORS headers of an answer that has none yet. */
export function allow(answer: Headers, caller: Caller): void {
  answer.append('vary', 'Origin');
  if (caller.kind !== 'allowed') return;
  answer.set('access-control-allow-origin', caller.origin);
  answer.set('access-control-allow-credentials', 'true');
  answer.set('access-control-expose-headers', exposedHeaders);
}
