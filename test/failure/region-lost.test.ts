import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  customerCalls,
  endByFarEnd,
  holdAndRetrieve,
  openCometdTab,
  startScene,
  startSystem,
  unharmed,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// F2: every origin node of a region is killed, its Genesys servers live.
let system: RunningSystem;
let scene: Scene;
beforeAll(async () => {
  system = await startSystem({ nodes: 2 });
  scene = await startScene(system);
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

describe('a call whose region is killed', () => {
  it('goes on at the other region, for both agents and every kind of client', async () => {
    const { ann, bob, before, callId } = scene;
    const socket = await openCometdTab(system.url, ann.cookie(), { transport: 'websocket' });
    await socket.subscribe('/workspace/v3/voice');
    await system.handover('fault', 'kill', 'region', before.region);
    const mark = socket.events.mark();
    await holdAndRetrieve(ann, callId);
    await holdAndRetrieve(bob, callId);
    await socket.events.next(
      'the socket hears of it',
      ({ data }) => data.messageType === 'CallStateChanged' && (data['call'] as { id: string }).id === callId,
      { from: mark },
    );
    expect(socket.handshakes()).toBe(1);
    await socket.close();
    await endByFarEnd(scene);
    const after = await scene.now();
    expect(after).toMatchObject({ sessionId: before.sessionId });
    expect(after.region).not.toBe(before.region);
    for (const agent of [ann, bob]) expect(await scene.harmTo(agent)).toEqual(unharmed);
  });

  it('is followed by new ones there, by the same phones', async () => {
    const { ann, bob } = scene;
    const callId = await connect(ann, bob);
    await endByFarEnd({ ...scene, callId });
    const from = ann.events.mark();
    await ann.voice.ready();
    await ann.dnIn('Ready', from);
    const inbound = await customerCalls(system.url, ann.dn);
    await ann.callIn('Ringing', inbound, from);
    await ann.voice.answerCall(inbound);
    await ann.callIn('Established', inbound, from);
    await ann.voice.releaseCall(inbound);
    await ann.callIn('Released', inbound, from);
    expect(await scene.harmTo(ann)).toEqual(unharmed);
  });

  it('leaves the sessions where they are when the region is back', async () => {
    const { before } = scene;
    const moved = await scene.now();
    await system.handover('fault', 'heal', 'region', before.region);
    const from = scene.ann.events.mark();
    await scene.ann.voice.notReady();
    await scene.ann.dnIn('NotReady', from);
    expect(await scene.now()).toEqual(moved);
    expect(await scene.harmTo(scene.ann)).toEqual(unharmed);
  });
});
