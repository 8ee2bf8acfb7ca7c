import type { IncomingMessage } from 'node:http';

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a cross-site page may have made this request with the user's cookies: an unsafe request or an upgrade that carries cookies and an
 * Origin that is not allowed. Requests with a bearer token or without an Origin do not come from a foreign page's ambient authority.
 */
export function isForeign(request: IncomingMessage, allowedOrigins: ReadonlySet<string>, upgrade = false): boolean {
  const origin = request.headers.origin;
  if (origin === undefined || request.headers.cookie === undefined) return false;
  if (!upgrade && safe.has(request.method ?? 'GET')) return false;
  return !allowedOrigins.has(origin);
}
