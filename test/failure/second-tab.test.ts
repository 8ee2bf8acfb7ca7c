import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  holdAndRetrieve,
  joinAgent,
  openCometdTab,
  startScene,
  startSystem,
  unharmed,
  type Agent,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// Two tabs of one agent, whose pins name different regions while one of them is frozen.
let system: RunningSystem;
let scene: Scene;
let tab: Agent;
beforeAll(async () => {
  system = await startSystem();
  scene = await startScene(system);
  tab = await joinAgent(system.url, 'agent1');
  scene.begin();
});
afterAll(async () => {
  await tab.leave();
  await scene.end();
  await system.stop();
});

describe('a second tab', () => {
  it('moves along with the first when the region freezes, although only the first one acts', async () => {
    const { ann, before, callId } = scene;
    const socket = await openCometdTab(system.url, ann.cookie(), { transport: 'websocket' });
    await socket.subscribe('/workspace/v3/voice');
    await system.handover('fault', 'freeze', 'region', before.region);
    const from = tab.events.mark();
    const socketFrom = socket.events.mark();
    await holdAndRetrieve(ann, callId);
    await tab.callIn('Held', callId, from);
    await tab.callIn('Established', callId, from);
    const told = (state: string): Promise<unknown> =>
      socket.events.next(`the socket: ${state}`, ({ data }) => (data['call'] as { state?: string } | undefined)?.state === state, {
        from: socketFrom,
      });
    await told('Established');
    expect(socket.handshakes()).toBe(1);
    await socket.close();
    expect((await scene.now()).region).not.toBe(before.region);
    for (const each of [ann, tab]) expect(await scene.harmTo(each)).toEqual(unharmed);
  });

  it('reaches the one owner by an old pin to the region that is back', async () => {
    const { ann, before, callId } = scene;
    const moved = await scene.now();
    // A browser that slept through it all: its pin, and with it its next request, goes to the old region.
    const asleep = await openCometdTab(system.url, ann.cookie());
    await system.handover('fault', 'heal', 'region', before.region);
    const from = tab.events.mark();
    const stale = { cookie: ann.cookie().replace(/HANDOVER_PIN=[^;]*/, 'HANDOVER_PIN=none') };
    for (const action of ['hold', 'retrieve']) {
      const answer = await ann.request('POST', `/voice/calls/${callId}/${action}`, { data: {} }, stale);
      expect([answer.status, answer.headers.get('x-handover-region')]).toEqual([200, moved.region]);
    }
    await tab.callIn('Held', callId, from);
    await asleep.subscribe('/workspace/v3/voice');
    await asleep.events.next('its call', ({ data }) => data.messageType === 'CallStateChanged');
    await asleep.close();
    expect(await scene.now()).toEqual(moved);
    expect(await scene.harmTo(ann)).toEqual(unharmed);
  });
});
