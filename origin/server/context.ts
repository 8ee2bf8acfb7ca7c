import type { AttemptReader } from '@handover/shared/attempt';
import { headers } from '@handover/shared/headers';
import { requestIdFrom } from '@handover/shared/ids';
import type { IncomingMessage } from 'node:http';
import type { RequestContext } from '../contracts/ownership.ts';

const text = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/**
 * What the edge signed about this attempt. Without a valid signature nobody is excluded and the attempt counts from now: a customer's own
 * balancer may stand in for the edge, but it cannot make a node take a session from a living owner. An attempt older than five seconds is
 * kept as it is, so that the fence refuses its command.
 */
export async function requestContextFrom(
  request: IncomingMessage,
  read: AttemptReader,
  nowMs: number,
): Promise<RequestContext & { requestId: string }> {
  const requestId = requestIdFrom(text(request.headers[headers.requestId]));
  const attempt = await read(text(request.headers[headers.attempt]), { nowMs, maxAgeMs: Number.MAX_SAFE_INTEGER });
  if (!attempt.ok) return { requestId, stampMs: nowMs, excludedNodes: [] };
  const epoch = Number(text(request.headers[headers.epoch]));
  return {
    requestId,
    stampMs: attempt.value.timeMs,
    excludedNodes: attempt.value.excluded,
    ...(Number.isSafeInteger(epoch) && epoch > 0 ? { pinEpoch: epoch } : {}),
  };
}
