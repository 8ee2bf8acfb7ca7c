import type { Origin } from '@handover/regions';
import { headers } from '@handover/shared/headers';
import type { Exchange } from '../exchange.ts';
import type { Outcome } from './decide.ts';

/** Answer of an origin that refused before executing: the code. */
export const refusedHeader = 'x-handover-refused';

export type Sent = { readonly kind: 'headers'; readonly response: Response } | { readonly kind: 'broken' };
export type Ended = Sent | { readonly kind: 'silent' } | { readonly kind: 'down' } | { readonly kind: 'overdue' };

/** Milliseconds. */
const confirmAfterMs = 1_000;
/** A request that was silent is not sent again before this: an older stamp must have expired at the origin. */
const resendAfterMs = 1_900;
const confirmAgainMs = 2_000;
const pollTickMs = 500;
/** The look of a poll that does not hold the watch: for the case that the watch was lost together with its client. */
const idleTickMs = 5_000;
const watchLeaseMs = 1_200;
const headerLimitsMs = { api: 30_000, stream: 30_000, socket: 10_000, static: 10_000, poll: 110_000 } as const;

export interface Watch {
  readonly exchange: Exchange;
  readonly origin: Origin;
  readonly parked: boolean;
  readonly sentMs: number;
  /** Is there somewhere better to go? If not, waiting on is the best there is. */
  readonly elsewhere: () => boolean;
}

/** Waits for the headers of one attempt, as its class demands. The caller aborts what is left. */
export const watch = (pending: Promise<Sent>, facts: Watch): Promise<Ended> =>
  facts.parked ? watchParked(pending, facts) : watchShort(pending, facts);

/**
 * A parked poll lives by the verdict that the isolate shares: one of all parked polls looks twice a second and refreshes it, the others are
 * woken when it falls. (A timer for each cost three times as much as the poll itself.) A poll's own duration says nothing about its origin.
 */
async function watchParked(pending: Promise<Sent>, facts: Watch): Promise<Ended> {
  const { view } = facts.exchange.health;
  try {
    for (;;) {
      const nowMs = Date.now();
      const holds = view.holdWatch(facts, nowMs, nowMs + watchLeaseMs);
      const tick = view.next(holds ? pollTickMs : idleTickMs);
      const sent = await Promise.race([pending, tick.woken]);
      tick.cancel();
      const ended = sent ?? look(facts);
      if (ended !== undefined) return ended;
    }
  } finally {
    view.endWatch(facts);
  }
}

function look({ exchange, origin, sentMs, elsewhere }: Watch): Ended | undefined {
  const nowMs = Date.now();
  exchange.health.refresh(exchange.ctx);
  if (exchange.health.view.outlook(nowMs).origins(origin.url) === 'down' && elsewhere()) return { kind: 'down' };
  return nowMs - sentMs > headerLimitsMs.poll ? { kind: 'overdue' } : undefined;
}

/** A short request asks the health object after a second of silence, and leaves only when that confirms. */
async function watchShort(pending: Promise<Sent>, { exchange, origin, sentMs, elsewhere }: Watch): Promise<Ended> {
  const limitMs = headerLimitsMs[exchange.route.timeout];
  let sent = await within(pending, confirmAfterMs);
  while (sent === undefined) {
    const alive = exchange.slots.run(() => exchange.health.confirm(origin.url));
    const first = await Promise.race([pending, alive]);
    if (typeof first === 'object') return first;
    if (!first && (exchange.route.resend === 'once' || elsewhere())) {
      return (await within(pending, Math.max(0, sentMs + resendAfterMs - Date.now()))) ?? { kind: 'silent' };
    }
    if (Date.now() - sentMs > limitMs) return { kind: 'overdue' };
    sent = await within(pending, confirmAgainMs);
  }
  return sent;
}

/** What `pending` resolves with inside `ms`, else undefined. `pending` never fails. */
const within = <T extends object>(pending: Promise<T>, ms: number): Promise<T | undefined> =>
  new Promise(resolve => {
    const timer = setTimeout(() => resolve(undefined), ms);
    void pending.then(value => {
      clearTimeout(timer);
      resolve(value);
    });
  });

/** What the headers of an answer mean for the choice. */
export function outcomeOf(response: Response, elapsedMs: number): Outcome {
  const { status } = response;
  if (status < 421) return { kind: 'answered' };
  const replay = response.headers.get(headers.replay);
  if (status === 421 && replay !== null) return { kind: 'misdirected', region: replay };
  const refused = response.headers.get(refusedHeader);
  if (status === 503 && refused !== null) return { kind: 'refused', code: refused, retryAfterMs: retryAfterOf(response) };
  const gateway = status === 502 || status === 503 || status === 504;
  if (gateway && !response.headers.has(headers.node)) return { kind: 'bad-gateway', quick: elapsedMs < confirmAfterMs * 5 };
  return { kind: 'answered' };
}

function retryAfterOf(response: Response): number {
  const text = response.headers.get('retry-after');
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) * 1_000 : 100;
}
