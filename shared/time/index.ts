/** Time as a contract, so that logic runs under a fake clock. All values are milliseconds. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** Never goes back; for durations and leases. */
  monotonic(): number;
  /** Calls `run` once after `ms`; the answer cancels it (harmless when it already ran). */
  after(ms: number, run: () => void): () => void;
}

interface TimerHost {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  performance: { now(): number };
}

const host = globalThis as unknown as TimerHost;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => host.performance.now(),
  after(ms, run) {
    const timer = host.setTimeout(run, ms);
    return () => host.clearTimeout(timer);
  },
};

/** Resolves after `ms` on the given clock. */
export const sleep = (clock: Clock, ms: number): Promise<void> => new Promise(resolve => void clock.after(ms, resolve));

export interface FakeClock extends Clock {
  /** Moves time on and runs every timer that falls due, in order. */
  advance(ms: number): void;
  /** How many timers wait. */
  readonly pending: number;
}

/** A clock that moves only when told. Timers due at the same moment run in the order they were set. */
export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let now = startMs;
  let sequence = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  const nextDue = (limit: number): [number, { at: number; run: () => void }] | undefined => {
    let found: [number, { at: number; run: () => void }] | undefined;
    for (const entry of timers) if (entry[1].at <= limit && (found === undefined || entry[1].at < found[1].at)) found = entry;
    return found;
  };
  return {
    now: () => now,
    monotonic: () => now - startMs,
    after(ms, run) {
      const id = ++sequence;
      timers.set(id, { at: now + Math.max(0, ms), run });
      return () => void timers.delete(id);
    },
    advance(ms) {
      const limit = now + ms;
      for (let due = nextDue(limit); due !== undefined; due = nextDue(limit)) {
        timers.delete(due[0]);
        now = due[1].at;
        due[1].run();
      }
      now = limit;
    },
    get pending() {
      return timers.size;
    },
  };
}
