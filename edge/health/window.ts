const slots = 10;
const slotMs = 1_000;
const minimum = 5;
const share = 0.5;
const ejectionMs = 2_000;
const maxEjections = 15;

interface Slot {
  at: number;
  good: number;
  bad: number;
}

/**
 * Passive evidence about one origin in this isolate: connection losses and gateway errors of short requests in a sliding window of 10 s.
 * At least 5 failures that are at least half of what was seen eject the origin for 2 s, longer on repeats (at most 30 s).
 */
export interface EvidenceWindow {
  add(good: boolean, nowMs: number): void;
  ejected(nowMs: number): boolean;
}

export function createWindow(): EvidenceWindow {
  const ring: Slot[] = Array.from({ length: slots }, () => ({ at: -1, good: 0, bad: 0 }));
  let untilMs = 0;
  let times = 0;
  const totals = (nowSlot: number): { good: number; bad: number } => {
    let good = 0;
    let bad = 0;
    for (const slot of ring) {
      if (slot.at <= nowSlot - slots) continue;
      good += slot.good;
      bad += slot.bad;
    }
    return { good, bad };
  };
  const clear = (): void => ring.forEach(slot => Object.assign(slot, { at: -1, good: 0, bad: 0 }));
  return {
    add(good, nowMs) {
      const now = Math.floor(nowMs / slotMs);
      const slot = ring[now % slots] as Slot;
      if (slot.at !== now) Object.assign(slot, { at: now, good: 0, bad: 0 });
      slot[good ? 'good' : 'bad'] += 1;
      if (good) return;
      const sum = totals(now);
      if (nowMs < untilMs || sum.bad < minimum || sum.bad < share * (sum.good + sum.bad)) return;
      times = nowMs - untilMs > 60_000 ? 1 : Math.min(maxEjections, times + 1);
      untilMs = nowMs + ejectionMs * times;
      clear();
    },
    ejected: nowMs => nowMs < untilMs,
  };
}
