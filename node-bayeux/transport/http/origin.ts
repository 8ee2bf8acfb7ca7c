import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Options } from '../../options.ts';

/** What a request's Origin header means here. */
export type OriginVerdict = 'none' | 'own' | 'allowed' | 'refused';

/** Judges the Origin header. Without an allow-list a foreign origin is refused where a browser would not stop it itself. */
export function judgeOrigin(options: Options, request: IncomingMessage): OriginVerdict {
  const { origin, host } = request.headers;
  if (origin === undefined) return 'none';
  const { allowedOrigins } = options;
  if (allowedOrigins === 'any') return 'allowed';
  if (typeof allowedOrigins === 'function') {
    if (allowedOrigins(origin, request)) return 'allowed';
  } else if (allowedOrigins?.includes(origin) === true) return 'allowed';
  return isOwn(origin, host) ? 'own' : 'refused';
}

function isOwn(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/** Lets the page of an allowed origin read the answer, with its cookies. */
export function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  if (origin === undefined || response.hasHeader('Access-Control-Allow-Origin')) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Vary', 'Origin');
}

/** Answers a preflight of an allowed origin. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  allowOrigin(request, response);
  response.setHeader('Access-Control-Allow-Methods', 'POST, GET, OPTIONS');
  response.setHeader('Access-Control-Allow-Headers', 'Accept, Authorization, Content-Type, X-Requested-With');
  response.setHeader('Access-Control-Max-Age', '3600');
  response.writeHead(204).end();
}
