import type { Core } from '../core.ts';
import type { Session } from './session.ts';

/** Starts the clock of an absent client: it may stay away for the interval it was told plus `maxInterval`. */
export function armExpiry(core: Core, session: Session, interval: number): void {
  const { options } = core;
  session.expireAt = options.clock.now() + interval + options.maxInterval;
}

/** Starts the clock of a client that has not connected yet. */
export function armFirstExpiry(core: Core, session: Session): void {
  const { options } = core;
  session.expireAt = options.clock.now() + (options.firstConnectTimeout ?? options.interval + options.maxInterval);
}

/** A client that sends anything is alive: it has at least another `maxInterval`. */
export function extendExpiry(core: Core, session: Session): void {
  if (session.expireAt === Infinity) return;
  const { options } = core;
  session.expireAt = Math.max(session.expireAt, options.clock.now() + options.maxInterval);
}
