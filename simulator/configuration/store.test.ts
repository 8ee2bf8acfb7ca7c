import { beforeEach, describe, expect, test } from 'vitest';
import type { CfgObjectOf, CfgObjectType } from '@handover/shared/genesys';
import { demoObjects } from './demo-data.ts';
import { filterOf } from './filter.ts';
import type { Change } from './store.ts';
import { ConfigurationStore } from './store.ts';

let store: ConfigurationStore;
let told: Change[];
const all = <T extends CfgObjectType>(type: T): CfgObjectOf<T>[] => [...store.all(type)] as CfgObjectOf<T>[];
const agent1 = () => all('CfgPerson').find(person => person.userName === 'agent1');
const kinds = (): string[] =>
  told.map(
    change =>
      `${change.messageName.replace('EventObject', '')} ${change.messageName === 'EventObjectCreated' ? change.object.type : change.objectType}`,
  );

beforeEach(() => {
  told = [];
  store = new ConfigurationStore(0, change => void told.push(change));
  store.load(demoObjects({ sites: ['us-east', 'eu-west'], agents: 4 }), 100);
});

describe('the demo', () => {
  test('gives every agent a place with one DN and one login per switch', () => {
    const place = all('CfgPlace').find(one => one.name === 'Place_7001');
    const dns = all('CfgDN').filter(dn => place?.dnDBIDs.includes(dn.dbid));
    expect(dns.map(dn => dn.number)).toEqual(['7001', '7001']);
    expect(new Set(dns.map(dn => dn.switchDBID)).size).toBe(2);
    expect(agent1()).toMatchObject({ employeeID: '7001', roles: ['ROLE_AGENT'], agentInfo: { placeDBID: place?.dbid } });
    expect(agent1()?.agentInfo?.agentLogins).toHaveLength(2);
  });

  test('has its numbers above 999 out of the way', () => {
    const many = demoObjects({ sites: ['us-east'], agents: 1_000 });
    expect(many.find(object => object.type === 'CfgPerson' && object.userName === 'agent1000')).toMatchObject({ employeeID: '701000' });
  });

  test('is the same wherever it is made', () => {
    expect(demoObjects({ sites: ['a', 'b'], agents: 3 })).toEqual(demoObjects({ sites: ['a', 'b'], agents: 3 }));
  });

  test('connects our application to the servers of all sites by location', () => {
    const ours = all('CfgApplication').find(application => application.name === 'Handover_eu-west');
    expect(ours?.appServers.map(connection => connection.location)).toContain('/us-east');
    const marks = all('CfgActionCode').find(code => code.name === 'AfterCallWork')?.userProperties;
    expect(marks).toEqual([{ key: 'htcc', type: 'kvlist', value: [{ key: 'workmode', type: 'str', value: 'AfterCallWork' }] }]);
  });
});

describe('changes', () => {
  test('are numbered, and a delta names only what is different', () => {
    const person = agent1();
    store.update('CfgPerson', person?.dbid ?? 0, { lastName: 'New', firstName: person?.firstName });
    expect(told).toEqual([
      { messageName: 'EventObjectUpdated', sequence: 101, objectType: 'CfgPerson', dbid: person?.dbid, changes: { lastName: 'New' } },
    ]);
    expect(agent1()?.lastName).toBe('New');
  });

  test('that change nothing are not told', () => {
    expect(store.update('CfgPerson', agent1()?.dbid ?? 0, { userName: 'agent1' })).toMatchObject({ ok: true });
    expect(told).toEqual([]);
  });

  test('of a deleted person come after those of its groups', () => {
    store.delete('CfgPerson', agent1()?.dbid ?? 0);
    expect(kinds()).toEqual(['Updated CfgAgentGroup', 'Updated CfgAgentGroup', 'Deleted CfgPerson']);
    expect(told.map(change => change.sequence)).toEqual([101, 102, 103]);
  });

  test('of a disabled switch reach its DNs and logins', () => {
    const [first] = all('CfgSwitch');
    store.update('CfgSwitch', first?.dbid ?? 0, { state: 'Disabled' });
    expect(all('CfgDN').filter(dn => dn.switchDBID === first?.dbid && dn.state === 'Enabled')).toEqual([]);
    expect(all('CfgDN').some(dn => dn.state === 'Enabled')).toBe(true);
    expect(kinds().at(-1)).toBe('Updated CfgSwitch');
  });

  test('DBIDs are never used twice', () => {
    const first = store.create({ type: 'CfgSkill', name: 'Juggling' });
    if (!first.ok) throw new Error('refused');
    store.delete('CfgSkill', first.value.dbid);
    expect(store.create({ type: 'CfgSkill', name: 'Juggling' })).toMatchObject({ ok: true, value: { dbid: first.value.dbid + 1 } });
  });

  test.each([
    [{ type: 'CfgSkill' }, 'InvalidAttribute', 'object.name'],
    [{ type: 'CfgSkill', name: 7 }, 'InvalidAttribute', 'object.name'],
    [{ type: 'CfgSkill', name: 'x', dbid: 1 }, 'InvalidAttribute', 'object.dbid'],
    [{ type: 'CfgSkill', name: 'x', nonsense: 1 }, 'InvalidAttribute', 'object.nonsense'],
    [{ type: 'CfgWhatever', name: 'x' }, 'InvalidAttribute', 'object.type'],
    [{ type: 'CfgSkill', name: 'English' }, 'AlreadyExists', 'object.name'],
  ])('creating %j is refused', (object, code, detail) => {
    expect(store.create(object)).toEqual({ ok: false, reason: { code, detail } });
  });

  test('a user name that somebody has is refused, also by an update', () => {
    const refused = { ok: false, reason: { code: 'AlreadyExists', detail: 'changes.userName' } };
    expect(store.update('CfgPerson', agent1()?.dbid ?? 0, { userName: 'agent2' })).toEqual(refused);
    expect(store.update('CfgPerson', agent1()?.dbid ?? 0, { isAgent: false })).toMatchObject({ reason: { detail: 'changes.isAgent' } });
  });

  test('since a number are known, unless it is too old or not yet given', () => {
    store.create({ type: 'CfgSkill', name: 'A' });
    store.create({ type: 'CfgSkill', name: 'B' });
    expect(store.since(101)).toHaveLength(1);
    expect(store.since(100)).toHaveLength(2);
    expect(store.since(102)).toEqual([]);
    expect(store.since(99)).toBeUndefined();
    expect(store.since(103)).toBeUndefined();
  });
});

describe('filters', () => {
  const find = (type: CfgObjectType, filter: Record<string, unknown>): number | string => {
    const test = filterOf(type, filter);
    return typeof test === 'function' ? all(type).filter(test).length : test.unknown;
  };
  test.each([
    ['CfgPerson', { user_name: 'agent1' }, 1],
    ['CfgPerson', { userName: 'agent1' }, 1],
    ['CfgPerson', { is_agent: true }, 5],
    ['CfgPerson', { employee_id: '7002', is_agent: true }, 1],
    ['CfgDN', { switch_dbid: 101 }, 6],
    ['CfgDN', { number: '9001' }, 2],
    ['CfgAgentLogin', { loginCode: '7001' }, 2],
    ['CfgPerson', { user_nmae: 'agent1' }, 'filter.user_nmae'],
    ['CfgPerson', { user_name: { $ne: 1 } }, 'filter.user_name'],
  ] as const)('%s %j', (type, filter, expected) => {
    expect(find(type, filter)).toBe(expected);
  });
});
