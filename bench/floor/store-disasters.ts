import { setTimeout as sleep } from 'node:timers/promises';
import {
  databaseOf,
  flushRedis,
  startWriteLedger,
  until,
  untilReplicated,
  wipeRegistry,
  type RunningSystem,
  type WriteLedger,
} from '../../test/support/index.ts';
import { moveToSmallDisk, type SmallDisk } from '../../test/support/small-disk.ts';
import { startPostgresUnasked } from '../../test/support/unasked-postgres.ts';
import type { Disaster } from './disaster.ts';

/** Acknowledged writes that must all be there after the promotion. */
const writes = 10_000;
const lookMs = 200;
const fullMs = 3_000;

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

/** The replaced primary comes back by itself and takes itself for the primary; nobody may write to it. */
export const oldPrimaryReturns: Disaster = {
  nodes: 1,
  netns: false,
  async strike(system, struck) {
    await untilReplicated(system);
    struck(await killed(system, 'postgres', region));
    await system.handover('promote', 'eu-west');
    await startPostgresUnasked(system, region);
    const before = await countIn(system, region);
    const ledger = startWriteLedger(system);
    try {
      await ledger.until(500);
    } finally {
      await ledger.stop();
    }
    await complete(ledger, 'eu-west');
    const more = (await countIn(system, region)) - before;
    if (more !== 0) throw new Error(`${more} records were written to the old primary`);
  },
  heal: async system => void (await system.handover('fault', 'heal', 'postgres', region)),
};

/** The primary's disk runs full for some seconds. Root only. */
function fullDisk(): Disaster {
  let disk: SmallDisk | undefined;
  return {
    nodes: 1,
    netns: false,
    async prepare(system) {
      disk = await moveToSmallDisk(system, region);
    },
    async strike(system, struck) {
      const ledger = startWriteLedger(system);
      try {
        await ledger.until(50);
        struck(Date.now());
        disk?.fill();
        await until('a change is refused', 30_000, () => ledger.refused.size > 0);
        await sleep(fullMs);
        disk?.free();
        // One that could not even write its log has ended, and is started again.
        await system.handover('fault', 'heal', 'postgres', region);
        await ledger.until(ledger.acknowledged.size + 500);
      } finally {
        await ledger.stop();
      }
      await complete(ledger, region);
    },
    clean: async () => disk?.unmount(),
  };
}
export const diskFull = fullDisk();

async function countIn(system: RunningSystem, where: string): Promise<number> {
  const sql = databaseOf(system, where);
  try {
    return (await sql<{ count: number }[]>`select count(*)::int as count from environments`)[0]?.count ?? 0;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function complete(ledger: WriteLedger, where: string): Promise<void> {
  const odd = [...ledger.refused.keys()].filter(code => !/^(store\.|outcome\.unknown)/.test(code));
  if (odd.length > 0) throw new Error(`changes were refused with ${odd.join()}`);
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
