import { describe, expect, it } from 'vitest';
import { createBench, openLoggedIn, openTab } from '../fakes/bench.ts';
import type { Answer } from '../fakes/bench.ts';

const outcome = (answer: Answer): unknown[] => [
  answer.status,
  answer.body.status?.code,
  answer.body.errors?.[0]?.code,
  answer.body.errors?.[0]?.field,
];

it('announces the DN before the first command and answers 0 after the login', async () => {
  const bench = createBench();
  const tab = await openTab(bench);
  const answer = await tab.post('/activate-channels', { data: { agentId: '7001', placeName: 'Place_7001' }, operationId: 'op' });
  expect(answer.body).toEqual({ status: { code: 0 }, operationId: 'op' });
  expect(bench.ownership.attached).toEqual(['7001@SIP_East']);
  expect(bench.east.names('7001')).toEqual(['RequestAgentLogin']);
  expect(tab.voice().map(message => (message['dn'] as { agentState: string }).agentState)).toEqual(['LoggedIn', 'NotReady']);
});

it.each([
  ['the default place', {}],
  ['a place', { placeName: 'Place_7001' }],
  ['a phone', { dn: '7001' }],
  ['a phone with the employee id', { dn: '7001', agentId: '7001' }],
  ['nulls for what is not known', { dn: null, placeName: null, agentId: null }],
])('%s is enough', async (_what, data) => {
  const tab = await openTab(createBench());
  expect(outcome(await tab.post('/activate-channels', { data }))[1]).toBe(0);
  expect(tab.dn()).toMatchObject({ number: '7001', switchName: 'SIP_East', agentId: '7001' });
});

it.each([
  ['a place that does not exist', { placeName: 'Nowhere' }, 'data.placeName'],
  ['a phone that does not exist', { dn: '4711' }, 'data.dn'],
  ['a place of another tenant', { placeName: 'Place_7099' }, 'data.placeName'],
  ['a phone of another tenant', { dn: '7099' }, 'data.dn'],
  ['a route point', { dn: '9001' }, 'data.dn'],
  ['a phone of another place', { placeName: 'Place_7001', dn: '7002' }, 'data.dn'],
  ['somebody else’s login', { agentId: '7002' }, 'data.agentId'],
  ['a work mode that is none', { agentWorkMode: 'Asleep' }, 'data.agentWorkMode'],
  ['a number for a name', { placeName: 7 }, 'data.placeName'],
])('%s is 400 and named', async (_what, data, field) => {
  const bench = createBench();
  const tab = await openTab(bench);
  expect(outcome(await tab.post('/activate-channels', { data }))).toEqual([400, 400, 'request.invalid', field]);
  expect(bench.east.log).toEqual([]);
});

it('the same place again is 0 without a second login; so is it from another tab', async () => {
  const bench = createBench();
  const first = await openLoggedIn(bench);
  const second = await openTab(bench, 'agent1', 'second');
  for (const tab of [first, second])
    expect(outcome(await tab.post('/activate-channels', { data: { placeName: 'Place_7001' } }))[1]).toBe(0);
  expect(bench.east.names()).toEqual(['RequestAgentLogin']);
});

it('another place is 409', async () => {
  const tab = await openLoggedIn(createBench());
  expect(outcome(await tab.post('/activate-channels', { data: { placeName: 'Place_7002' } })).slice(0, 3)).toEqual([
    409,
    409,
    'session.conflict',
  ]);
});

it('a place where somebody else works is 409, and nothing of their calls is told', async () => {
  const bench = createBench();
  const other = await openLoggedIn(bench, 'agent2');
  bench.east.ring('+15550100', '7002');
  const tab = await openTab(bench);
  expect(outcome(await tab.post('/activate-channels', { data: { placeName: 'Place_7002' } })).slice(0, 3)).toEqual([
    409,
    409,
    'session.conflict',
  ]);
  bench.east.emit('7002', { messageName: 'EventAgentReady' });
  expect(tab.voice()).toEqual([]);
  expect(other.dn()).toMatchObject({ agentState: 'Ready' });
  expect(outcome(await tab.post('/activate-channels', { data: {} }))[1]).toBe(0);
});

it('an agent whom the switch shows as logged in already is logged in', async () => {
  const bench = createBench();
  const tab = await openTab(bench);
  Object.assign(bench.east.phone('7001'), { agentID: '7001', agentState: 'Ready' });
  expect(outcome(await tab.post('/activate-channels', { data: {} }))[1]).toBe(0);
  expect(bench.east.names()).toEqual([]);
  expect(tab.dn()).toMatchObject({ agentState: 'Ready' });
});

it('calls at the phone before the login are recovered', async () => {
  const bench = createBench();
  const tab = await openTab(bench);
  const id = bench.east.ring('+15550100', '7001');
  await tab.post('/activate-channels', { data: {} });
  expect(tab.told(id)).toEqual(['Ringing CallRecovered']);
});

describe('when the switch does not play along', () => {
  it('a lost answer is 504', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    bench.east.mute.add('RequestAgentLogin');
    expect(outcome(await tab.post('/activate-channels', { data: {} })).slice(0, 3)).toEqual([504, 504, 'voice.timeout']);
  });
  it('no link anywhere is 503 and executed nothing', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    bench.east.state = 'down';
    bench.west.state = 'down';
    const answer = await tab.post('/activate-channels', { data: {} });
    expect([answer.status, answer.headers.get('x-handover-refused')]).toEqual([503, 'voice.unavailable']);
  });
  it('no link at home is the other switch', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    bench.east.state = 'down';
    expect(outcome(await tab.post('/activate-channels', { data: {} }))[1]).toBe(0);
    expect(tab.dn()).toMatchObject({ switchName: 'SIP_West' });
  });
  it('after a failure it can be tried again', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    bench.ownership.closed = 'unsure';
    expect((await tab.post('/activate-channels', { data: {} })).headers.get('x-handover-refused')).toBe('ownership.unsure');
    expect(bench.east.listening('7001')).toBe(0);
    bench.ownership.closed = undefined;
    expect(outcome(await tab.post('/activate-channels', { data: {} }))[1]).toBe(0);
  });
});

it('after voice/logout the channel can be activated again', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  await tab.post('/voice/logout');
  expect(tab.dn()).toMatchObject({ agentState: 'LoggedOut', capabilities: ['login'] });
  expect(outcome(await tab.post('/activate-channels', { data: {} }))[1]).toBe(0);
  expect(tab.dn()).toMatchObject({ agentState: 'NotReady' });
});

it('after voice/logout the agent may work at another place', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  await tab.post('/voice/logout');
  expect(outcome(await tab.post('/activate-channels', { data: { placeName: 'Place_7002' } }))[1]).toBe(0);
  expect(tab.dn()).toMatchObject({ number: '7002', agentState: 'NotReady' });
  bench.east.emit('7001', { messageName: 'EventAgentReady' });
  expect(tab.dn()).toMatchObject({ number: '7002', agentState: 'NotReady' });
});
