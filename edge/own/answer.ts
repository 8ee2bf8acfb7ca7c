import { headers } from '@handover/shared/headers';
import { allow } from '../cors.ts';
import type { Exchange } from '../exchange.ts';

/** Headers of §6 and CORS for an answer that the edge makes itself. `region` is `edge` when no region had a part in it. */
export function own(exchange: Pick<Exchange, 'requestId' | 'caller' | 'startedMs'>, response: Response, region = 'edge'): Response {
  const answer = new Headers(response.headers);
  answer.set(headers.requestId, exchange.requestId);
  answer.set(headers.region, region);
  answer.append('server-timing', `edge;dur=${Date.now() - exchange.startedMs}, region;desc="${region}"`);
  allow(answer, exchange.caller);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers: answer });
}
