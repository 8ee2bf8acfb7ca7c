import { silentLogger } from '@handover/shared/log';
import { systemClock } from '@handover/shared/time';
import { describe, expect, test } from 'vitest';
import { createTimelines } from './timelines.ts';
import type { ServerView } from './topology.ts';

const primary = (timeline: number): ServerView => ({ reachable: true, standby: false, timeline, system: 'a', stalled: false });

/** A memory that several processes share. */
function sharedMemory() {
  const known = new Map<string, number>();
  const memory = {
    down: false,
    forget: () => known.clear(),
    async raiseTimeline(system: string, timeline: number) {
      if (memory.down) throw new Error('down');
      known.set(system, Math.max(known.get(system) ?? 0, timeline));
      return known.get(system) ?? 0;
    },
  };
  return memory;
}
const clockAt = (nowMs: () => number) => ({ ...systemClock, monotonic: nowMs });

describe('the highest timeline', () => {
  test('is known to a process that has just started', async () => {
    const memory = sharedMemory();
    await createTimelines(memory, systemClock, silentLogger).observe([primary(4)]);
    const restarted = createTimelines(memory, systemClock, silentLogger);
    expect(await restarted.observe([primary(3)])).toBe(true);
    expect(restarted.highest.get('a')).toBe(4);
  });

  test('is unknown until the memory was heard once, and stays known when it is lost later', async () => {
    const memory = sharedMemory();
    memory.down = true;
    const timelines = createTimelines(memory, systemClock, silentLogger);
    expect(await timelines.observe([primary(3)])).toBe(false);
    memory.down = false;
    expect(await timelines.observe([primary(3)])).toBe(true);
    memory.down = true;
    expect(await timelines.observe([primary(5)])).toBe(true);
  });

  test('is told to a memory that lost its data, and heard from others, within seconds', async () => {
    let nowMs = 0;
    const memory = sharedMemory();
    const timelines = createTimelines(
      memory,
      clockAt(() => nowMs),
      silentLogger,
    );
    await timelines.observe([primary(3)]);
    memory.forget();
    nowMs = 5_000;
    await timelines.observe([primary(3)]);
    await expect.poll(() => memory.raiseTimeline('a', 0)).toBe(3);
    await memory.raiseTimeline('a', 6);
    nowMs = 10_000;
    await timelines.observe([primary(3)]);
    await expect.poll(() => timelines.highest.get('a')).toBe(6);
  });

  test('needs no memory where there is none', async () => {
    expect(await createTimelines(undefined, systemClock, silentLogger).observe([primary(1)])).toBe(true);
  });
});
