import type { Clock } from '@handover/shared/time';

/** A writer waits at most this long to see its own change. */
const patienceMs = 2_000;

/** Lets a writer wait until the mirror has its change. */
export function createReached(clock: Clock, sequence: () => number): { wait(wanted: number): Promise<void>; advanced(): void } {
  const waiting = new Set<{ wanted: number; done: () => void }>();
  return {
    wait(wanted) {
      if (sequence() >= wanted) return Promise.resolve();
      return new Promise(resolve => {
        const entry = {
          wanted,
          done() {
            waiting.delete(entry);
            cancel();
            resolve();
          },
        };
        const cancel = clock.after(patienceMs, () => entry.done());
        waiting.add(entry);
      });
    },
    advanced() {
      for (const entry of [...waiting]) if (sequence() >= entry.wanted) entry.done();
    },
  };
}
