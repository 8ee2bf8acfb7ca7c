import { performance } from 'node:perf_hooks';

/** A timer that can be started again without a new one being made. */
export interface Timer {
  refresh(): unknown;
  cancel(): void;
}

/** Where the server takes time from; tests put their own in place of it. Milliseconds throughout. */
export interface Clock {
  /** A reading that never goes back. */
  now(): number;
  after(delayMs: number, run: () => void): Timer;
  /** Runs at the end of the current turn of the event loop, when all that is readable has been read. */
  soon(run: () => void): void;
}

/** The machine's own clock. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return { refresh: () => timer.refresh(), cancel: () => clearTimeout(timer) };
  },
  soon: run => {
    setImmediate(run);
  },
};
