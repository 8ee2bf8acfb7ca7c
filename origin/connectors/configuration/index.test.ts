import type { CfgObject, CfgPerson, CfgSkill } from '@handover/shared/genesys';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import { aSwitch, createFakeDriver, serveConfiguration } from '../fakes/index.ts';
import { createConfiguration } from './index.ts';

const common = { tenantDBID: 1, state: 'Enabled', userProperties: [] } as const;
const skill = (dbid: number, name: string): CfgSkill => ({ ...common, userProperties: [], type: 'CfgSkill', dbid, name });
const agent: CfgPerson = {
  ...common,
  userProperties: [],
  type: 'CfgPerson',
  dbid: 7,
  userName: 'agent1',
  employeeID: '7001',
  firstName: 'A',
  lastName: 'One',
  isAgent: true,
  roles: ['ROLE_AGENT'],
  agentInfo: {
    skillLevels: [],
    agentLogins: [
      { agentLoginDBID: 31, wrapupTime: 0 },
      { agentLoginDBID: 32, wrapupTime: 0 },
    ],
  },
};
const siteObjects = (): CfgObject[] => [
  skill(1, 'english'),
  skill(2, 'german'),
  agent,
  aSwitch(101, 'us', '/us', 0),
  aSwitch(102, 'eu', '/eu', 0),
  { ...common, userProperties: [], type: 'CfgAgentLogin', dbid: 31, loginCode: '7001', switchDBID: 101 },
  { ...common, userProperties: [], type: 'CfgAgentLogin', dbid: 32, loginCode: '7001e', switchDBID: 102 },
  { ...common, userProperties: [], type: 'CfgDN', dbid: 51, number: '7001', dnType: 'Extension', switchDBID: 101 },
  { ...common, userProperties: [], type: 'CfgDN', dbid: 52, number: '7001', dnType: 'Extension', switchDBID: 102 },
  { ...common, userProperties: [], type: 'CfgPlace', dbid: 61, name: 'Place_7001', dnDBIDs: [51, 52] },
];

async function started() {
  const clock = createFakeClock();
  const driver = createFakeDriver();
  const configuration = createConfiguration({
    servers: [
      { host: 'h', port: 1 },
      { host: 'h', port: 2 },
    ],
    application: 'Handover_us',
    driver,
    clock,
    random: () => 1,
    log: silentLogger,
  });
  const changes: string[] = [];
  configuration.onChange(change => changes.push(`${change.kind} ${change.type} ${change.dbid}`));
  const site = { objects: siteObjects(), sequence: 10, gap: false };
  configuration.start();
  clock.advance(0);
  const serve = async (port: number, role: 'Primary' | 'Backup' = 'Primary') => {
    const channel = driver.to(port);
    channel.accept();
    const server = serveConfiguration(channel, { ...site, role });
    await server.rest();
    return { channel, server };
  };
  return { clock, driver, configuration, changes, site, serve };
}

const names = (configuration: { all(type: 'CfgSkill'): readonly CfgSkill[] }): string[] =>
  configuration.all('CfgSkill').map(({ name }) => name);
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('everything is read before the configuration says it is ready', async () => {
  const { configuration, serve } = await started();
  expect([configuration.state, configuration.personByUserName('agent1')]).toEqual(['loading', undefined]);
  await serve(1);
  await configuration.ready();
  expect(configuration.state).toBe('current');
  expect(configuration.personByUserName('agent1')?.dbid).toBe(7);
  expect(configuration.personByEmployeeId('7001')?.dbid).toBe(7);
});

test('indexes answer what the services ask', async () => {
  const { configuration, serve } = await started();
  await serve(1);
  expect(configuration.agentLogin(7, 'eu')?.loginCode).toBe('7001e');
  expect(configuration.agentLogin(7)?.loginCode).toBe('7001');
  expect(configuration.agentLogin(7, 'ap')).toBeUndefined();
  expect(configuration.placeDns(61).map(entry => [entry.dn.dbid, entry.switch.name])).toEqual([
    [51, 'us'],
    [52, 'eu'],
  ]);
  expect(configuration.dn('7001', 'us')?.dbid).toBe(51);
  expect(configuration.placeOfDn(52)?.name).toBe('Place_7001');
  expect(configuration.placeByName('Place_7001')?.dbid).toBe(61);
});

test('a backup is passed over', async () => {
  const { clock, configuration, serve } = await started();
  await serve(1, 'Backup');
  clock.advance(0);
  await serve(2);
  expect(configuration.state).toBe('current');
  expect(configuration.status().map(({ address, role, state }) => [address, role, state])).toEqual([
    ['h:1', 'unknown', 'standby'],
    ['h:2', 'primary', 'up'],
  ]);
});

test('a delta changes only its fields and is told', async () => {
  const { configuration, changes, serve } = await started();
  const { channel } = await serve(1);
  changes.length = 0;
  channel.say({ messageName: 'EventObjectUpdated', sequence: 11, objectType: 'CfgPerson', dbid: 7, changes: { lastName: 'Two' } });
  channel.say({ messageName: 'EventObjectCreated', sequence: 12, object: skill(3, 'french') });
  channel.say({ messageName: 'EventObjectDeleted', sequence: 13, objectType: 'CfgSkill', dbid: 1 });
  expect(configuration.get('CfgPerson', 7)).toEqual({ ...agent, lastName: 'Two' });
  expect(names(configuration)).toEqual(['german', 'french']);
  expect(changes).toEqual(['updated CfgPerson 7', 'created CfgSkill 3', 'deleted CfgSkill 1']);
});

test('a delta that was already read is not applied twice', async () => {
  const { configuration, serve } = await started();
  const { channel } = await serve(1);
  channel.say({ messageName: 'EventObjectDeleted', sequence: 10, objectType: 'CfgSkill', dbid: 1 });
  expect(names(configuration)).toEqual(['english', 'german']);
});

test('a change during the reading is in afterwards, whether its type was read before or after it', async () => {
  const { driver, configuration, site } = await started();
  const channel = driver.to(1);
  channel.accept();
  const server = serveConfiguration(channel, site);
  const reading = (type: string): boolean => channel.sent.at(-1)?.['objectType'] === type;
  while (!reading('CfgActionCode')) {
    if (!server.next()) await settled();
  }
  // Persons were read at 10; now one changes, and an agent login that is still to be read.
  channel.say({ messageName: 'EventObjectUpdated', sequence: 11, objectType: 'CfgPerson', dbid: 7, changes: { lastName: 'Two' } });
  channel.say({ messageName: 'EventObjectUpdated', sequence: 12, objectType: 'CfgAgentLogin', dbid: 31, changes: { loginCode: 'new' } });
  site.objects = site.objects.map(object => (object.dbid === 31 ? ({ ...object, loginCode: 'new' } as CfgObject) : object));
  site.sequence = 12;
  await server.rest();
  expect(configuration.get('CfgPerson', 7)?.lastName).toBe('Two');
  expect(configuration.agentLogin(7, 'us')?.loginCode).toBe('new');
  channel.say({ messageName: 'EventObjectDeleted', sequence: 13, objectType: 'CfgSkill', dbid: 1 });
  expect([configuration.state, names(configuration)]).toEqual(['current', ['german']]);
});

test('a change that every reading already shows is not told or applied again', async () => {
  const { driver, configuration, changes, site } = await started();
  const channel = driver.to(1);
  channel.accept();
  const server = serveConfiguration(channel, site);
  while (channel.sent.at(-1)?.['objectType'] === undefined) {
    if (!server.next()) await settled();
  }
  const update = { messageName: 'EventObjectUpdated', objectType: 'CfgSkill', dbid: 1 } as const;
  channel.say({ ...update, sequence: 11, changes: { name: 'one' } });
  channel.say({ ...update, sequence: 12, changes: { name: 'two' } });
  site.objects = [skill(1, 'two')];
  site.sequence = 12;
  await server.rest();
  expect([configuration.state, names(configuration), changes]).toEqual(['current', ['two'], ['created CfgSkill 1']]);
});

test('a change that its own type already shows is not told again', async () => {
  const { driver, configuration, changes, site } = await started();
  const channel = driver.to(1);
  channel.accept();
  const server = serveConfiguration(channel, site);
  while (channel.sent.at(-1)?.['objectType'] !== 'CfgSkill') {
    if (!server.next()) await settled();
  }
  channel.say({ messageName: 'EventObjectUpdated', objectType: 'CfgSkill', dbid: 1, sequence: 11, changes: { name: 'one' } });
  site.objects = site.objects.map(object => (object.dbid === 1 ? skill(1, 'one') : object));
  site.sequence = 11;
  await server.rest();
  expect(configuration.state).toBe('current');
  expect(changes).not.toContain('updated CfgSkill 1');
});

test('a missing change is followed by a complete reading, and the differences are told', async () => {
  const { clock, configuration, changes, site, serve } = await started();
  const { channel, server } = await serve(1);
  changes.length = 0;
  site.objects = [...siteObjects().filter(object => object.dbid !== 1), skill(3, 'french')];
  channel.say({ messageName: 'EventObjectCreated', sequence: 12, object: skill(3, 'french') });
  expect(configuration.state).toBe('stale');
  expect(names(configuration)).toEqual(['english', 'german']);
  clock.advance(1_000);
  const again = serveConfiguration(channel, { ...site, sequence: 12 });
  await again.rest();
  void server;
  expect(configuration.state).toBe('current');
  expect(changes).toEqual(['deleted CfgSkill 1', 'created CfgSkill 3']);
});

test('while no server answers the last known state is served as stale', async () => {
  const { configuration, serve } = await started();
  const { channel } = await serve(1);
  channel.break();
  expect(configuration.state).toBe('stale');
  expect(configuration.personByUserName('agent1')?.dbid).toBe(7);
});

test('the next server continues where the last one ended, without reading everything', async () => {
  const { clock, configuration, site, serve } = await started();
  (await serve(1)).channel.break();
  clock.advance(0);
  site.sequence = 11;
  const { channel } = await serve(2);
  expect(channel.sent.find(message => message.messageName === 'RequestRegisterNotification')).toMatchObject({ fromSequence: 10 });
  expect(channel.sent.some(message => message.messageName === 'RequestReadObjects')).toBe(false);
  expect(configuration.state).toBe('stale');
  channel.say({ messageName: 'EventObjectCreated', sequence: 11, object: skill(3, 'french') });
  expect([configuration.state, names(configuration)]).toEqual(['current', ['english', 'german', 'french']]);
});

test('a server that cannot replay is read anew', async () => {
  const { clock, configuration, site, serve } = await started();
  (await serve(1)).channel.break();
  clock.advance(0);
  site.gap = true;
  site.objects = siteObjects().filter(object => object.type !== 'CfgSkill');
  await serve(2);
  expect([configuration.state, names(configuration)]).toEqual(['current', []]);
});

test('a server with an older history than ours is read anew', async () => {
  const { clock, configuration, site, serve } = await started();
  (await serve(1)).channel.break();
  clock.advance(0);
  site.sequence = 4;
  site.objects = siteObjects().filter(object => object.dbid !== 1);
  const { channel } = await serve(2);
  expect([configuration.state, names(configuration)]).toEqual(['current', ['german']]);
  channel.say({ messageName: 'EventObjectCreated', sequence: 5, object: skill(3, 'french') });
  expect(names(configuration)).toEqual(['german', 'french']);
});

test('a password is checked by the server and the person answered', async () => {
  const { configuration, serve } = await started();
  const { channel } = await serve(1);
  const right = configuration.authenticate('agent1', 'secret');
  expect(channel.sent.at(-1)).toMatchObject({ messageName: 'RequestAuthenticate', userName: 'agent1', userPassword: 'secret' });
  channel.answer('RequestAuthenticate', { messageName: 'EventAuthenticated', personDBID: 7 });
  expect(await right).toEqual(ok(agent));
});

test.each([
  ['InvalidCredentials', 'invalid'],
  ['TooManyAttempts', 'throttled'],
  ['PasswordExpired', 'expired'],
  ['NotPrimary', 'unavailable'],
  ['SomethingNew', 'unavailable'],
])('the refusal %s is told as %s', async (errorCode, reason) => {
  const { configuration, serve } = await started();
  const { channel } = await serve(1);
  const answer = configuration.authenticate('agent1', 'wrong');
  channel.answer('RequestAuthenticate', { messageName: 'EventError', errorCode, errorMessage: '' });
  expect(await answer).toEqual(refuse(reason));
});

test('a check waits for the next server, within 5 s', async () => {
  const { clock, configuration, serve } = await started();
  const { channel } = await serve(1);
  const answer = configuration.authenticate('agent1', 'secret');
  channel.break();
  await settled();
  clock.advance(0);
  const { channel: next } = await serve(2);
  next.answer('RequestAuthenticate', { messageName: 'EventAuthenticated', personDBID: 7 });
  expect(await answer).toEqual(ok(agent));
});

test('without any server a check is unavailable after 5 s', async () => {
  const { clock, configuration } = await started();
  const answer = configuration.authenticate('agent1', 'secret');
  clock.advance(5_000);
  expect(await answer).toEqual(refuse('unavailable'));
});

test('at most 16 checks are at the server, and the rest waits', async () => {
  const { configuration, serve } = await started();
  const { channel } = await serve(1);
  const answers = Array.from({ length: 600 }, () => configuration.authenticate('agent1', 'x'));
  const asked = channel.sent.filter(message => message.messageName === 'RequestAuthenticate');
  expect(asked).toHaveLength(16);
  channel.answer('RequestAuthenticate', { messageName: 'EventAuthenticated', personDBID: 7 });
  expect(channel.sent.filter(message => message.messageName === 'RequestAuthenticate')).toHaveLength(17);
  configuration.stop();
  expect((await Promise.all(answers)).filter(answer => answer.ok)).toHaveLength(1);
});
