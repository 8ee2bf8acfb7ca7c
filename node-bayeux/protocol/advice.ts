import type { Advice } from './message.ts';

/** The three durations a client needs to know, in milliseconds. */
export interface AdviceTimes {
  readonly interval: number;
  readonly timeout: number;
  readonly maxInterval: number;
}

/** Complete advice to carry on: clients merge advice, so a field left out would keep a stale value. */
export function retryAdvice(times: AdviceTimes): Advice {
  return { reconnect: 'retry', interval: times.interval, timeout: times.timeout, maxInterval: times.maxInterval };
}

/** Complete advice for a client whose session is not here: handshake again, at once unless told to wait. */
export function handshakeAdvice(times: AdviceTimes, interval = 0): Advice {
  return { reconnect: 'handshake', interval, timeout: times.timeout, maxInterval: times.maxInterval };
}

/** Complete advice to stop. */
export function noneAdvice(times: AdviceTimes): Advice {
  return { reconnect: 'none', interval: times.interval, timeout: times.timeout, maxInterval: times.maxInterval };
}

/**
 * A duration that a client asked for, held inside `[0, most]`; `undefined` when it is not a usable number.
 * Unclamped, a value past 2^31 overflows the timer and turns a long poll into a spin.
 */
export function clampMs(value: unknown, most: number): number | undefined {
  if (typeof value !== 'number' || Number.isNaN(value) || value < 0) return undefined;
  return Math.min(value, most);
}
