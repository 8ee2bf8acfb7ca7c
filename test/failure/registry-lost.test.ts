import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  holdAndRetrieve,
  startScene,
  startSystem,
  unharmed,
  until,
  wipeRegistry,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// F10: the registry loses its data, then is lost itself, then a region falls while it is gone.
let system: RunningSystem;
let scene: Scene;
beforeAll(async () => {
  system = await startSystem();
  scene = await startScene(system);
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

describe('an agent at work', () => {
  it('goes on where the session was when the data of the registry is lost', async () => {
    const { ann, before, callId } = scene;
    await wipeRegistry(system);
    await holdAndRetrieve(ann, callId);
    await until('the record is back', 60_000, async () => (await scene.now()).epoch >= before.epoch);
    expect(await scene.now()).toMatchObject({ sessionId: before.sessionId, node: before.node });
    expect(await scene.harmTo(ann)).toEqual(unharmed);
  });

  it('goes on when the registry is killed', async () => {
    const { ann, callId } = scene;
    await system.handover('fault', 'kill', 'registry');
    for (let round = 0; round < 3; round += 1) await holdAndRetrieve(ann, callId);
    expect(await scene.harmTo(ann)).toEqual(unharmed);
  });

  it('goes on without a login when her region falls while the registry is gone', async () => {
    const { ann, bob, before, callId } = scene;
    await system.handover('fault', 'kill', 'region', before.region);
    // Nobody knows her clients now, only her cookie and her phone: commands work at once, whatever her client shows.
    const hold = await ann.request('POST', `/voice/calls/${callId}/hold`, { data: {} });
    expect([hold.status, hold.headers.get('x-handover-region')]).not.toContain(before.region);
    expect([hold.status, hold.body.status?.code]).toEqual([200, 1]);
    await until('it is held', 60_000, async () => (await ann.calls()).some(call => call.id === callId && call.state === 'Held'));
    expect((await ann.request('POST', `/voice/calls/${callId}/retrieve`, { data: {} })).status).toBe(200);
    const { handshakes: _, ...harm } = await scene.harmTo(ann);
    const { handshakes: __, ...none } = unharmed;
    expect(harm).toEqual(none);
    expect((await bob.request('GET', '/current-session')).status).toBe(200);
  });

  it('works on as before when both are back', async () => {
    const { ann, bob, before } = scene;
    await system.handover('fault', 'heal', 'registry');
    await system.handover('fault', 'heal', 'region', before.region);
    await until('the record is back', 60_000, async () => (await scene.now()).epoch > before.epoch);
    await bob.request('POST', `/voice/calls/${scene.callId}/release`, { data: {} });
    await until('it is over', 60_000, async () => (await ann.calls()).every(call => call.state === 'Released'));
    const { outdated, twice, agentLogins, agentLogouts, clientLogins } = await scene.harmTo(ann);
    expect([outdated, twice, agentLogins, agentLogouts, clientLogins]).toEqual([[], [], 0, 0, 0]);
  });
});
