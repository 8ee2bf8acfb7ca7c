import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  brokenInvariant,
  commandsNamed,
  endByFarEnd,
  siteLog,
  startScene,
  startSystem,
  unharmed,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// F2, silent: the owner stops in the middle of its work and goes on later, as if nothing had been.
let system: RunningSystem;
let scene: Scene;
beforeAll(async () => {
  system = await startSystem();
  scene = await startScene(system);
  await endByFarEnd(scene);
  await Promise.all([scene.ann.clearCalls(), scene.bob.clearCalls()]);
  scene.begin();
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

describe('a call that is made while its owner is frozen', () => {
  it('has an unknown outcome, is tried again by its client, and exists once after the thaw', async () => {
    const { ann, bob, before } = scene;
    const marks = [ann.events.mark(), bob.events.mark()] as const;
    const call = { data: { destination: bob.dn } };
    await system.handover('fault', 'freeze', 'node', before.node);
    const first = await ann.request('POST', '/voice/make-call', call);
    expect([first.status, first.body.errors?.[0]?.code]).toEqual([503, 'outcome.unknown']);

    const second = await ann.request('POST', '/voice/make-call', call);
    expect([second.status, second.body.status?.code]).toEqual([200, 1]);
    const { id } = await bob.callIn('Ringing', undefined, marks[1]);
    await bob.voice.answerCall(id);
    await ann.callIn('Established', id, marks[0]);
    const moved = await scene.now();
    expect(moved.epoch).toBeGreaterThan(before.epoch);
    expect(moved.node).not.toBe(before.node);

    // Thaws it, and waits until it serves: what it had in its hands is done with by then, one way or the other.
    await system.handover('fault', 'heal', 'node', before.node);
    expect(await scene.now()).toEqual(moved);
    const log = await siteLog(system.url, ann.dn, scene.startedMs);
    expect(commandsNamed(log, 'MakeCall')).toHaveLength(1);
    expect((await ann.calls()).map(each => each.id)).toEqual([id]);
    for (const agent of [ann, bob]) expect(await scene.harmTo(agent)).toEqual(unharmed);
  });

  it('goes on where it went when the agent works on after the thaw', async () => {
    const { ann, bob, before } = scene;
    const from = ann.events.mark();
    const [call] = await ann.calls();
    if (call === undefined) throw new Error('no call');
    await ann.voice.holdCall(call.id);
    await ann.callIn('Held', call.id, from);
    await bob.voice.releaseCall(call.id);
    await ann.callIn('Released', call.id, from);
    expect((await scene.now()).node).not.toBe(before.node);
    expect(brokenInvariant(await siteLog(system.url, ann.dn))).toEqual([]);
  });
});
