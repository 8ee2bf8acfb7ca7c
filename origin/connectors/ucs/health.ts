import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { ContactService } from '../../contracts/contacts.ts';

/** Whether the server answers, found out by asking it when nobody else does. */
export interface UcsHealth extends ContactService {
  /** It answered, whatever. */
  heard(): void;
  /** A request got no answer: it is asked at once. */
  missed(): void;
  start(): void;
  stop(): void;
}

/** Silence after which it is asked. */
const idleMs = 5_000;
const firstPauseMs = 1_000;
const longestPauseMs = 5_000;

/** `alive` asks the server, with attempts and a deadline of its own; it never rejects. */
export function createUcsHealth(options: { clock: Clock; random: () => number; log: Logger; alive: () => Promise<boolean> }): UcsHealth {
  const { clock, random, log } = options;
  const listeners = new Set<(state: 'up' | 'down') => void>();
  let state: 'up' | 'down' = 'up';
  let heardAtMs = -Infinity;
  let pauseMs = firstPauseMs;
  let running = false;
  let looking = false;
  let cancel = (): void => undefined;

  function become(next: typeof state): void {
    if (next === state) return;
    state = next;
    if (next === 'down') log.warn('the contact server does not answer');
    else log.info('the contact server answers again');
    for (const listener of [...listeners]) listener(next);
  }

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    cancel();
    const isAlive = await options.alive();
    looking = false;
    if (!running) return;
    if (isAlive) heard();
    else become('down');
    schedule();
  }

  function schedule(): void {
    cancel();
    if (state === 'up') {
      pauseMs = firstPauseMs;
      cancel = clock.after(Math.max(1, heardAtMs + idleMs - clock.monotonic()), checkSilence);
      return;
    }
    cancel = clock.after(pauseMs / 2 + (pauseMs / 2) * random(), () => void look());
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }

  function checkSilence(): void {
    if (clock.monotonic() - heardAtMs >= idleMs) void look();
    else schedule();
  }

  function heard(): void {
    heardAtMs = clock.monotonic();
    become('up');
  }

  return {
    get state() {
      return state;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    heard,
    missed() {
      if (running && state === 'up') void look();
    },
    start() {
      running = true;
      void look();
    },
    stop() {
      running = false;
      cancel();
    },
  };
}
