import { silentLogger } from '@handover/shared/log';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import type { Configuration } from '../../contracts/configuration.ts';
import type { StatReading, WantedStatistic } from '../../contracts/statistics.ts';
import type { VoiceServers } from '../../contracts/voice.ts';
import { createObjectTable } from '../configuration/objects.ts';
import { application, connectionTo, createFakeDriver } from '../fakes/index.ts';
import { createStatServers } from './index.ts';

const address = (port: number, backupServerDBID?: number) => ({
  host: '127.0.0.1',
  port,
  timeoutS: 5,
  attempts: 3,
  ...(backupServerDBID === undefined ? {} : { backupServerDBID }),
});
const stat = (dbid: number, port: number, backup?: number) =>
  application(dbid, `stat_${port}`, {
    appType: 'StatServer',
    redundancyType: 'warm',
    isPrimary: backup !== undefined,
    serverInfo: address(port, backup),
  });

async function started() {
  const clock = createFakeClock();
  const driver = createFakeDriver();
  const table = createObjectTable();
  for (const object of [stat(30, 1030, 31), stat(31, 1031), stat(50, 1050, 51), stat(51, 1051)]) table.put(object);
  const appServers = [connectionTo(50, { location: '/eu-west' }), connectionTo(30, { location: '/us-east' })];
  table.put(application(40, 'Handover_us-east', { appType: 'GenericClient', isServer: false, appServers }));
  const configuration = { ...table, ready: () => Promise.resolve(), onChange: () => () => undefined } as unknown as Configuration;
  const site = { location: '/us-east', state: 'up' };
  const voice = { all: () => [site] } as unknown as VoiceServers;
  const connector = createStatServers({
    configuration,
    voice,
    application: 'Handover_us-east',
    location: '/us-east',
    driver,
    clock,
    random: () => 1,
    log: silentLogger,
  });
  await connector.start();
  clock.advance(0);
  const up = (port: number, serverRole = 'Primary'): void => {
    driver.to(port).accept();
    driver.to(port).answer('RequestRegisterClient', { messageName: 'EventRegistered', serverName: 'stat', serverRole });
  };
  const openedAt = (port: number): number =>
    driver.channels
      .filter(channel => channel.endpoint.port === port)
      .flatMap(channel => channel.sent)
      .filter(sent => sent.messageName === 'RequestOpenStatistic').length;
  const tell = (port: number, statisticID: number, intValue: number): void => {
    driver.to(port).answer('RequestOpenStatistic', { messageName: 'EventStatisticOpened', statisticID });
    driver.to(port).answer('RequestOpenStatistic', { messageName: 'EventInfo', statisticID, time: 1, value: { intValue } });
  };
  return { clock, driver, connector, up, openedAt, tell, site };
}

const wanted: WantedStatistic = { tenantName: 'acme', objectId: '9001', objectType: 'RoutePoint', statType: 'Current_In_Queue' };

test('equal statistics are opened once, told to all, and closed with the last', async () => {
  const { connector, up, driver, openedAt, tell } = await started();
  up(1030);
  const heard: string[] = [];
  const note = (who: string) => (reading: StatReading) => void heard.push(`${who} ${reading.value.intValue}`);
  const both = [connector.open(wanted, note('a')), connector.open({ ...wanted }, note('b'))];
  expect(openedAt(1030)).toBe(1);
  tell(1030, 7, 3);
  const [first, second] = await Promise.all(both);
  expect(heard).toEqual(['a 3', 'b 3']);
  if (first?.ok !== true || second?.ok !== true) throw new Error('not opened');
  first.value.close();
  const closed = (): boolean => driver.to(1030).sent.some(sent => sent.messageName === 'RequestCloseStatistic');
  expect(closed()).toBe(false);
  second.value.close();
  expect(closed()).toBe(true);
});

test('what is open is opened at the backup when the primary is lost', async () => {
  const { connector, up, driver, openedAt, tell, clock } = await started();
  up(1030);
  const values: unknown[] = [];
  const opening = connector.open(wanted, reading => values.push(reading.value.intValue));
  tell(1030, 7, 3);
  const opened = await opening;
  driver.to(1030).break();
  expect(connector.state).toBe('down');
  for (let tries = 0; tries < 100 && driver.channels.at(-1)?.endpoint.port !== 1031; tries += 1) clock.advance(100);
  up(1031);
  expect(connector.state).toBe('up');
  expect(openedAt(1031)).toBe(1);
  tell(1031, 1, 4);
  expect(values).toEqual([3, 4]);
  expect(opened.ok && opened.value.last.value.intValue).toBe(4);
});

test('the value that a backup begins with is told only when it is another one', async () => {
  const { connector, up, driver, tell, clock } = await started();
  up(1030);
  const values: unknown[] = [];
  const opening = connector.open(wanted, reading => values.push(reading.value.intValue));
  tell(1030, 7, 3);
  await opening;
  driver.to(1030).break();
  for (let tries = 0; tries < 100 && driver.channels.at(-1)?.endpoint.port !== 1031; tries += 1) clock.advance(100);
  up(1031);
  tell(1031, 1, 3);
  driver.to(1031).say({ messageName: 'EventInfo', referenceID: 1, statisticID: 1, time: 2, value: { intValue: 3 } });
  expect(values).toEqual([3, 3]);
});

test('a value whose source is lost is told again as no longer valid, and once more when the source is back', async () => {
  const { connector, up, driver, tell } = await started();
  up(1030);
  const heard: StatReading[] = [];
  const opening = connector.open(wanted, reading => heard.push(reading));
  tell(1030, 7, 3);
  const opened = await opening;
  for (const messageName of ['EventStatisticInvalid', 'EventStatisticValid']) driver.to(1030).say({ messageName, statisticID: 7 });
  const known = { value: { intValue: 3 }, timestamp: 1 };
  expect(heard).toEqual([known, { ...known, valid: false }, known]);
  driver.to(1030).say({ messageName: 'EventStatisticInvalid', statisticID: 7 });
  driver.to(1030).say({ messageName: 'EventInfo', statisticID: 7, time: 2, value: { intValue: 4 } });
  expect(opened.ok && opened.value.last).toEqual({ value: { intValue: 4 }, timestamp: 2, valid: false });
});

test('another site is asked only when the nearest is lost altogether', async () => {
  const { connector, up, clock, site } = await started();
  up(1050);
  expect(connector.state).toBe('down');
  site.state = 'down';
  clock.advance(1_000);
  expect(connector.state).toBe('up');
});

test('the nearer server is returned to only when it has served for a while', async () => {
  const { connector, up, clock, site, driver, openedAt, tell } = await started();
  up(1050);
  site.state = 'down';
  clock.advance(1_000);
  const opening = connector.open(wanted, () => undefined);
  tell(1050, 7, 3);
  await opening;
  site.state = 'up';
  up(1030);
  /** Both servers live. */
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(500);
      for (const port of [1030, 1050]) driver.to(port).say({ messageName: 'KeepAliveAnswer' });
    }
  };
  pass(4_000);
  expect([openedAt(1030), connector.state]).toEqual([0, 'up']);
  pass(2_000);
  expect([openedAt(1030), connector.state]).toEqual([1, 'up']);
});

test('a backup is not asked', async () => {
  const { connector, up } = await started();
  up(1030, 'Backup');
  expect(connector.state).toBe('down');
  expect(await connector.get(wanted)).toEqual({ ok: false, reason: { kind: 'unavailable' } });
});

test('a refusal names what is at fault, and the statistic is not kept', async () => {
  const { connector, up, driver } = await started();
  up(1030);
  const refuse = (errorCode: string, errorMessage: string): void =>
    driver.to(1030).answer('RequestOpenStatistic', { messageName: 'EventError', errorCode, errorMessage });
  const first = connector.open(wanted, () => undefined);
  refuse('ObjectNotFound', 'secret');
  expect(await first).toEqual({ ok: false, reason: { kind: 'invalid', attribute: 'objectId', text: 'there is no such object' } });
  const second = connector.open(wanted, () => undefined);
  refuse('UnknownStatType', 'secret');
  expect(await second).toMatchObject({ ok: false, reason: { kind: 'invalid', attribute: 'name' } });
});
