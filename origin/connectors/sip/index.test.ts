import type { CfgObject } from '@handover/shared/genesys';
import { silentLogger } from '@handover/shared/log';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import type { Configuration, ConfigurationChange } from '../../contracts/configuration.ts';
import { createObjectTable } from '../configuration/objects.ts';
import { aSwitch, application, connectionTo, createFakeDriver, demoObjects } from '../fakes/index.ts';
import { createVoiceServers } from './index.ts';

async function started(location = '/us-east') {
  const clock = createFakeClock();
  const driver = createFakeDriver();
  const table = createObjectTable();
  for (const object of demoObjects()) table.put(object);
  const listeners = new Set<(change: ConfigurationChange) => void>();
  const configuration = {
    ...table,
    ready: () => Promise.resolve(),
    onChange(listener: (change: ConfigurationChange) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } as unknown as Configuration;
  const voice = createVoiceServers({
    configuration,
    application: 'Handover_us-east',
    location,
    node: 'us-east/1',
    driver,
    clock,
    random: () => 1,
    log: silentLogger,
  });
  await voice.start();
  clock.advance(0);
  const change = (object: CfgObject): void => {
    const told = table.put(object);
    for (const listener of listeners) listener(told);
  };
  const ports = (): number[] => driver.channels.map(channel => channel.endpoint.port);
  const up = (port: number): void => {
    driver.to(port).accept();
    driver.to(port).answer('RequestRegisterClient', { messageName: 'EventServerInfo', serverRole: 'Primary' });
  };
  return { clock, driver, voice, change, ports, up, listeners };
}

const ourApplication = (...connections: Parameters<typeof connectionTo>[]): CfgObject =>
  application(40, 'Handover_us-east', { appType: 'GenericClient', appServers: connections.map(each => connectionTo(...each)) });

test('both servers of every pair are connected to, the local pair first', async () => {
  const { ports, voice } = await started();
  expect(ports()).toEqual([1010, 1011, 1020, 1021]);
  expect(voice.all().map(server => server.switchName)).toEqual(['SIP_us-east', 'SIP_eu-west']);
  expect(voice.local()?.switchName).toBe('SIP_us-east');
  expect(voice.bySwitch('SIP_eu-west')?.location).toBe('/eu-west');
  expect(voice.bySwitch('SIP_ap')).toBeUndefined();
});

test('a place that no location serves has no local server', async () => {
  const { voice } = await started('/ap-south');
  expect([voice.local(), voice.all().length]).toEqual([undefined, 2]);
});

test('a server that moves is followed without a restart, its holder keeps the same object', async () => {
  const { clock, driver, voice, change, ports, up } = await started();
  up(1020);
  const held = voice.bySwitch('SIP_eu-west');
  expect(held?.state).toBe('up');
  change(
    application(20, 'sip_eu', {
      redundancyType: 'hot',
      serverInfo: { host: '127.0.0.1', port: 2020, backupServerDBID: 21, timeoutS: 5, attempts: 3 },
    }),
  );
  clock.advance(100);
  expect(driver.to(1020).closedByLink).toBe(true);
  expect(ports()).toContain(2020);
  up(2020);
  expect([voice.bySwitch('SIP_eu-west') === held, held?.state]).toEqual([true, 'up']);
});

test('a connection taken away is closed, an added one is opened, the others are left alone', async () => {
  const { clock, driver, voice, change, up } = await started();
  up(1010);
  change(ourApplication([10, { location: '/us-east' }]));
  clock.advance(100);
  expect(driver.to(1020).closedByLink).toBe(true);
  expect([voice.bySwitch('SIP_eu-west'), voice.local()?.state]).toEqual([undefined, 'up']);
  change(application(50, 'sip_ap', { serverInfo: { host: 'h', port: 1050, timeoutS: 5, attempts: 3 } }));
  change(aSwitch(105, 'SIP_ap', '/ap', 50));
  change(ourApplication([10, { location: '/us-east' }], [50, { location: '/ap' }]));
  clock.advance(100);
  expect(driver.to(1050).endpoint.port).toBe(1050);
  expect(driver.to(1010).closedByLink).toBe(false);
});

test('a changed location changes the choice', async () => {
  const { clock, voice, change } = await started();
  change(ourApplication([20, { location: '/us-east' }], [10, { location: '/' }]));
  clock.advance(100);
  expect(voice.local()?.switchName).toBe('SIP_eu-west');
});

test('a stopped connector closes everything and listens to nothing', async () => {
  const { clock, driver, voice, listeners } = await started();
  voice.stop();
  expect(driver.channels.every(channel => channel.closedByLink)).toBe(true);
  expect([clock.pending, listeners.size]).toEqual([0, 0]);
});

test('the status lists every server of every pair', async () => {
  const { voice, up } = await started();
  up(1010);
  expect(voice.status().map(server => [server.name, server.location, server.role, server.state])).toEqual([
    ['sip_us', '/us-east', 'primary', 'up'],
    ['sip_us_b', '/us-east', 'unknown', 'connecting'],
    ['sip_eu', '/eu-west', 'unknown', 'connecting'],
    ['sip_eu_b', '/eu-west', 'unknown', 'connecting'],
  ]);
});
