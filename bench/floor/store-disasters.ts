import { setTimeout as sleep } from 'node:timers/promises';
import { flushRedis, startWriteLedger, wipeRegistry, type RunningSystem, type WriteLedger } from '../../test/support/index.ts';
import type { Disaster } from './disaster.ts';

/** Acknowledged writes that must all be there after the promotion. */
const writes = 10_000;
const lookMs = 200;

const region = 'us-east';
const killed = async (system: RunningSystem, ...what: string[]): Promise<number> =>
  (await system.handover<{ atMs: number }>('fault', 'kill', ...what)).atMs;

/** The primary is killed in the middle of ten thousand writes and its synchronous standby promoted; every acknowledged one must be there. */
export const postgres: Disaster = {
  nodes: 1,
  netns: false,
  syncStallS: 0,
  async strike(system, struck) {
    const ledger = startWriteLedger(system);
    try {
      await ledger.until(writes / 2);
      struck(await killed(system, 'postgres', region));
      await system.handover('promote', 'eu-west');
      await ledger.until(writes);
    } finally {
      await ledger.stop();
    }
    await complete(ledger, 'eu-west');
  },
  async heal(system) {
    await system.handover('fault', 'heal', 'postgres', region);
  },
};

/** The standby that commits wait for is killed: changes stall for two seconds, then go on without it. */
export const standby: Disaster = {
  nodes: 1,
  netns: false,
  syncStallS: 2,
  async strike(system, struck) {
    const ledger = startWriteLedger(system);
    try {
      await ledger.until(100);
      struck(await killed(system, 'postgres', 'eu-west'));
      await ledger.until(ledger.acknowledged.size + 500);
    } finally {
      await ledger.stop();
    }
    await complete(ledger, region);
  },
  heal: async system => void (await system.handover('fault', 'heal', 'postgres', 'eu-west')),
};

async function complete(ledger: WriteLedger, where: string): Promise<void> {
  const missing = await ledger.missingIn(where);
  if (missing.length > 0) throw new Error(`${missing.length} of ${ledger.acknowledged.size} acknowledged writes are not in ${where}`);
}

/** Every region loses its cache; heal brings empty ones. */
export const redis: Disaster = {
  nodes: 1,
  netns: false,
  async strike(system, struck) {
    struck(await killed(system, 'redis', region));
    await killed(system, 'redis', 'eu-west');
  },
  async heal(system) {
    for (const name of [region, 'eu-west']) await system.handover('fault', 'heal', 'redis', name);
  },
};

export const redisFlush: Disaster = {
  nodes: 1,
  netns: false,
  async strike(system, struck) {
    struck(Date.now());
    for (let time = 0; time < 5; time += 1) {
      for (const name of [region, 'eu-west']) await flushRedis(system, name);
      await sleep(lookMs);
    }
  },
};

/** The registry loses its data, and is killed a moment later. */
export const registry: Disaster = {
  nodes: 1,
  netns: false,
  async strike(system, struck) {
    struck(Date.now());
    await wipeRegistry(system);
    await sleep(2_000);
    await killed(system, 'registry');
  },
  heal: async system => void (await system.handover('fault', 'heal', 'registry')),
};
