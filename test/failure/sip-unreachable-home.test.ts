import type { VoiceMessageWire } from '@handover/shared/api/workspace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  brokenInvariant,
  commandsNamed,
  customerCalls,
  holdAndRetrieve,
  siteLog,
  startScene,
  startSystem,
  unharmed,
  until,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// D5: the session works at another region than its phone, and then its phone's SIP Servers are lost as well.
let system: RunningSystem;
let scene: Scene;
let home = '';
beforeAll(async () => {
  system = await startSystem();
  scene = await startScene(system);
  home = scene.ann.voice.dn?.switchName ?? '';
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

const isService = (state: string) => (message: VoiceMessageWire) =>
  message.messageType === 'ServiceStateChanged' && message.serviceName === 'VOICE' && message.serviceState === state;

describe('a session away from its phone', () => {
  it('controls its call at the home SIP Server, also at the backup when the primary is killed', async () => {
    const { ann, before, callId } = scene;
    await system.handover('fault', 'kill', 'region', before.region);
    await holdAndRetrieve(ann, callId);
    await system.handover('fault', 'kill', 'sip', before.region);
    await until('the backup serves', 60_000, async () => {
      await holdAndRetrieve(ann, callId);
      return true;
    });
    expect(ann.voice.dn?.switchName).toBe(home);
    expect(await scene.harmTo(ann)).toEqual(unharmed);
  });

  it('is logged in not ready at the local switch when the home stays unreachable, and its call is told as lost', async () => {
    const { ann, before, callId } = scene;
    const from = ann.events.mark();
    const { atMs } = await system.handover<{ atMs: number }>('fault', 'kill', 'sip', before.region);
    await ann.events.next('voice is away', isService('UNAVAILABLE'), { from });
    const lost = await ann.callIn('Released', callId, from);
    expect(lost.extensions).toContainEqual({ key: 'ReleaseReason', type: 'str', value: 'site-lost' });
    const dn = await ann.dnIn('NotReady', from);
    expect(dn.switchName).not.toBe(home);
    await ann.events.next('voice is back', isService('AVAILABLE'), { from });
    // Not before `site-switch-after-s`: unreachable is not lost.
    expect(Date.now() - atMs).toBeGreaterThan(2_900);
    const log = await siteLog(system.url, ann.dn, scene.startedMs);
    expect(commandsNamed(log, 'AgentLogin')).toHaveLength(1);
    expect(commandsNamed(log, 'AgentLogout')).toEqual([]);
    expect(ann.handshakes()).toBe(0);
  });

  it('takes calls there', async () => {
    const { ann } = scene;
    const from = ann.events.mark();
    await ann.voice.ready();
    await ann.dnIn('Ready', from);
    const id = await customerCalls(system.url, ann.dn);
    await ann.callIn('Ringing', id, from);
    await ann.voice.answerCall(id);
    await ann.callIn('Established', id, from);
    await ann.voice.releaseCall(id);
    await ann.callIn('Released', id, from);
  });

  it('is logged out at the home switch when that returns', async () => {
    const { ann, before } = scene;
    await system.handover('fault', 'heal', 'sip', before.region);
    await until(
      'logged out at home',
      20_000,
      async () => commandsNamed(await siteLog(system.url, ann.dn, scene.startedMs), 'AgentLogout').length === 1,
    );
    const from = ann.events.mark();
    await ann.voice.notReady();
    await ann.dnIn('NotReady', from);
    expect(ann.voice.dn?.switchName).not.toBe(home);
    expect(brokenInvariant(await siteLog(system.url, ann.dn))).toEqual([]);
    expect((await scene.harmTo(ann)).clientLogins).toBe(0);
  });
});
