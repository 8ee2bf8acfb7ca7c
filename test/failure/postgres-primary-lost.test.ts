import { afterEach, describe, expect, it } from 'vitest';
import { holdAndRetrieve, startScene, startSystem, startWriteLedger, unharmed, until, type RunningSystem } from '../support/index.ts';

// F7: the primary is killed in the middle of a thousand writes, its standby is promoted. With 200 agents and ten thousand writes: floor/.
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function loseThePrimary(system: RunningSystem, writes: number) {
  const scene = await startScene(system);
  undo.push(() => scene.end());
  const ledger = startWriteLedger(system);
  undo.push(() => ledger.stop());
  await ledger.until(writes / 2);
  const { atMs } = await system.handover<{ atMs: number }>('fault', 'kill', 'postgres', 'us-east');
  await holdAndRetrieve(scene.ann, scene.callId);
  await system.handover('promote', 'eu-west');
  await ledger.until(writes);
  await ledger.stop();
  await holdAndRetrieve(scene.ann, scene.callId);
  expect(await scene.harmTo(scene.ann)).toEqual(unharmed);
  // A loaded machine may make her node take the session anew; it stays the same session.
  expect((await scene.now()).sessionId).toBe(scene.before.sessionId);
  // Everything else that writers were told is that it cannot be done now, or may have been done.
  expect([...ledger.refused.keys()].filter(code => !/^(store\.|outcome\.unknown)/.test(code))).toEqual([]);
  return { ledger, atMs };
}

describe('a lost primary', () => {
  it('takes no acknowledged write along when commits wait for the standby', async () => {
    const system = await startSystem({ syncStallS: 0 });
    undo.push(() => system.stop());
    const { ledger } = await loseThePrimary(system, 1_000);
    expect(await ledger.missingIn('eu-west')).toEqual([]);
  });

  it('takes along at most what was acknowledged in its last second when they do not, and comes back as a standby', async () => {
    const system = await startSystem();
    undo.push(() => system.stop());
    const { ledger, atMs } = await loseThePrimary(system, 400);
    const missing = await ledger.missingIn('eu-west');
    for (const name of missing) expect(atMs - (ledger.acknowledged.get(name) ?? 0)).toBeLessThan(1_000);
    await system.handover('fault', 'heal', 'postgres', 'us-east');
    await until('the standby has everything', 20_000, async () => (await ledger.missingIn('us-east')).length === missing.length);
  });
});
