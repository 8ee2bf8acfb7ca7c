import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  databaseOf,
  holdAndRetrieve,
  startScene,
  startSystem,
  startWriteLedger,
  unharmed,
  until,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// The standby that commits wait for is lost: changes stall, and go on without it after the operator's time. Then it falls out of the log.
let system: RunningSystem;
let scene: Scene;
beforeAll(async () => {
  system = await startSystem({ syncStallS: 2 });
  scene = await startScene(system);
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

interface StatusWithAlarms {
  alarms: string[];
  regions: { name: string; stores: { postgres: { replication?: string } } }[];
}
const status = (): Promise<StatusWithAlarms> => system.handover<StatusWithAlarms>('status');
const replication = async (region: string): Promise<string | undefined> =>
  (await status()).regions.find(each => each.name === region)?.stores.postgres.replication;

describe('a lost standby', () => {
  it('stalls changes and nothing else, until they go on without it, with an alarm', async () => {
    expect([await replication('us-east'), await replication('eu-west')]).toEqual(['synchronous', 'streaming']);
    const ledger = startWriteLedger(system);
    await ledger.until(20);
    await system.handover('fault', 'kill', 'postgres', 'eu-west');
    await holdAndRetrieve(scene.ann, scene.callId);
    const known = ledger.acknowledged.size;
    await ledger.until(known + 50);
    await ledger.stop();
    await until('said', 10_000, async () => (await replication('us-east')) === 'asynchronous');
    expect((await status()).alarms.join()).toContain('changes made now may be lost');
    expect(await scene.harmTo(scene.ann)).toEqual(unharmed);
  });

  it('is followed by a fresh copy when the primary no longer has what it missed, and commits wait for it again', async () => {
    const primary = databaseOf(system, 'us-east');
    try {
      // More log than is kept for a standby.
      for (let segment = 0; segment < 20; segment += 1)
        await primary`select pg_switch_wal(), pg_logical_emit_message(false, 'filler', 'x')`;
      await primary`checkpoint`;
      await primary`select pg_switch_wal()`;
      await primary`checkpoint`;
    } finally {
      await primary.end({ timeout: 1 });
    }
    await system.handover('fault', 'heal', 'postgres', 'eu-west');
    await until('commits wait again', 20_000, async () => (await replication('us-east')) === 'synchronous');
    expect(await replication('eu-west')).toBe('streaming');
    expect((await status()).alarms).toEqual([]);
    const ledger = startWriteLedger(system);
    await ledger.until(20);
    await ledger.stop();
    expect(await ledger.missingIn('eu-west')).toEqual([]);
    expect(await scene.harmTo(scene.ann)).toEqual(unharmed);
  });
});
