import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  endByFarEnd,
  flushRedis,
  holdAndRetrieve,
  startScene,
  startSystem,
  tokenOf,
  unharmed,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// F5: the cache of a region is emptied, then gone. It holds nothing that cannot be had again.
let system: RunningSystem;
let scene: Scene;
beforeAll(async () => {
  system = await startSystem({ regions: ['us-east'] });
  scene = await startScene(system);
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

describe('a region without its cache', () => {
  it('serves on when it is flushed', async () => {
    await flushRedis(system, 'us-east');
    await holdAndRetrieve(scene.ann, scene.callId);
    expect(await scene.now()).toEqual(scene.before);
    expect(await scene.harmTo(scene.ann)).toEqual(unharmed);
  });

  it.each(['kill', 'freeze'])('serves on after a %s of its process, and lets people sign in', async act => {
    await system.handover('fault', act, 'redis', 'us-east');
    try {
      await holdAndRetrieve(scene.ann, scene.callId);
      expect(await scene.now()).toEqual(scene.before);
      expect(await scene.harmTo(scene.ann)).toEqual(unharmed);
      expect(await tokenOf(system.url, 'agent3')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    } finally {
      await system.handover('fault', 'heal', 'redis', 'us-east');
    }
  });

  it('works as before when it is back', async () => {
    await endByFarEnd(scene);
    await connect(scene.ann, scene.bob);
    expect(await scene.now()).toEqual(scene.before);
  });
});
