import { describe, expect, it } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import type { Answer, Bench, Tab } from '../fakes/bench.ts';

interface Shift {
  bench: Bench;
  agent: Tab;
  boss: Tab;
  /** A customer's call that the agent talks in. */
  talk: () => Promise<string>;
}

async function shift(): Promise<Shift> {
  const bench = createBench();
  const [agent, boss] = [await openLoggedIn(bench), await openLoggedIn(bench, 'super1')];
  const talk = async (): Promise<string> => {
    const id = bench.east.ring('+15550100', '7001');
    await agent.post(`/voice/calls/${id}/answer`);
    return id;
  };
  return { bench, agent, boss, talk };
}

const monitor = (boss: Tab, more: object = {}): Promise<Answer> =>
  boss.post('/voice/start-monitoring', { data: { phoneNumberToMonitor: '7001', ...more }, operationId: 'op-m' });

type Shown = { state: string; capabilities: string[]; participants: { number: string }[] };
const call = (tab: Tab, id: string): (Shown & Record<string, unknown>) | undefined =>
  tab.voice().findLast(each => (each['call'] as { connId?: string } | undefined)?.connId === id)?.['call'] as never;

describe('a supervisor who monitors an agent', () => {
  it('is told what was asked for, and rung into the running call', async () => {
    const { boss, talk } = await shift();
    const id = await talk();
    expect((await monitor(boss, { monitoringMode: 'Coach' })).body).toEqual({ status: { code: 1 }, operationId: 'op-m' });
    expect(boss.voice().find(each => each.messageType === 'MonitoringStateChanged')).toMatchObject({
      state: 'MonitoringNextCall',
      phoneNumber: '7001',
      monitoringMode: 'Coach',
      monitoringNextCallType: 'AllCalls',
      monitoringScope: 'Call',
    });
    expect(call(boss, id)).toMatchObject({ state: 'Ringing', capabilities: ['answer', 'release'], supervisorMonitoringState: 'Coach' });
  });

  it('hears the next call, which shows it to the agent and names no more participants', async () => {
    const { agent, boss, talk } = await shift();
    await monitor(boss);
    const id = await talk();
    await boss.post(`/voice/calls/${id}/answer`);
    expect(call(boss, id)).toMatchObject({
      state: 'Established',
      supervisorMonitoringState: 'Mute',
      capabilities: ['release', 'hold', 'switch-to-coaching', 'switch-to-barge-in'],
    });
    expect(call(agent, id)).toMatchObject({ supervisorListeningIn: true, supervisorMonitoringState: 'Mute' });
    expect(call(agent, id)?.participants.map(each => each.number)).toEqual(['+15550100']);
  });

  it('goes over to another manner, and both are told', async () => {
    const { agent, boss, talk } = await shift();
    await monitor(boss);
    const id = await talk();
    await boss.post(`/voice/calls/${id}/answer`);
    await boss.post(`/voice/calls/${id}/switch-to-coaching`);
    expect([call(agent, id), call(boss, id)]).toMatchObject([
      { supervisorMonitoringState: 'Coach' },
      { capabilities: ['release', 'hold', 'switch-to-listen-in', 'switch-to-barge-in'] },
    ]);
    await boss.post(`/voice/calls/${id}/switch-to-barge-in`);
    expect(call(agent, id)?.participants.map(each => each.number)).toEqual(['+15550100', '7090']);
    await boss.post(`/voice/calls/${id}/switch-to-listen-in`);
    expect(call(agent, id)?.participants.map(each => each.number)).toEqual(['+15550100']);
  });

  it('leaves, the call goes on, and no call but the next one rings', async () => {
    const { agent, boss, talk } = await shift();
    await monitor(boss);
    const id = await talk();
    await boss.post(`/voice/calls/${id}/answer`);
    await boss.post(`/voice/calls/${id}/release`);
    expect([call(boss, id)?.state, call(agent, id)?.state]).toEqual(['Released', 'Established']);
    await agent.post(`/voice/calls/${id}/hold`);
    await agent.post(`/voice/calls/${id}/retrieve`);
    expect(call(boss, id)?.state).toBe('Released');
    await agent.post(`/voice/calls/${id}/release`);
    expect(call(boss, await talk())?.state).toBe('Ringing');
  });

  it('keeps no call alive', async () => {
    const { agent, boss, talk } = await shift();
    await monitor(boss);
    const id = await talk();
    await boss.post(`/voice/calls/${id}/answer`);
    await agent.post(`/voice/calls/${id}/release`);
    expect([call(boss, id)?.state, call(agent, id)?.state]).toEqual(['Released', 'Released']);
  });

  it('with scope Agent leaves a call that the agent has passed on; with scope Call stays in it', async () => {
    for (const [monitoringScope, state] of [
      ['Agent', 'Released'],
      ['Call', 'Established'],
    ]) {
      const { agent, boss, talk } = await shift();
      await monitor(boss, { monitoringScope });
      const id = await talk();
      await boss.post(`/voice/calls/${id}/answer`);
      await agent.post(`/voice/calls/${id}/single-step-transfer`, { data: { destination: '7002' } });
      expect([monitoringScope, call(boss, id)?.state]).toEqual([monitoringScope, state]);
    }
  });

  it('of one call is told that it is over', async () => {
    const { agent, boss, talk } = await shift();
    await monitor(boss, { monitoringNextCallType: 'OneCall' });
    const id = await talk();
    await agent.post(`/voice/calls/${id}/release`);
    expect(boss.voice().at(-1)).toMatchObject({ messageType: 'MonitoringStateChanged', state: 'MonitoringCancelled', phoneNumber: '7001' });
    expect(call(boss, await talk())).toBeUndefined();
  });

  it('stops, and hears no further call; who monitors nobody cannot stop', async () => {
    const { bench, boss, talk } = await shift();
    await monitor(boss);
    const stop = (): Promise<Answer> => boss.post('/voice/stop-monitoring', { data: { phoneNumber: '7001' }, operationId: 'op-s' });
    await stop();
    expect(boss.voice().at(-1)).toMatchObject({ state: 'MonitoringCancelled', operationId: 'op-s' });
    expect(call(boss, await talk())).toBeUndefined();
    expect((await stop()).body.status).toEqual({ code: 1 });
    bench.clock.advance(0);
    expect(boss.voice().at(-1)).toMatchObject({ messageType: 'EventError', operationId: 'op-s', error: { errorCode: 56 } });
  });

  it('who logs out monitors nobody', async () => {
    const { boss, talk } = await shift();
    await monitor(boss);
    await boss.post('/voice/logout');
    expect(boss.voice().some(each => each['state'] === 'MonitoringCancelled')).toBe(true);
    expect(call(boss, await talk())).toBeUndefined();
  });

  it('in a call that is not monitored changes nothing', async () => {
    const { bench, boss } = await shift();
    const id = bench.east.ring('+15550100', '7090');
    await boss.post(`/voice/calls/${id}/answer`);
    expect((await boss.post(`/voice/calls/${id}/switch-to-coaching`)).body.status).toEqual({ code: 1 });
    bench.clock.advance(0);
    expect(boss.voice().at(-1)).toMatchObject({ messageType: 'EventError', error: { errorCode: 56 } });
  });

  it('subscribes again and is told whom it monitors', async () => {
    const { bench, boss } = await shift();
    await monitor(boss);
    bench.workspace.policy.onSubscribed(boss.key, boss.clientId, '/workspace/v3/voice');
    expect(boss.voice().at(-1)).toMatchObject({ state: 'MonitoringNextCall', phoneNumber: '7001' });
  });
});

it.each([
  // 7099 is of another contact centre.
  [{ phoneNumberToMonitor: '7099' }],
  [{ phoneNumberToMonitor: '7099', location: '/eu-west' }],
  [{ phoneNumberToMonitor: '4711' }],
  [{ phoneNumberToMonitor: '7001', location: '/nowhere' }],
])('%j is no phone that a supervisor can monitor', async data => {
  const { bench, boss } = await shift();
  const answer = await boss.post('/voice/start-monitoring', { data });
  expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'data.phoneNumberToMonitor']);
  expect(bench.east.names()).not.toContain('RequestStartCallMonitoring');
});

it('a phone at a named location can be monitored', async () => {
  const { bench, boss } = await shift();
  for (const location of ['/eu-west', 'SIP_West'])
    expect((await boss.post('/voice/start-monitoring', { data: { phoneNumberToMonitor: '7002', location } })).status).toBe(200);
  expect(bench.east.log.at(-1)).toMatchObject({ targetDN: '7002', location: 'SIP_West' });
});

it('an operation that the switch does not know is an EventError', async () => {
  const { bench, boss } = await shift();
  bench.east.unsupported.add('RequestStartCallMonitoring');
  expect((await monitor(boss)).body.status).toEqual({ code: 1 });
  bench.clock.advance(0);
  expect(boss.voice().at(-1)).toMatchObject({ messageType: 'EventError', error: { errorCode: 40 } });
});
