import { describe, expect, it } from 'vitest';
import { createBench, openLoggedIn, openTab } from '../fakes/bench.ts';
import type { Answer } from '../fakes/bench.ts';

const names = (answer: Answer): string[] => (answer.body.data as { targets: { name: string }[] }).targets.map(target => target.name);

describe('targets', () => {
  it.each([
    ['agent1', ['Agent agent1']],
    ['7002', ['Agent agent2']],
    ['sal', ['Sales']],
    ['english', ['English']],
    ['9001', ['Inbound']],
    ['stranger', []],
    ['%', []],
  ])('%j finds %j', async (term, expected) => {
    const tab = await openTab(createBench());
    expect(names(await tab.get(`/targets?searchTerm=${encodeURIComponent(term)}`))).toEqual(expected);
  });
  it('are limited, and say how many there are', async () => {
    const tab = await openTab(createBench());
    const answer = await tab.get('/targets?searchTerm=agent&limit=2');
    expect(names(answer)).toHaveLength(2);
    expect(answer.body.data?.['totalMatches']).toBe(3);
  });
  it('are of the types asked for', async () => {
    const tab = await openTab(createBench());
    expect(names(await tab.get('/targets?types=skill,route-point'))).toEqual(['English', 'Inbound']);
  });
  it('say what an agent of this node does', async () => {
    const bench = createBench();
    const other = await openLoggedIn(bench, 'agent2');
    await other.post('/voice/ready');
    const tab = await openTab(bench);
    const { body } = await tab.get('/targets/agent/2');
    expect(body.data).toMatchObject({
      targets: [
        {
          DBID: 2,
          type: 'agent',
          number: '7002',
          availability: { channels: [{ name: 'voice', available: true, activity: 'Idle', userState: { state: 'Ready' } }] },
        },
      ],
    });
    bench.east.ring('+1555', '7002');
    expect((await tab.get('/targets/agent/2')).body.data).toMatchObject({
      targets: [{ availability: { channels: [{ activity: 'ReceivingCall' }] } }],
    });
  });
  it.each([
    ['types=agent&restrictToGroup=Sales', ['Agent agent1', 'Agent agent2']],
    ['types=agent&searchTerm=agent&excludeFromGroup=Sales', ['Agent agent3']],
    ['types=agent,agent-group&restrictToGroup=1&excludeGroup=Sales', ['Agent agent1', 'Agent agent2']],
    ['types=agent-group&restrictGroup=Nobody', []],
    ['types=agent&searchTerm=agent2&filterName=PhoneNumberMatches', []],
    ['types=agent&searchTerm=7002&filterName=phonenumbermatches', ['Agent agent2']],
    ['types=agent&searchTerm=boss&filterName=UserNameMatches', []],
    ['types=agent&searchTerm=boss&filterName=Whatever', ['Boss super1']],
  ])('of ?%s are %j', async (query, expected) => {
    const tab = await openTab(createBench());
    expect(names(await tab.get(`/targets?${query}`))).toEqual(expected);
  });
  it.each(['/targets/agent/99', '/targets/agent/4711', '/targets/planet/1'])('%s is 404', async path => {
    const tab = await openTab(createBench());
    expect((await tab.get(path)).status).toBe(404);
  });
  it.each(['limit=0', 'limit=x', 'limit=99999', 'sort=sideways'])('?%s is 400 and named', async query => {
    const tab = await openTab(createBench());
    const answer = await tab.get(`/targets?${query}`);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, query.split('=')[0]]);
  });
});

describe('recents and favourites', () => {
  const target = { type: 'agent', id: '2' };
  it('are kept per person, newest first, and once', async () => {
    const bench = createBench();
    const tab = await openTab(bench);
    for (const id of ['2', '3', '2'])
      await tab.post('/targets/recents/add', { data: { target: { ...target, id }, recentInformation: { media: 'voice' } } });
    expect(names(await tab.get('/targets/recents'))).toEqual(['Agent agent2', 'Agent agent3']);
    expect(names(await (await openTab(bench, 'agent2')).get('/targets/recents'))).toEqual([]);
    expect((await tab.post('/targets/recents/ack-missed-calls')).status).toBe(200);
  });
  it('a favourite can be saved once and deleted once', async () => {
    const tab = await openTab(createBench());
    const save = (more = {}): Promise<Answer> =>
      tab.post('/targets/personal-favorites/save', { data: { target, category: 'Team', ...more } });
    expect((await save()).status).toBe(200);
    expect((await save()).status).toBe(409);
    expect((await save({ ignoreDuplication: true })).status).toBe(200);
    expect(names(await tab.get('/targets/personal-favorites'))).toEqual(['Agent agent2']);
    expect((await tab.post('/targets/personal-favorites/delete/agent/2')).status).toBe(200);
    expect((await tab.post('/targets/personal-favorites/delete/agent/2')).status).toBe(404);
  });
  it.each([
    ['/targets/recents/add', {}, 'data.target'],
    ['/targets/recents/add', { target: { type: 'agent' } }, 'data.target.id'],
    ['/targets/personal-favorites/save', { target }, 'data.category'],
    ['/targets/personal-favorites/save', { target: 7, category: 'x' }, 'data.target'],
  ])('%s with %j is 400 and names %s', async (path, data, field) => {
    const tab = await openTab(createBench());
    const answer = await tab.post(path, { data });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, field]);
  });
  it('an external number is shown as it was saved', async () => {
    const tab = await openTab(createBench());
    await tab.post('/targets/recents/add', {
      data: { target: { type: 'custom-contact', id: '+1555', numbers: ['+1555'] }, recentInformation: {} },
    });
    expect((await tab.get('/targets/recents')).body.data).toMatchObject({
      targets: [{ type: 'custom-contact', name: '+1555', number: '+1555' }],
    });
  });
});

describe('configuration', () => {
  it('answers the parts asked for and no others', async () => {
    const tab = await openTab(createBench());
    const { body } = await tab.get('/configuration?types=actionCodes,agentGroups,nonsense');
    expect(Object.keys(body.data ?? {})).toEqual(['actionCodes', 'agentGroups']);
    expect(body.data).toMatchObject({
      agentGroups: [{ DBID: 1, name: 'Sales', settings: { 'interaction-workspace': { 'voice.on': 'group' } } }],
    });
  });
  it('shows nothing of another tenant', async () => {
    const tab = await openTab(createBench());
    expect((await tab.get('/configuration/transactions')).body.data).toMatchObject({ transactions: [{ name: 'Brand' }] });
    expect(JSON.stringify((await tab.get('/configuration?types=transactions')).body)).not.toContain('Foreign');
  });
  it('merges the settings of cluster, groups and person, the most specific last', async () => {
    const tab = await openTab(createBench());
    expect((await tab.get('/configuration/settings')).body.data).toEqual({
      settings: [
        {
          key: 'interaction-workspace',
          type: 'kvlist',
          value: [
            { key: 'voice.on', type: 'str', value: 'group' },
            { key: 'chat.on', type: 'str', value: 'cluster' },
          ],
        },
      ],
    });
  });
  it('shows supervisors the groups they manage', async () => {
    const bench = createBench();
    const of = async (user: string): Promise<unknown> =>
      (await (await openTab(bench, user)).get('/configuration?types=monitorableAgentGroups')).body.data?.['monitorableAgentGroups'];
    expect([(await of('agent1')) as unknown[], (await of('super1')) as unknown[]].map(list => list.length)).toEqual([0, 1]);
  });
  it('finds a business attribute by id and by name', async () => {
    const tab = await openTab(createBench());
    for (const id of ['7', 'DispositionCode'])
      expect((await tab.get(`/configuration/business-attribute/${id}`)).body.data).toMatchObject({ displayName: 'Disposition' });
    expect((await tab.get('/configuration/business-attribute/8')).status).toBe(404);
  });
  it('lists the phones of a place, with the agent’s own state', async () => {
    const tab = await openLoggedIn(createBench());
    expect((await tab.get('/configuration/places/Place_7001/dns')).body.data).toEqual({
      devices: [
        { number: '7001', switchName: 'SIP_East', agentId: '7001', agentState: 'NotReady', agentWorkMode: 'Unknown' },
        { number: '7001', switchName: 'SIP_West' },
      ],
    });
    for (const place of ['Nowhere', 'Place_7099']) expect((await tab.get(`/configuration/places/${place}/dns`)).status).toBe(404);
  });
});

describe('users', () => {
  it('are the agents of the tenant, by name and group, in pages', async () => {
    const tab = await openTab(createBench());
    const list = async (query: string): Promise<unknown> => {
      const data = (await tab.get(`/users${query}`)).body.data as { users: { userName: string }[]; totalCount: number };
      return [data.users.map(user => user.userName), data.totalCount];
    };
    expect(await list('')).toEqual([['agent1', 'agent2', 'agent3', 'super1'], 4]);
    expect(await list('?groupId=1')).toEqual([['agent1', 'agent2'], 2]);
    expect(await list('?searchTerm=AGENT&limit=1&offset=1')).toEqual([['agent2'], 3]);
    expect(await list('?searchTerm=stranger')).toEqual([[], 0]);
  });

  it('supervisors, and nobody else, change another agent’s state through the switch', async () => {
    const bench = createBench();
    const agent = await openLoggedIn(bench);
    const boss = await openLoggedIn(bench, 'super1');
    const data = { data: { userName: 'agent1', dn: '7001' } };
    expect((await agent.post('/supervisor/voice/ready', data)).status).toBe(403);
    expect((await boss.post('/supervisor/voice/ready', data)).body.status).toEqual({ code: 1 });
    expect(agent.dn()).toMatchObject({ agentState: 'Ready' });
    expect((await boss.post('/users/1/voice/not-ready')).body.status).toEqual({ code: 1 });
    expect(agent.dn()).toMatchObject({ agentState: 'NotReady' });
    expect((await boss.post('/supervisor/voice/ready', { data: { userName: 'stranger', dn: '7099' } })).status).toBe(400);
    expect((await boss.post('/supervisor/voice/explode', data)).status).toBe(404);
    expect((await boss.post('/supervisor/voice/ready', {})).body.errors?.[0]?.field).toBe('data.userName');
    expect((await boss.post('/users/4711/voice/ready')).body.errors?.[0]?.field).toBe('dbid');
  });
  it('a supervisor’s command on another agent’s phone carries no epoch, and goes where that agent works', async () => {
    const bench = createBench();
    const boss = await openLoggedIn(bench, 'super1');
    await bench.west.far({ messageName: 'RequestAgentLogin', thisDN: '7001', agentID: '7001' });
    await boss.post('/supervisor/voice/ready', { data: { userName: 'agent1', dn: '7001' } });
    expect(bench.west.log.at(-1)).toMatchObject({ messageName: 'RequestAgentReady', thisDN: '7001' });
    expect(bench.west.log.at(-1)?.epoch).toBeUndefined();
    expect(bench.east.names()).not.toContain('RequestAgentReady');
  });
  it('a supervisor whose ownership admits no command changes nobody’s state', async () => {
    const bench = createBench();
    const agent = await openLoggedIn(bench);
    const boss = await openLoggedIn(bench, 'super1');
    bench.ownership.closed = 'unsure';
    const answer = await boss.post('/supervisor/voice/ready', { data: { userName: 'agent1', dn: '7001' } });
    expect([answer.status, answer.headers.get('x-handover-refused')]).toEqual([503, 'ownership.unsure']);
    expect(agent.dn()).toMatchObject({ agentState: 'NotReady' });
  });
  it('users are those in the states asked for', async () => {
    const bench = createBench();
    await (await openLoggedIn(bench, 'agent2')).post('/voice/ready');
    const tab = await openLoggedIn(bench, 'agent1');
    const of = async (states: string): Promise<unknown> =>
      ((await tab.get(`/users?states=${states}`)).body.data as { users: { userName: string }[] }).users.map(user => user.userName);
    expect(await of('Ready')).toEqual(['agent2']);
    expect(await of('ready,notready')).toEqual(['agent1', 'agent2']);
  });
});
