import type { CfgApplication, CfgObject, CfgSkill } from '@handover/shared/genesys';
import { silentLogger } from '@handover/shared/log';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import { application, createFakeDriver, serveConfiguration } from '../fakes/index.ts';
import { createConfiguration } from './index.ts';

const skill = (dbid: number, name: string): CfgSkill => ({
  tenantDBID: 1,
  state: 'Enabled',
  userProperties: [],
  type: 'CfgSkill',
  dbid,
  name,
});
const server = (port: number, redundancyType: CfgApplication['redundancyType']): CfgApplication =>
  application(port, `config_${port}`, {
    appType: 'ConfigServer',
    redundancyType,
    serverInfo: { host: 'h', port, timeoutS: 5, attempts: 3 },
  });
const siteObjects = (redundancyType: CfgApplication['redundancyType']): CfgObject[] => [
  skill(1, 'english'),
  server(1, redundancyType),
  server(2, redundancyType),
];

/** A site whose first server has been read, and what its clients do then. */
async function started(redundancyType: CfgApplication['redundancyType']) {
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
  const site = { objects: siteObjects(redundancyType), sequence: 10, gap: false };
  const serve = async (port: number, role: 'Primary' | 'Backup') => {
    const channel = driver.to(port);
    channel.accept();
    const played: Parameters<typeof serveConfiguration>[1] = { ...site, role };
    const playing = serveConfiguration(channel, played);
    await playing.rest();
    /** Answers on, as the site is now. */
    const rest = async (): Promise<void> => {
      Object.assign(played, site);
      await playing.rest();
    };
    return { channel, rest };
  };
  const changes: string[] = [];
  configuration.onChange(change => changes.push(`${change.kind} ${change.type} ${change.dbid}`));
  configuration.start();
  clock.advance(0);
  const first = await serve(1, 'Primary');
  clock.advance(0);
  return { clock, driver, configuration, changes, site, serve, first };
}

/** The same in hot standby: connected to both. */
async function hot() {
  const all = await started('hot');
  // Who is read is known only now to be in hot standby: both are connected to anew.
  all.clock.advance(0);
  const primary = await all.serve(1, 'Primary');
  const backup = await all.serve(2, 'Backup');
  all.changes.length = 0;
  return { ...all, primary, backup };
}

const state = (configuration: Awaited<ReturnType<typeof started>>['configuration']): string[] =>
  configuration.status().map(each => `${each.name} ${each.role} ${each.state}`);
const named = (channel: { sent: readonly { messageName: string }[] }, name: string): number =>
  channel.sent.filter(({ messageName }) => messageName === name).length;

test('in warm standby only the primary is connected', async () => {
  const { configuration } = await started('warm');
  expect(state(configuration)).toEqual(['config_1 primary up', 'config_2 unknown standby']);
});

test('in hot standby both are connected, and only the primary is asked for notifications', async () => {
  const { configuration, backup } = await hot();
  expect(state(configuration)).toEqual(['config_1 primary up', 'config_2 backup up']);
  expect(configuration.state).toBe('current');
  expect(named(backup.channel, 'RequestRegisterNotification')).toBe(0);
});

test('what the backup says is not heard', async () => {
  const { backup, changes } = await hot();
  backup.channel.say({ messageName: 'EventObjectDeleted', sequence: 11, objectType: 'CfgSkill', dbid: 1 });
  expect(changes).toEqual([]);
});

test('a backup that becomes primary goes on after the last change, without a connection being made', async () => {
  const { configuration, driver, site, primary, backup, changes } = await hot();
  const connections = driver.channels.length;
  primary.channel.say({ messageName: 'EventObjectCreated', sequence: 11, object: skill(2, 'german') });
  site.sequence = 12;
  backup.channel.say({ messageName: 'EventPrimaryChanged', serverRole: 'Primary' });
  expect(configuration.state).toBe('stale');
  expect(backup.channel.sent.at(-1)).toMatchObject({ messageName: 'RequestRegisterNotification', fromSequence: 11 });
  await backup.rest();
  backup.channel.say({ messageName: 'EventObjectCreated', sequence: 12, object: skill(3, 'french') });
  // The old one, frozen for a while, has its own word to say: nobody listens.
  primary.channel.say({ messageName: 'EventObjectDeleted', sequence: 13, objectType: 'CfgSkill', dbid: 3 });
  expect(changes).toEqual(['created CfgSkill 2', 'created CfgSkill 3']);
  expect([configuration.state, driver.channels.length]).toEqual(['current', connections]);
});

test('a check of a password waits for the backup to take over', async () => {
  const { configuration, primary, backup } = await hot();
  const answer = configuration.authenticate('agent1', 'secret');
  primary.channel.break();
  await new Promise(resolve => setImmediate(resolve));
  expect(named(backup.channel, 'RequestAuthenticate')).toBe(0);
  backup.channel.say({ messageName: 'EventPrimaryChanged', serverRole: 'Primary' });
  backup.channel.answer('RequestAuthenticate', { messageName: 'EventError', errorCode: 'InvalidCredentials', errorMessage: '' });
  expect(await answer).toEqual({ ok: false, reason: 'invalid' });
});

test('a backup that cannot say what was missed is read completely, and the differences are told', async () => {
  const { configuration, site, primary, backup, changes } = await hot();
  primary.channel.break();
  site.gap = true;
  site.sequence = 20;
  site.objects = [...siteObjects('hot').filter(({ type }) => type !== 'CfgSkill'), skill(4, 'dutch')];
  backup.channel.say({ messageName: 'EventPrimaryChanged', serverRole: 'Primary' });
  await backup.rest();
  expect(configuration.state).toBe('current');
  expect([...changes].sort()).toEqual(['created CfgSkill 4', 'deleted CfgSkill 1']);
  backup.channel.say({ messageName: 'EventObjectCreated', sequence: 21, object: skill(5, 'welsh') });
  expect(configuration.all('CfgSkill').map(({ name }) => name)).toEqual(['dutch', 'welsh']);
});

test('the standby follows the configuration while everything runs', async () => {
  const { configuration, clock, first, serve, driver } = await started('warm');
  for (const [sequence, dbid] of [
    [11, 1],
    [12, 2],
  ] as const)
    first.channel.say({
      messageName: 'EventObjectUpdated',
      sequence,
      objectType: 'CfgApplication',
      dbid,
      changes: { redundancyType: 'hot' },
    });
  clock.advance(0);
  clock.advance(0);
  expect(driver.channels.filter(({ closedByLink }) => !closedByLink)).toHaveLength(2);
  await serve(1, 'Primary');
  await serve(2, 'Backup');
  expect(state(configuration)).toEqual(['config_1 primary up', 'config_2 backup up']);
});
