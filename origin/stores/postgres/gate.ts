import { AppError } from '@handover/shared/errors';
import type { Clock } from '@handover/shared/time';

export interface Gate {
  /** Waits for a place, at most `deadlineMs`; the answer gives the place back. Rejects with `store.unavailable`, and then nothing was begun. */
  enter(deadlineMs: number): Promise<() => void>;
}

/**
 * Lets at most `places` statements run at once and at most `queue` wait, so that the driver itself never queues: whatever gave up waiting
 * was certainly not sent.
 */
export function createGate(clock: Clock, places: number, queue: number): Gate {
  let running = 0;
  const waiting = new Set<() => void>();
  const leave = (): void => {
    running -= 1;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    next();
  };
  const once = (): (() => void) => {
    running += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      leave();
    };
  };
  return {
    async enter(deadlineMs) {
      if (running < places) return once();
      if (waiting.size >= queue) throw new AppError('store.unavailable', { detail: 'too many statements wait' });
      return new Promise((resolve, reject) => {
        const cancel = clock.after(deadlineMs, () => {
          waiting.delete(admitted);
          reject(new AppError('store.unavailable', { detail: `no connection came free within ${deadlineMs} ms` }));
        });
        const admitted = (): void => {
          cancel();
          resolve(once());
        };
        waiting.add(admitted);
      });
    },
  };
}
