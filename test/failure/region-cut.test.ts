import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endByFarEnd, holdAndRetrieve, startScene, startSystem, unharmed, type RunningSystem, type Scene } from '../support/index.ts';

const canUseNamespaces = (): boolean => {
  try {
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
};

// F8: a region lives, and nobody outside reaches it: packets vanish, nothing is refused. Its nodes still reach their Genesys servers.
describe.skipIf(!canUseNamespaces())('a region that is cut off', () => {
  let system: RunningSystem;
  let scene: Scene;
  beforeAll(async () => {
    system = await startSystem({ netns: true });
    scene = await startScene(system);
  });
  afterAll(async () => {
    await scene.end();
    await system.stop();
  });

  it('loses its session to the other one, while its old owner is alive and at the switch', async () => {
    const { ann, before, callId } = scene;
    await system.handover('fault', 'cut', 'region', before.region);
    await holdAndRetrieve(ann, callId);
    const after = await scene.now();
    expect(after).toMatchObject({ sessionId: before.sessionId });
    expect(after.region).not.toBe(before.region);
    expect(after.epoch).toBeGreaterThan(before.epoch);
    expect(await scene.harmTo(ann)).toEqual(unharmed);
  });

  it('takes nothing back by itself when it is joined again', async () => {
    const { ann, before, callId } = scene;
    const moved = await scene.now();
    await system.handover('fault', 'heal', 'region', before.region);
    await holdAndRetrieve(ann, callId);
    expect(await scene.now()).toEqual(moved);
    expect(await scene.harmTo(ann)).toEqual(unharmed);
  });

  it('gets it when the other one is cut off in its turn', async () => {
    const { ann, bob, before, callId } = scene;
    const there = await scene.now();
    await system.handover('fault', 'cut', 'region', there.region);
    await holdAndRetrieve(ann, callId);
    await endByFarEnd(scene);
    const back = await scene.now();
    expect(back).toMatchObject({ sessionId: before.sessionId, region: before.region });
    expect(back.epoch).toBeGreaterThan(there.epoch);
    for (const agent of [ann, bob]) expect(await scene.harmTo(agent)).toEqual(unharmed);
    await system.handover('fault', 'heal', 'region', there.region);
  });

  it('keeps its session when only its registry is cut off', async () => {
    const { ann, bob } = scene;
    const before = await scene.now();
    const from = ann.events.mark();
    await system.handover('fault', 'cut', 'registry');
    await ann.voice.makeCall(bob.dn);
    const { id } = await ann.callIn('Dialing', undefined, from);
    await bob.voice.answerCall(id);
    await ann.callIn('Established', id, from);
    await holdAndRetrieve(ann, id);
    await system.handover('fault', 'heal', 'registry');
    expect(await scene.now()).toMatchObject({ sessionId: before.sessionId, node: before.node });
    for (const agent of [ann, bob]) expect(await scene.harmTo(agent)).toEqual(unharmed);
  });
});
