import type { StatEvent, StatNotification, StatValue } from '@handover/shared/genesys';
import type { Statistic } from './statistic.ts';

/** A statistic that a client has opened. */
export interface OpenStatistic {
  readonly statisticID: number;
  /** Of the request that opened it. */
  readonly referenceID: number;
  readonly notification: StatNotification;
  statistic: Statistic;
  readonly send: (event: StatEvent) => void;
}

interface Told {
  value: StatValue;
  atMs: number;
  /** Reset mode: told before this beginning from zero. */
  beforeReset: number | undefined;
}

/** Values that change with time alone are looked at again after this long. */
const repeatMs = 10_000;
/** More than lies between two looks, so that none of them comes too late. */
const beforeResetMs = 1_500;

/** Decides when an open statistic's value is sent, by its notification mode. */
export class Notifier {
  readonly #valueOf: (statistic: Statistic, now: number) => StatValue;
  readonly #open = new Map<OpenStatistic, Told>();
  readonly #byStatistic = new Map<Statistic, Set<OpenStatistic>>();

  constructor(valueOf: (statistic: Statistic, now: number) => StatValue) {
    this.#valueOf = valueOf;
  }

  /** Sends the first value. */
  add(opened: OpenStatistic, now: number): void {
    const there = this.#byStatistic.get(opened.statistic) ?? new Set();
    this.#byStatistic.set(opened.statistic, there.add(opened));
    this.#send(opened, this.#valueOf(opened.statistic, now), now);
  }

  remove(opened: OpenStatistic): void {
    this.#open.delete(opened);
    const there = this.#byStatistic.get(opened.statistic);
    there?.delete(opened);
    if (there?.size === 0) this.#byStatistic.delete(opened.statistic);
  }

  /** Facts have changed these statistics. */
  changed(statistics: Iterable<Statistic>, now: number): void {
    for (const statistic of statistics) {
      const immediate = [...(this.#byStatistic.get(statistic) ?? [])].filter(opened => opened.notification.mode === 'Immediate');
      if (immediate.length === 0) continue;
      const value = this.#valueOf(statistic, now);
      for (const opened of immediate) this.#sendIfNew(opened, value, now);
    }
  }

  /** To be called about once a second. */
  tick(now: number): void {
    for (const [opened, told] of this.#open) {
      const { notification, statistic } = opened;
      switch (notification.mode) {
        case 'NoNotification':
          break;
        case 'Immediate':
          if (now - told.atMs >= repeatMs) this.#sendIfNew(opened, this.#valueOf(statistic, now), now);
          break;
        case 'Periodical':
          if (now - told.atMs >= notification.frequencyS * 1_000) this.#sendIfNew(opened, this.#valueOf(statistic, now), now);
          break;
        case 'Reset': {
          const resetAtMs = statistic.nextReset(now);
          if (resetAtMs === undefined || resetAtMs - now > beforeResetMs || told.beforeReset === resetAtMs) break;
          this.#send(opened, this.#valueOf(statistic, now), now, resetAtMs);
        }
      }
    }
  }

  #sendIfNew(opened: OpenStatistic, value: StatValue, now: number): void {
    const told = this.#open.get(opened);
    const least = 'insensitivity' in opened.notification ? (opened.notification.insensitivity ?? 0) : 0;
    if (told !== undefined && !differs(told.value, value, least)) {
      if (opened.notification.mode === 'Periodical') told.atMs = now;
      return;
    }
    this.#send(opened, value, now);
  }

  #send(opened: OpenStatistic, value: StatValue, now: number, beforeReset?: number): void {
    this.#open.set(opened, { value, atMs: now, beforeReset });
    const { referenceID, statisticID } = opened;
    opened.send({ messageName: 'EventInfo', referenceID, statisticID, time: now, value });
  }
}

/** Whether a value is news: another state or other reasons, or a number that has moved by at least the insensitivity. */
function differs(told: StatValue, value: StatValue, insensitivity: number): boolean {
  if (told.stringValue !== value.stringValue || JSON.stringify(told.reasons) !== JSON.stringify(value.reasons)) return true;
  const moved = Math.abs((told.intValue ?? 0) - (value.intValue ?? 0));
  return moved > 0 && moved >= insensitivity;
}
