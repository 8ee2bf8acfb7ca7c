import type { ErrorCode } from '@handover/shared/errors';
import type { ResendClass } from '@handover/shared/routes';

/** How one attempt ended. */
export type Outcome =
  /** Headers came: the answer is passed on. */
  | { readonly kind: 'answered' }
  /** 421: not the owner; nothing was executed. */
  | { readonly kind: 'misdirected'; readonly region: string }
  /** 503 with `x-handover-refused`: nothing was executed. */
  | { readonly kind: 'refused'; readonly code: string; readonly retryAfterMs: number }
  /** 502-504 that no origin signed: something between us and the node. */
  | { readonly kind: 'bad-gateway'; readonly quick: boolean }
  /** Connection refused or reset: the runtime does not say which, so it proves nothing. */
  | { readonly kind: 'lost' }
  /** No header, and the health object confirms: nobody there. */
  | { readonly kind: 'silent' }
  /** A parked poll whose origin was found down. */
  | { readonly kind: 'down' }
  /** Lives, but the class's time is over. */
  | { readonly kind: 'overdue' };

export interface Circumstances {
  readonly resend: ResendClass;
  /** The body is kept, or there is none. */
  readonly replayable: boolean;
  /** This request already followed a 421. */
  readonly replayed: boolean;
  /** Sends still allowed after a failure. */
  readonly sendsLeft: number;
  /** Time since the request came, for how long a refusal may be tried again. */
  readonly spentMs: number;
  /** How long that is: a parked poll waits anyway. */
  readonly patienceMs: number;
  /** The same node was unsure of this request before. */
  readonly unsureBefore: boolean;
  /** Another region looks able to serve. */
  readonly elsewhere: boolean;
}

export type Action =
  | { readonly kind: 'answer' }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'replay'; readonly region: string }
  | { readonly kind: 'again'; readonly afterMs: number }
  | { readonly kind: 'fail'; readonly code: ErrorCode };

/** A session that moves is asked for again this long, counted from the request's arrival; a silent owner has taken two seconds of it already. */
export const movingMs = { short: 8_000, parked: 20_000 } as const;
const maxPauseMs = 500;
const minPauseMs = 50;
const unsurePauseMs = 50;

/** What follows from the end of one attempt. Pure; the design's D1 and D3 in one place. */
export function decide(
  outcome: Outcome,
  { resend, replayable, replayed, sendsLeft, spentMs, patienceMs, unsureBefore, elsewhere }: Circumstances,
): Action {
  const canSend = replayable && sendsLeft > 0;
  switch (outcome.kind) {
    case 'answered':
      return { kind: 'answer' };
    case 'misdirected':
      return replayable && !replayed ? { kind: 'replay', region: outcome.region } : { kind: 'fail', code: 'region.replay' };
    case 'refused':
      if (!replayable) return { kind: 'answer' };
      // Who stays unsure is left for somebody who may be sure. A single time says little: one slow answer of the switch is enough for it, and a
      // session that moves while the registry is gone leaves behind what only the registry knew. The last one is never left.
      if (outcome.code === 'ownership.unsure' && elsewhere) {
        if (!unsureBefore) return { kind: 'again', afterMs: unsurePauseMs };
        return canSend ? { kind: 'elsewhere' } : { kind: 'answer' };
      }
      if (!outcome.code.startsWith('ownership.') || spentMs + outcome.retryAfterMs > patienceMs) return { kind: 'answer' };
      return { kind: 'again', afterMs: Math.min(maxPauseMs, Math.max(minPauseMs, outcome.retryAfterMs)) };
    case 'bad-gateway':
      return resend === 'repeat' && outcome.quick && canSend ? { kind: 'elsewhere' } : { kind: 'answer' };
    case 'lost':
    case 'silent':
    case 'down':
      if (resend === 'once') return { kind: 'fail', code: 'outcome.unknown' };
      return canSend ? { kind: 'elsewhere' } : { kind: 'fail', code: 'upstream.broken' };
    case 'overdue':
      return { kind: 'fail', code: resend === 'once' ? 'outcome.unknown' : 'request.timeout' };
  }
}
