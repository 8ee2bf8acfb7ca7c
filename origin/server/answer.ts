import { AppError, errorBody } from '@handover/shared/errors';
import { headers } from '@handover/shared/headers';
import type { ServerResponse } from 'node:http';

/** Header by which an origin says that it executed nothing: the edge may send the request elsewhere. */
export const refusedHeader = 'x-handover-refused';

export function answerJson(response: ServerResponse, status: number, body: unknown, extra: Readonly<Record<string, string>> = {}): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...extra,
  });
  response.end(text);
}

/** The error in the v3 form. Nothing was executed: refusals by ownership say so to the edge. */
export function answerError(response: ServerResponse, error: unknown, requestId: string): void {
  const fault = error instanceof AppError ? error : new AppError('internal.fault', { cause: error });
  const refused = fault.code.startsWith('ownership.');
  answerJson(response, fault.status, errorBody(fault, requestId), {
    ...(fault.status === 503 ? { 'retry-after': '1' } : {}),
    ...(refused ? { [refusedHeader]: fault.code } : {}),
  });
}

/** 421: the session is owned in another region; the edge replays the request there. */
export function answerElsewhere(response: ServerResponse, region: string, requestId: string): void {
  const fault = new AppError('ownership.elsewhere');
  answerJson(response, 421, errorBody(fault, requestId), { [headers.replay]: region, [refusedHeader]: fault.code });
}
