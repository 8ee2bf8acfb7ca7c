import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperatorRequest } from '../../contracts/identity.ts';
import { errorBody, type AppError } from '@handover/shared/errors';
import { headers } from '@handover/shared/headers';
import { requestIdFrom } from '@handover/shared/ids';

/** What happened under the OAuth library in one request; the library itself knows only "server error". */
export interface Exchange {
  requestId: string;
  /** Where the request comes from. */
  address: string;
  /** A store or server failed. */
  fault?: AppError;
  /** The code belongs to another region: nothing was executed. */
  elsewhere?: string;
}

const current = new AsyncLocalStorage<Exchange>();

/** The request that is being answered; undefined outside the library. */
export const exchange = (): Exchange | undefined => current.getStore();

export const runExchange = (incoming: IncomingMessage, outgoing: ServerResponse, run: () => void): void => {
  // The server in front has chosen the id already; it stands in the answer.
  const given = outgoing.getHeader(headers.requestId) ?? incoming.headers[headers.requestId];
  current.run({ requestId: requestIdFrom(typeof given === 'string' ? given : undefined), address: addressOf(incoming) }, run);
};

/** Where the answer of the library is replaced by ours, if at all: status, headers and body. */
export function replacementFor(found: Exchange): { status: number; headers: Record<string, string>; body: unknown } | undefined {
  if (found.elsewhere !== undefined)
    return {
      status: 421,
      headers: { [headers.replay]: found.elsewhere },
      body: { error: 'temporarily_unavailable', error_description: 'the code belongs to another region' },
    };
  const { fault } = found;
  if (fault === undefined) return undefined;
  return {
    status: fault.status,
    headers: fault.status === 503 ? { 'retry-after': '2' } : {},
    body: {
      error: fault.status === 503 ? 'temporarily_unavailable' : 'server_error',
      error_description: fault.publicText,
      ...errorBody(fault, found.requestId),
    },
  };
}

/** The address an attempt comes from: what the nearest proxy saw, else the socket's. */
export function addressOf(incoming: OperatorRequest): string {
  const forwarded = incoming.headers['x-forwarded-for'];
  const list = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',');
  const nearest = list[list.length - 1]?.trim();
  return nearest === undefined || nearest === '' ? (incoming.socket.remoteAddress ?? 'unknown') : nearest.slice(0, 64);
}

export type NodeListener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;
