import type { Clock } from '@handover/shared/time';

export interface KeepAliveTimer {
  /** Something came from the server. */
  heard(): void;
  stop(): void;
}

/**
 * Watches a connection in the manner of ADDP: silent for `idleMs` it is asked for a sign of life, silent for as long again it is lost.
 * A process that was itself stopped asks anew before it judges: the answer may wait unread in its own socket.
 */
export function watchIdle(options: { clock: Clock; idleMs: number; ask: () => void; lost: () => void }): KeepAliveTimer {
  const { clock, idleMs } = options;
  let heardAt = clock.monotonic();
  let asked = false;
  let cancel = schedule(idleMs);

  function schedule(ms: number): () => void {
    const dueAt = clock.monotonic() + ms;
    return clock.after(ms, () => check(clock.monotonic() - dueAt > idleMs / 2));
  }
  function check(late: boolean): void {
    const silentMs = clock.monotonic() - heardAt;
    if (silentMs < idleMs) {
      cancel = schedule(idleMs - silentMs);
    } else if (!asked || late) {
      asked = true;
      cancel = schedule(idleMs);
      options.ask();
    } else options.lost();
  }

  return {
    heard() {
      heardAt = clock.monotonic();
      asked = false;
    },
    stop: () => cancel(),
  };
}
