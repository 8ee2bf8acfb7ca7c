import { headers } from '@handover/shared/headers';
import type { Pin } from '@handover/shared/pin';
import { allow, corsHeaders } from '../cors.ts';
import type { Exchange } from '../exchange.ts';
import { refusedHeader } from './watch.ts';

const dropped: ReadonlySet<string> = new Set([
  'forwarded',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-real-ip',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'content-length',
]);

/** Request headers for the origin: the client's without anything it could use to speak as the edge. */
export function outbound({ headers: asked, url, requestId }: Exchange, pin: Pin | undefined): Headers {
  const sent = new Headers(asked);
  for (const name of asked.keys()) if (dropped.has(name) || name.startsWith('x-handover-')) sent.delete(name);
  sent.set(headers.requestId, requestId);
  sent.set('x-forwarded-host', url.host);
  sent.set('x-forwarded-proto', url.protocol.slice(0, -1));
  // In production the platform sets this header itself; elsewhere it is the client's word and good for logs only.
  sent.set('x-forwarded-for', asked.get('cf-connecting-ip') ?? '0.0.0.0');
  if (pin !== undefined && pin.epoch > 0) sent.set(headers.epoch, String(pin.epoch));
  return sent;
}

const internal = [headers.node, headers.replay, refusedHeader, headers.degraded];

export interface AnswerFacts {
  readonly region: string;
  readonly epoch: number | undefined;
  readonly originMs: number;
  readonly panic: boolean;
  readonly cookies: readonly string[];
}

/** Makes the headers of an origin's answer those for the client: cleaned (of its CORS too, so that there is never a second one), with ours. */
export function inbound(answer: Headers, exchange: Exchange, facts: AnswerFacts): void {
  for (const name of internal) answer.delete(name);
  if (answer.has('access-control-allow-origin')) for (const name of corsHeaders) answer.delete(name);
  // An origin names both in all it answers; what stands between us and it does not.
  if (!answer.has(headers.region)) {
    answer.set(headers.requestId, exchange.requestId);
    answer.set(headers.region, facts.region);
  }
  if (facts.epoch !== undefined && facts.epoch > 0) answer.set(headers.epoch, String(facts.epoch));
  if (facts.panic) answer.set(headers.degraded, 'panic');
  const edgeMs = Math.max(0, Date.now() - exchange.startedMs - facts.originMs);
  answer.append('server-timing', `edge;dur=${edgeMs}, origin;dur=${facts.originMs}, region;desc="${facts.region}"`);
  for (const line of facts.cookies) answer.append('set-cookie', line);
  allow(answer, exchange.caller);
}
