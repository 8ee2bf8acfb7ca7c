import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import type { Configuration } from '../../contracts/configuration.ts';
import { createObjectTable } from '../configuration/objects.ts';
import { application, connectionTo, createFakeDriver } from '../fakes/index.ts';
import { createInteractionServers } from './index.ts';

const address = (port: number, backupServerDBID?: number) => ({
  host: '127.0.0.1',
  port,
  timeoutS: 5,
  attempts: 3,
  ...(backupServerDBID === undefined ? {} : { backupServerDBID }),
});
const server = (dbid: number, port: number, backup?: number) =>
  application(dbid, `interaction_${port}`, {
    appType: 'InteractionServer',
    redundancyType: 'warm',
    isPrimary: backup !== undefined,
    serverInfo: address(port, backup),
  });
const agent = { agentID: '7001', placeName: 'Place_7001' };
const admitted = { deadlineMs: 1_000, admit: () => ok({ epoch: 7 }) };

async function started() {
  const clock = createFakeClock();
  const driver = createFakeDriver();
  const table = createObjectTable();
  for (const object of [server(30, 1030, 31), server(31, 1031), server(50, 1050)]) table.put(object);
  const appServers = [connectionTo(50, { location: '/eu-west' }), connectionTo(30, { location: '/us-east' })];
  table.put(application(40, 'Handover_us-east', { appType: 'GenericClient', isServer: false, appServers }));
  const configuration = { ...table, ready: () => Promise.resolve(), onChange: () => () => undefined } as unknown as Configuration;
  const connector = createInteractionServers({
    configuration,
    application: 'Handover_us-east',
    location: '/us-east',
    node: 'us-east/1',
    driver,
    clock,
    random: () => 1,
    log: silentLogger,
  });
  await connector.start();
  clock.advance(0);
  const up = (port: number): void => {
    driver.to(port).accept();
    driver.to(port).answer('RequestRegisterClient', { messageName: 'EventServerInfo', serverRole: 'Primary' });
  };
  const local = connector.local();
  if (local === undefined) throw new Error('no local server');
  return { clock, driver, connector, up, local };
}

test('the server of our location is the local one, the others are found by theirs', async () => {
  const { connector, local } = await started();
  expect(local.name).toBe('interaction_1030');
  expect(connector.at('/eu-west')?.name).toBe('interaction_1050');
  expect(connector.at('/nowhere')).toBeUndefined();
});

test('a command carries the node and the epoch it was admitted with, and resolves with its answer', async () => {
  const { driver, local, up } = await started();
  up(1030);
  const answer = local.request({ messageName: 'RequestStopProcessing', ...agent, interactionID: 'i1' }, admitted);
  const sent = driver.to(1030).sent.at(-1);
  expect(sent).toMatchObject({
    messageName: 'RequestStopProcessing',
    extensions: [
      {
        key: 'handover',
        value: [
          { key: 'node', value: 'us-east/1' },
          { key: 'epoch', value: 7 },
        ],
      },
    ],
  });
  driver.to(1030).answer('RequestStopProcessing', { messageName: 'EventAck' });
  expect(await answer).toMatchObject({ ok: true, value: { messageName: 'EventAck' } });
});

test('a command that is not admitted is not sent', async () => {
  const { driver, local, up } = await started();
  up(1030);
  const before = driver.to(1030).sent.length;
  const answer = await local.request(
    { messageName: 'RequestDoNotDisturbOn', ...agent },
    { deadlineMs: 1_000, admit: () => refuse('not the owner') },
  );
  expect(answer).toEqual({ ok: false, reason: { kind: 'fenced', why: 'not the owner' } });
  expect(driver.to(1030).sent).toHaveLength(before);
});

test('the server’s refusal carries its code', async () => {
  const { driver, local, up } = await started();
  up(1030);
  const answer = local.request({ messageName: 'RequestAccept', ...agent, ticketID: 1, interactionID: 'i1' }, admitted);
  driver.to(1030).answer('RequestAccept', { messageName: 'EventError', errorCode: 'invalid-ticket', errorMessage: 'no' });
  expect(await answer).toEqual({ ok: false, reason: { kind: 'error', errorCode: 'invalid-ticket', errorMessage: 'no' } });
});

test('events reach who listens for the agent, the chat or the workbin, and nobody else', async () => {
  const { driver, local, up } = await started();
  up(1030);
  const heard: string[] = [];
  local.listen('7001', event => heard.push(`7001 ${event.messageName}`));
  local.listen('7002', event => heard.push(`7002 ${event.messageName}`));
  local.listenChat('i1', event => heard.push(`i1 ${event.sessionState}`));
  local.listenWorkbin('draft', '7001', event => heard.push(`draft ${event.operation}`));
  const channel = driver.to(1030);
  channel.say({ messageName: 'EventInvite', agentID: '7001', ticketID: 1 });
  channel.say({ messageName: 'EventChatSessionInfo', interactionID: 'i1', sessionState: 'Open' });
  channel.say({ messageName: 'EventChatSessionInfo', interactionID: 'i2', sessionState: 'Open' });
  channel.say({ messageName: 'EventWorkbinContentChanged', workbinType: 'draft', ownerID: '7001', operation: 'Placed' });
  channel.say({ messageName: 'EventWorkbinContentChanged', workbinType: 'draft', ownerID: '7002', operation: 'Placed' });
  expect(heard).toEqual(['7001 EventInvite', 'i1 Open', 'draft Placed']);
});

test('a workbin is asked for once, again after another connection, and given up with the last who listens', async () => {
  const { clock, driver, local, up } = await started();
  up(1030);
  const asked = (port: number, name: string): number => driver.to(port).sent.filter(sent => sent.messageName === name).length;
  const stops = [local.listenWorkbin('draft', '7001', () => undefined), local.listenWorkbin('draft', '7001', () => undefined)];
  expect(asked(1030, 'RequestWorkbinNotifications')).toBe(1);
  driver.to(1030).answer('RequestWorkbinNotifications', { messageName: 'EventAck' });
  driver.to(1030).break();
  clock.advance(60_000);
  up(1031);
  expect(asked(1031, 'RequestWorkbinNotifications')).toBe(1);
  stops[0]?.();
  expect(asked(1031, 'RequestCancelWorkbinNotifications')).toBe(0);
  stops[1]?.();
  expect(asked(1031, 'RequestCancelWorkbinNotifications')).toBe(1);
});

test('what was sent when the link broke is unknown, and whoever watches hears of the loss and the return', async () => {
  const { clock, driver, local, up } = await started();
  up(1030);
  const changes: string[] = [];
  local.onChange(change => changes.push(change));
  const answer = local.request({ messageName: 'RequestDoNotDisturbOn', ...agent }, admitted);
  driver.to(1030).break();
  expect(await answer).toEqual({ ok: false, reason: { kind: 'unknown' } });
  clock.advance(60_000);
  up(1031);
  expect(changes.at(0)).toBe('lost');
  expect(local.state).toBe('up');
});
