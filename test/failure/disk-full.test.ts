import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdAndRetrieve, startScene, startSystem, startWriteLedger, unharmed, type RunningSystem, type Scene } from '../support/index.ts';

// The primary's disk runs full: changes are refused, everything else goes on, and they are taken again when there is room.
// The disk is a small file system in memory: root only, and skipped by name for everybody else.
const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)('a primary whose disk is full', () => {
  let system: RunningSystem;
  let scene: Scene;
  let data = '';
  beforeAll(async () => {
    system = await startSystem();
    data = join(system.stateDir, 'postgres', 'us-east');
    await system.handover('fault', 'kill', 'postgres', 'us-east');
    const kept = `${data}.kept`;
    cpSync(data, kept, { recursive: true, verbatimSymlinks: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m,mode=0700,uid=65534,gid=65534', 'handover-small-disk', data]);
    cpSync(kept, data, { recursive: true, verbatimSymlinks: true });
    execFileSync('chown', ['-R', '65534:65534', data]);
    rmSync(kept, { recursive: true });
    await system.handover('fault', 'heal', 'postgres', 'us-east');
    scene = await startScene(system);
  });
  afterAll(async () => {
    await scene?.end();
    if (readFileSync('/proc/mounts', 'utf8').includes(` ${data} tmpfs `)) execFileSync('umount', ['--lazy', data]);
    if (data !== '') mkdirSync(data, { recursive: true });
    await system?.stop();
  });

  const ballast = (): string => join(data, 'ballast');
  function fill(): void {
    const file = openSync(ballast(), 'w');
    const block = Buffer.alloc(1 << 20, 1);
    try {
      for (;;) writeSync(file, block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  it('refuses changes without a fault of ours, while calls go on; and takes them again when there is room', async () => {
    const ledger = startWriteLedger(system);
    try {
      await ledger.until(50);
      fill();
      for (const end = Date.now() + 30_000; ledger.refused.size === 0; await new Promise(resolve => setTimeout(resolve, 50)))
        if (Date.now() > end) throw new Error('the full disk was never noticed');
      await holdAndRetrieve(scene.ann, scene.callId);
      rmSync(ballast());
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
