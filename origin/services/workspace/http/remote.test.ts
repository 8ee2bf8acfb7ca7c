import { describe, expect, it } from 'vitest';
import { channels } from '@handover/shared/api/workspace';
import { createBench, openLoggedIn, openTab } from '../fakes/bench.ts';
import type { Answer, Bench, Tab } from '../fakes/bench.ts';

/** agent1 and the supervisor of his group, both logged in. */
async function shift(): Promise<{ bench: Bench; agent: Tab; boss: Tab }> {
  const bench = createBench();
  return { bench, agent: await openLoggedIn(bench), boss: await openLoggedIn(bench, 'super1') };
}

type Media = { channels: { name: string; state: string; reasons: unknown }[] };
const mediaOf = async (tab: Tab): Promise<Record<string, string>> => {
  const { body } = await tab.get('/current-session');
  const media = (body.data as { user: { activeSession: { media: Media } } }).user.activeSession.media;
  return Object.fromEntries(media.channels.map(each => [each.name, each.state]));
};
const refusal = ({ status, body }: Answer): unknown[] => [status, body.errors?.[0]?.code, body.errors?.[0]?.field];

describe('whose state a supervisor changes', () => {
  const paths = ['/users/DBID/voice/ready', '/users/DBID/media/ready', '/users/DBID/media/chat/ready'];
  it.each(paths)('%s: that of agents of a group that is managed, and nobody else’s', async path => {
    const { bench, agent, boss } = await shift();
    for (const user of ['agent2', 'agent3', 'stranger']) await openLoggedIn(bench, user);
    const at = (dbid: string): string => path.replace('DBID', dbid);
    expect((await boss.post(at('2'))).body.status).toEqual({ code: 1 });
    expect((await boss.post(at('90'))).body.status).toEqual({ code: 1 });
    // agent3 is in no group of hers, 99 of another contact centre.
    expect(refusal(await boss.post(at('3')))).toEqual([403, 'auth.forbidden', undefined]);
    for (const dbid of ['99', '4711', 'x', '-1', '%00'])
      expect(refusal(await boss.post(at(dbid)))).toEqual([400, 'request.invalid', 'dbid']);
    for (const dbid of ['1', '2', '90']) expect(refusal(await agent.post(at(dbid)))).toEqual([403, 'auth.forbidden', undefined]);
    expect((await bench.call('POST', at('1'))).status).toBe(403);
  });
  it('by name as by number', async () => {
    const { bench, boss } = await shift();
    await openLoggedIn(bench, 'agent3');
    const of = (userName: string, dn: string): Promise<Answer> => boss.post('/supervisor/voice/ready', { data: { userName, dn } });
    expect((await of('agent1', '7001')).body.status).toEqual({ code: 1 });
    expect(refusal(await of('agent3', '7003'))).toEqual([403, 'auth.forbidden', undefined]);
    expect(refusal(await of('agent1', '7777'))).toEqual([400, 'request.invalid', 'data.dn']);
    // A phone of another contact centre.
    expect(refusal(await of('agent1', '7099'))).toEqual([400, 'request.invalid', 'data.dn']);
  });
});

describe('another agent’s phone', () => {
  it('goes not ready with the reason and the work mode, and the agent is told', async () => {
    const { agent, boss } = await shift();
    await boss.post('/users/1/voice/not-ready', { data: { reasonCode: 'Lunch', agentWorkMode: 'AuxWork' } });
    expect(agent.dn()).toMatchObject({
      agentState: 'NotReady',
      agentWorkMode: 'AuxWork',
      reasons: [{ key: 'ReasonCode', value: 'Lunch' }],
    });
    await boss.post('/users/1/voice/not-ready', { reasonCode: 'Tea' });
    expect(agent.dn()).toMatchObject({ reasons: [{ key: 'ReasonCode', value: 'Tea' }] });
    await boss.post('/users/1/voice/logout');
    expect(agent.dn()).toMatchObject({ agentState: 'LoggedOut' });
  });
  it('of somebody who is not logged in is an EventError to the supervisor', async () => {
    const { bench, boss } = await shift();
    expect((await boss.post('/users/2/voice/ready', { operationId: 'op-1' })).body).toEqual({ status: { code: 1 }, operationId: 'op-1' });
    bench.clock.advance(0);
    expect(boss.voice().at(-1)).toMatchObject({ messageType: 'EventError', operationId: 'op-1', error: { errorCode: 506 } });
  });
  it('is that where the agent sits today, whoever has the usual one', async () => {
    const bench = createBench();
    const [agent, boss] = [await openTab(bench), await openLoggedIn(bench, 'super1')];
    await agent.post('/activate-channels', { data: { placeName: 'Place_7003' } });
    await bench.east.far({ messageName: 'RequestAgentLogin', thisDN: '7001', agentID: '7002' });
    await boss.post('/users/1/voice/ready');
    expect([agent.dn(), bench.east.snapshot('7001')]).toMatchObject([{ number: '7003', agentState: 'Ready' }, { agentState: 'NotReady' }]);
    await boss.post('/supervisor/voice/not-ready', { data: { userName: 'agent1', dn: '7003' } });
    expect(agent.dn()).toMatchObject({ number: '7003', agentState: 'NotReady' });
  });
  it('with somebody else at it is left alone', async () => {
    const { bench, boss } = await shift();
    for (const at of [bench.east, bench.west]) await at.far({ messageName: 'RequestAgentLogin', thisDN: '7002', agentID: '7003' });
    expect(refusal(await boss.post('/users/2/voice/ready'))).toEqual([409, 'voice.inactive', 'dbid']);
    expect(refusal(await boss.post('/supervisor/voice/ready', { data: { userName: 'agent1', dn: '7002' } }))).toEqual([
      409,
      'voice.inactive',
      'data.dn',
    ]);
    expect(bench.east.names('7002')).not.toContain('RequestAgentReady');
  });
  it('that no switch speaks of is not touched: nothing was sent', async () => {
    const { bench, boss } = await shift();
    bench.east.state = 'down';
    bench.west.state = 'down';
    const answer = await boss.post('/users/2/voice/ready');
    expect([...refusal(answer), answer.headers.get('x-handover-refused')]).toEqual([
      503,
      'voice.unavailable',
      undefined,
      'voice.unavailable',
    ]);
  });
  it('takes no keys in the name of owners', async () => {
    const { bench, boss } = await shift();
    await boss.post('/users/1/voice/ready', { data: { extensions: [{ key: 'handover', type: 'str', value: 'x' }] } });
    expect(bench.east.log.at(-1)).toEqual({ messageName: 'RequestAgentReady', thisDN: '7001', epoch: undefined });
  });
});

describe('another agent’s media', () => {
  const all = (state: string): object => ({ chat: state, email: state, workitem: state, outboundpreview: state });
  it('change together or one by one, with a reason, and the agent is told', async () => {
    const { agent, boss } = await shift();
    expect(await mediaOf(agent)).toEqual(all('NotReady'));
    expect((await boss.post('/users/1/media/ready', { operationId: 'op-1' })).body).toEqual({ status: { code: 1 }, operationId: 'op-1' });
    expect(await mediaOf(agent)).toEqual(all('Ready'));
    await boss.post('/users/1/media/chat/not-ready', { data: { reasonCode: 'Lunch' } });
    expect(await mediaOf(agent)).toEqual({ ...all('Ready'), chat: 'NotReady' });
    const told = agent.heard(channels.media).at(-1)?.['media'] as Media;
    expect(JSON.stringify(told.channels.find(each => each.name === 'chat'))).toContain('Lunch');
  });
  it('are logged out and stay so', async () => {
    const { bench, agent, boss } = await shift();
    await boss.post('/users/1/media/email/logout');
    expect((await mediaOf(agent))['email']).toBe('LoggedOut');
    await boss.post('/users/1/media/logout');
    bench.clock.advance(10_000);
    expect(new Set(Object.values(await mediaOf(agent)))).toEqual(new Set(['LoggedOut']));
    expect((await boss.post('/users/1/media/logout')).body.status).toEqual({ code: 1 });
    expect(refusal(await boss.post('/users/1/media/ready'))).toEqual([409, 'media.inactive', undefined]);
  });
  it('that are as wanted already need no command', async () => {
    const { bench, boss } = await shift();
    bench.ixn.mute.add('RequestNotReadyForMedia');
    expect((await boss.post('/users/1/media/not-ready')).body.status).toEqual({ code: 1 });
    expect(refusal(await boss.post('/users/1/media/not-ready', { data: { reasonCode: 'x' } }))).toEqual([504, 'media.timeout', undefined]);
  });
  it('of somebody who is not logged in are 409', async () => {
    const { bench, boss } = await shift();
    await openTab(bench, 'agent2');
    expect(refusal(await boss.post('/users/2/media/ready'))).toEqual([409, 'media.inactive', undefined]);
  });
  it('cannot be changed without a server: nothing was sent', async () => {
    const { bench, boss } = await shift();
    bench.ixn.lose(false);
    const answer = await boss.post('/users/1/media/ready');
    expect([...refusal(answer), answer.headers.get('x-handover-refused')]).toEqual([
      503,
      'media.unavailable',
      undefined,
      'media.unavailable',
    ]);
  });
  it('stay while the supervisor’s ownership admits no command', async () => {
    const { bench, agent, boss } = await shift();
    bench.ownership.closed = 'unsure';
    const answer = await boss.post('/users/1/media/ready');
    expect([answer.status, answer.headers.get('x-handover-refused')]).toEqual([503, 'ownership.unsure']);
    bench.ownership.closed = undefined;
    expect(await mediaOf(agent)).toEqual(all('NotReady'));
  });
  it.each([
    ['/users/1/media/explode', [404, 'request.not-found', undefined]],
    ['/users/1/media/chat/explode', [404, 'request.not-found', undefined]],
    ['/users/1/media/pigeon/ready', [400, 'request.invalid', 'channel']],
  ])('%s is %j', async (path, expected) => {
    const { boss } = await shift();
    expect(refusal(await boss.post(path))).toEqual(expected);
  });
});
