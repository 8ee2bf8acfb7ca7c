import type { Route } from '@handover/shared/routes';
import type { Address } from './address.ts';
import type { EdgeConfig, Env } from './config.ts';
import type { Caller } from './cors.ts';
import type { Health } from './health/index.ts';
import type { Slots } from './limits/index.ts';

/** One request on its way through the edge. */
export interface Exchange {
  readonly request: Request;
  readonly method: string;
  /** The client's headers, taken from the request once: each look at a property of it costs as much as a small function. */
  readonly headers: Headers;
  readonly url: Address;
  readonly route: Route;
  readonly requestId: string;
  readonly caller: Caller;
  readonly config: EdgeConfig;
  readonly env: Env;
  readonly ctx: ExecutionContext;
  readonly health: Health;
  readonly slots: Slots;
  readonly startedMs: number;
}
