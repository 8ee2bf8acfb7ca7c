import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestContext } from '../contracts/ownership.ts';

/** One HTTP request on its way through the origin, with what the edge (or, without one, this node) says about it. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly context: RequestContext & { requestId: string };
  /** A node of this region sent it here: it is not sent on again. */
  readonly forwarded: boolean;
}

const calls = new WeakMap<IncomingMessage, Call>();

/** Keeps the call where services that see only the request can find it. */
export function rememberCall(call: Call): void {
  calls.set(call.request, call);
}

export const callOf = (request: IncomingMessage): Call | undefined => calls.get(request);
