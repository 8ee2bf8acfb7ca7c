import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endByFarEnd, holdAndRetrieve, startScene, startSystem, unharmed, type RunningSystem, type Scene } from '../support/index.ts';

// F1: an origin node is killed, another one of its region lives.
let system: RunningSystem;
let scene: Scene;
beforeAll(async () => {
  system = await startSystem({ nodes: 2, regions: ['us-east'] });
  scene = await startScene(system);
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

describe('a call whose node is killed', () => {
  it('goes on at another node of the region', async () => {
    const { ann, before, callId } = scene;
    await system.handover('fault', 'kill', 'node', before.node);
    await holdAndRetrieve(ann, callId);
    const after = await scene.now();
    expect(after).toMatchObject({ sessionId: before.sessionId, region: 'us-east' });
    expect(after.node).not.toBe(before.node);
    expect(after.epoch).toBeGreaterThan(before.epoch);
    expect(await scene.harmTo(ann)).toEqual(unharmed);
  });

  it('goes back to the first when the next is killed, and an agent who does nothing hears the far end hang up', async () => {
    const { ann, bob, before } = scene;
    await system.handover('fault', 'heal', 'node', before.node);
    await system.handover('fault', 'kill', 'node', (await scene.now()).node);
    await endByFarEnd(scene);
    expect(await scene.now()).toMatchObject({ sessionId: before.sessionId, node: before.node });
    for (const agent of [ann, bob]) expect(await scene.harmTo(agent)).toEqual(unharmed);
  });
});
