import type { Logger } from '@handover/shared/log';
import { sleep, type Clock } from '@handover/shared/time';

export interface DrainOptions {
  ownership: {
    drain(options: { deadlineMs: number; spreadMs: number }): Promise<void>;
    undrain(): void;
    status(): { sessions: readonly unknown[] };
  };
  /** Writes what other nodes need to go on. */
  savePassports: () => void;
  clock: Clock;
  log: Logger;
}

export interface Drain {
  readonly state: 'up' | 'draining';
  /** Moves the agent sessions away, one by one, within `deadlineS`; those not moved yet are served here as before. */
  begin(deadlineS: number): void;
  /** Takes sessions again; those that went stay where they are. */
  end(): void;
  /** For a stop: moves everything away quickly, and resolves when the edge has had time to notice that this node takes nothing any more. */
  finish(): Promise<void>;
}

/** Sessions go at this pace, faster only when the deadline asks for it; a drain uses this share of its deadline, so that the last has time too. */
const paceMs = 50;
const spreadShare = 0.8;
const stopSpreadMs = 1_500;
const stopDeadlineMs = 8_000;
/** Two routine probes of the edge with their jitter and time-out. */
const noticeMs = 3_000;

export function createDrain({ ownership, savePassports, clock, log }: DrainOptions): Drain {
  let state: Drain['state'] = 'up';
  const move = async (deadlineMs: number, mostMs: number): Promise<void> => {
    state = 'draining';
    const sessions = ownership.status().sessions.length;
    const spreadMs = Math.min(mostMs, sessions * paceMs);
    log.info('draining', { sessions, deadlineMs });
    savePassports();
    await ownership.drain({ deadlineMs, spreadMs });
    log.info('drained', { sessions, left: ownership.status().sessions.length });
  };
  return {
    get state() {
      return state;
    },
    begin(deadlineS) {
      if (state === 'up') void move(deadlineS * 1_000, deadlineS * 1_000 * spreadShare);
    },
    end() {
      state = 'up';
      ownership.undrain();
    },
    async finish() {
      const sessions = ownership.status().sessions.length;
      const noticed = sessions === 0 ? Promise.resolve() : sleep(clock, noticeMs);
      await Promise.all([move(stopDeadlineMs, stopSpreadMs), noticed]);
    },
  };
}
