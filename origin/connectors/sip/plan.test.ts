import type { CfgApplication, CfgObject } from '@handover/shared/genesys';
import { expect, test } from 'vitest';
import { createObjectTable } from '../configuration/objects.ts';
import { application, connectionTo, demoObjects } from '../fakes/index.ts';
import { planFrom } from './plan.ts';

function planned(change: (objects: CfgObject[]) => CfgObject[] = objects => objects, location = '/us-east') {
  const table = createObjectTable();
  for (const object of change(demoObjects())) table.put(object);
  return planFrom(table, 'Handover_us-east', location);
}

const withConnections = (appServers: CfgApplication['appServers']) => (objects: CfgObject[]) =>
  objects.map(object => (object.type === 'CfgApplication' && object.dbid === 40 ? { ...object, appServers } : object));

test('the SIP Servers of our connections are planned, the local one first', () => {
  const plan = planned();
  expect(plan.faults).toEqual([]);
  expect(plan.local).toBe(1);
  expect(plan.servers).toEqual([
    {
      switchName: 'SIP_us-east',
      location: '/us-east',
      mode: 'hot',
      names: ['sip_us', 'sip_us_b'],
      endpoints: [
        { host: '127.0.0.1', port: 1010 },
        { host: '127.0.0.1', port: 1011 },
      ],
      idleMs: 1_500,
      maxRetryMs: 5_000,
    },
    expect.objectContaining({ switchName: 'SIP_eu-west' }),
  ]);
});

test('the same configuration is ordered the other way at the other site', () => {
  expect(planned(undefined, '/eu-west').servers.map(server => server.switchName)).toEqual(['SIP_eu-west', 'SIP_us-east']);
});

test('a place that no location serves has no local server but every one as a last resort', () => {
  const plan = planned(undefined, '/ap-south');
  expect([plan.local, plan.servers.length]).toEqual([0, 2]);
});

test('a connection to the backup means its pair', () => {
  const plan = planned(withConnections([connectionTo(11)]));
  expect(plan.servers.map(server => server.names)).toEqual([['sip_us', 'sip_us_b']]);
});

test('two connections to one pair make one server', () => {
  expect(planned(withConnections([connectionTo(10), connectionTo(11)])).servers).toHaveLength(1);
});

test('a pair that is not hot is warm', () => {
  const plan = planned(objects =>
    objects.map(object => (object.type === 'CfgApplication' ? { ...object, redundancyType: 'warm' as const } : object)),
  );
  expect(plan.servers.map(server => server.mode)).toEqual(['warm', 'warm']);
});

test('a disabled backup is not connected to', () => {
  const plan = planned(objects => objects.map(object => (object.dbid === 11 ? { ...object, state: 'Disabled' as const } : object)));
  expect(plan.servers[0]).toMatchObject({ mode: 'single', names: ['sip_us'] });
});

test('without ADDP nobody is asked for a sign of life', () => {
  const plan = planned(withConnections([connectionTo(10, { connProtocol: 'none' })]));
  expect(plan.servers[0]?.idleMs).toBeUndefined();
});

test('what cannot be used is named, and the rest is used', () => {
  const plan = planned(objects => [
    ...withConnections([connectionTo(99), connectionTo(50), connectionTo(51), connectionTo(10)])(objects),
    application(50, 'no_switch'),
    application(51, 'also_none', { serverInfo: { host: 'h', port: 1, timeoutS: 1, attempts: 1 } }),
  ]);
  expect(plan.servers.map(server => server.switchName)).toEqual(['SIP_us-east']);
  expect(plan.faults).toEqual([
    'connection to application 99, which does not exist',
    'application no_switch serves no switch',
    'application also_none serves no switch',
  ]);
});

test('an unknown application of our own is a fault', () => {
  expect(planned(() => []).faults).toEqual(['application Handover_us-east is not in the configuration']);
});
