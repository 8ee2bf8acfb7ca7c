import type { CallWire, VoiceMessageWire } from '@handover/shared/api/workspace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, customerCalls, startAgent, startSystem, statusOf, until, type Agent, type RunningSystem } from '../support/index.ts';

// F1 with everything that a call can have: a supervisor who coaches, a recording, a consult call on hold, a conference.
let system: RunningSystem;
let people: Record<'ann' | 'bob' | 'cy' | 'dee' | 'boss', Agent>;
let main = '';
let consult = '';
let conference = '';

/** An operation on a call, which must be accepted. */
async function act(agent: Agent, path: string, data: object = {}): Promise<void> {
  const answer = await agent.request('POST', `/voice/${path}`, { data });
  expect([path, answer.status, answer.body]).toMatchObject([path, 200, { status: { code: 1 } }]);
}

/** Waits until the server shows the call like this. */
const shown = (agent: Agent, id: string, wanted: Partial<CallWire>): Promise<CallWire> =>
  until(`${agent.user}: ${id} as ${JSON.stringify(wanted)}`, 20_000, async () => {
    const call = (await agent.calls()).find(each => each.id === id);
    expect(call).toMatchObject(wanted);
    return call;
  });

const monitoring = (state: string) => (message: VoiceMessageWire) =>
  message.messageType === 'MonitoringStateChanged' && message.state === state;

async function everythingIsShown(): Promise<void> {
  const { ann, boss, cy } = people;
  const listened = {
    state: 'Established',
    recordingState: 'Recording',
    supervisorListeningIn: true,
    supervisorMonitoringState: 'Coach',
  } as const;
  expect((await shown(ann, main, listened)).participants.map(each => each.number)).toEqual(['+15550100']);
  await shown(ann, consult, { state: 'Held', callType: 'Consult', parentConnId: main });
  const heard = await shown(boss, main, { state: 'Established', supervisorMonitoringState: 'Coach', recordingState: 'Recording' });
  expect(heard.capabilities).toEqual(['release', 'hold', 'switch-to-listen-in', 'switch-to-barge-in']);
  expect((await shown(cy, conference, { state: 'Established' })).participants).toHaveLength(2);
}

beforeAll(async () => {
  system = await startSystem({ nodes: 2, regions: ['us-east'] });
  const users = ['agent1', 'agent2', 'agent3', 'agent4', 'super1'];
  const [ann, bob, cy, dee, boss] = (await Promise.all(users.map(user => startAgent(system.url, user)))) as [
    Agent,
    Agent,
    Agent,
    Agent,
    Agent,
  ];
  people = { ann, bob, cy, dee, boss };
  await act(boss, 'start-monitoring', { phoneNumberToMonitor: ann.dn, monitoringMode: 'Mute' });
  main = await customerCalls(system.url, ann.dn);
  await ann.callIn('Ringing', main, 0);
  await ann.voice.answerCall(main);
  await boss.callIn('Ringing', main, 0);
  await boss.voice.answerCall(main);
  await shown(ann, main, { supervisorListeningIn: true, supervisorMonitoringState: 'Mute' });
  await act(boss, `calls/${main}/switch-to-coaching`);
  await act(ann, `calls/${main}/start-recording`);
  await act(ann, `calls/${main}/initiate-transfer`, { destination: bob.dn });
  ({ id: consult } = await bob.callIn('Ringing', undefined, 0));
  await bob.voice.answerCall(consult);
  await ann.callIn('Established', consult, 0);
  await act(ann, `calls/${consult}/alternate`, { heldConnId: main });
  conference = await connect(cy, dee);
  await act(cy, `calls/${conference}/single-step-conference`, { destination: '+15550199' });
  await shown(cy, conference, { state: 'Established' });
  await until('three talk', 20_000, async () => {
    expect((await cy.calls())[0]?.participants).toHaveLength(2);
    return true;
  });
});
afterAll(async () => {
  await Promise.all(Object.values(people).map(agent => agent.leave()));
  await system.stop();
});

describe('calls with a supervisor, a recording, a consult call and a conference, whose nodes are killed', () => {
  it('are shown as they were, by whichever node adopts them', async () => {
    await everythingIsShown();
    const from = people.boss.events.mark();
    const nodes = [...new Set((await statusOf(system)).sessions.map(session => session.node))];
    for (const node of nodes) {
      await system.handover('fault', 'kill', 'node', node);
      await everythingIsShown();
      if (node !== nodes.at(-1)) await system.handover('fault', 'heal', 'node', node);
    }
    await people.boss.events.next('the wish is told again', monitoring('MonitoringNextCall'), { from });
    for (const agent of Object.values(people)) expect(agent.handshakes()).toBe(0);
  });

  it('obey every operation there', async () => {
    const { ann, bob, boss, cy, dee } = people;
    await act(boss, `calls/${main}/switch-to-barge-in`);
    await shown(ann, main, { supervisorMonitoringState: 'Connect' });
    await act(boss, `calls/${main}/switch-to-listen-in`);
    await shown(ann, main, { supervisorMonitoringState: 'Mute' });
    await act(ann, `calls/${main}/pause-recording`);
    await shown(ann, main, { recordingState: 'Paused' });
    await act(ann, `calls/${main}/resume-recording`);
    await act(ann, `calls/${main}/stop-recording`);
    await shown(boss, main, { recordingState: 'Stopped' });
    await act(ann, `calls/${main}/alternate`, { heldConnId: consult });
    await shown(ann, consult, { state: 'Established' });
    await act(ann, `calls/${consult}/complete-conference`, { parentConnId: main });
    await until('bob is in the main call', 20_000, async () => {
      expect(
        (await ann.calls())
          .find(each => each.id === main)
          ?.participants.map(each => each.number)
          .sort(),
      ).toEqual(['+15550100', bob.dn]);
      return true;
    });
    const from = boss.events.mark();
    await act(boss, 'stop-monitoring', { phoneNumber: ann.dn });
    await boss.events.next('monitoring is over', monitoring('MonitoringCancelled'), { from });
    await boss.voice.releaseCall(main);
    await shown(ann, main, { supervisorListeningIn: false });
    await act(cy, `calls/${conference}/delete-from-conference`, { dnToDrop: dee.dn });
    await dee.callIn('Released', conference, 0);
    await act(ann, `calls/${main}/clear`);
    await bob.callIn('Released', main, 0);
  });
});
