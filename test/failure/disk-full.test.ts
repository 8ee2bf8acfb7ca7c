import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdAndRetrieve, startScene, startSystem, startWriteLedger, unharmed, type RunningSystem, type Scene } from '../support/index.ts';
import { moveToSmallDisk, type SmallDisk } from '../support/small-disk.ts';

// The primary's disk runs full: changes are refused, everything else goes on, and they are taken again when there is room.
// The disk is a small file system in memory: root only, and skipped by name for everybody else.
const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)('a primary whose disk is full', () => {
  let system: RunningSystem;
  let scene: Scene;
  let disk: SmallDisk;
  beforeAll(async () => {
    system = await startSystem();
    disk = await moveToSmallDisk(system, 'us-east');
    scene = await startScene(system);
  });
  afterAll(async () => {
    await scene?.end();
    disk?.unmount();
    await system?.stop();
  });

  it('refuses changes without a fault of ours, while calls go on; and takes them again when there is room', async () => {
    const ledger = startWriteLedger(system);
    try {
      await ledger.until(50);
      disk.fill();
      for (const end = Date.now() + 30_000; ledger.refused.size === 0; await new Promise(resolve => setTimeout(resolve, 50)))
        if (Date.now() > end) throw new Error('the full disk was never noticed');
      await holdAndRetrieve(scene.ann, scene.callId);
      disk.free();
      // One that could not even write its log has ended, and is started again.
      await system.handover('fault', 'heal', 'postgres', 'us-east');
      await ledger.until(ledger.acknowledged.size + 50);
    } finally {
      await ledger.stop();
    }
    expect([...ledger.refused.keys()].filter(code => !/^(store\.|outcome\.unknown)/.test(code))).toEqual([]);
    expect(await ledger.missingIn('us-east')).toEqual([]);
    expect(await scene.harmTo(scene.ann)).toEqual(unharmed);
  });
});
