import { kvList, kvNumber, kvText, type KvList, type TlibEvent } from '@handover/shared/genesys';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import { type FakeChannel, createFakeDriver } from '../fakes/index.ts';
import type { PlannedServer } from './plan.ts';
import { createReferee } from './referee.ts';
import { createSipServer } from './server.ts';

const hot: PlannedServer = {
  switchName: 'SIP_us',
  location: '/us',
  mode: 'hot',
  names: ['sip', 'sip_b'],
  endpoints: [
    { host: 'h', port: 1 },
    { host: 'h', port: 2 },
  ],
  idleMs: undefined,
  maxRetryMs: undefined,
};
const single: PlannedServer = { ...hot, mode: 'single', names: ['sip'], endpoints: [{ host: 'h', port: 1 }] };
const admitted = (epoch: number) => () => ok({ epoch });

function started(plan: PlannedServer = single, limits: { maxQueued?: number } = {}) {
  const clock = createFakeClock();
  const driver = createFakeDriver();
  const server = createSipServer(
    { applicationName: 'Handover_us', node: 'us/1', driver, clock, random: () => 1, log: silentLogger, ...limits },
    plan,
  );
  const changes: string[] = [];
  server.onChange(change => changes.push(change));
  server.start();
  const up = (port = 1, serverRole: 'Primary' | 'Backup' = 'Primary'): FakeChannel => {
    clock.advance(0);
    const channel = driver.to(port);
    channel.accept();
    channel.answer('RequestRegisterClient', { messageName: 'EventServerInfo', serverRole, keepsAgentsOnDisconnect: true });
    return channel;
  };
  return { clock, driver, server, changes, up };
}

const named = (channel: FakeChannel, name: string) => channel.sent.filter(message => message.messageName === name);
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('a server registers us by the name of our application and says what it keeps', () => {
  const { server, changes, up } = started();
  expect([server.state, server.keepsAgentsOnDisconnect]).toEqual(['down', undefined]);
  expect(up().sent[0]).toMatchObject({ messageName: 'RequestRegisterClient', applicationName: 'Handover_us' });
  expect([server.state, server.keepsAgentsOnDisconnect, changes]).toEqual(['up', true, ['restored']]);
});

test('a command carries node and epoch in its extensions, beside what was there', async () => {
  const { server, up } = started();
  const channel = up();
  const extensions: KvList = [{ key: 'mine', type: 'str', value: 'x' }];
  const answer = server.request(
    { messageName: 'RequestAgentReady', thisDN: '7001', extensions },
    { deadlineMs: 1_000, admit: admitted(42) },
  );
  const sent = named(channel, 'RequestAgentReady')[0]?.['extensions'] as KvList;
  expect(kvText(sent, 'mine')).toBe('x');
  expect([kvText(kvList(sent, 'handover'), 'node'), kvNumber(kvList(sent, 'handover'), 'epoch')]).toEqual(['us/1', 42]);
  channel.answer('RequestAgentReady', { messageName: 'EventAgentReady', thisDN: '7001' });
  expect(await answer).toMatchObject({ ok: true, value: { messageName: 'EventAgentReady' } });
});

test('an EventError is a refusal with its code', async () => {
  const { server, up } = started();
  const channel = up();
  const answer = server.request({ messageName: 'RequestHoldCall', thisDN: '7001' }, { deadlineMs: 1_000 });
  channel.answer('RequestHoldCall', { messageName: 'EventError', errorCode: 56, errorMessage: 'Invalid Call_ID or state' });
  expect(await answer).toEqual(refuse({ kind: 'error', errorCode: 56, errorMessage: 'Invalid Call_ID or state' }));
});

test('a fenced command is not sent', async () => {
  const { server, up } = started();
  const channel = up();
  const answer = await server.request(
    { messageName: 'RequestHoldCall', thisDN: '7001' },
    { deadlineMs: 1_000, admit: () => refuse('not the owner') },
  );
  expect(answer).toEqual(refuse({ kind: 'fenced', why: 'not the owner' }));
  expect(named(channel, 'RequestHoldCall')).toEqual([]);
});

test('commands wait for a full socket in order, and each is admitted only when it leaves', () => {
  const { server, up } = started();
  const channel = up();
  channel.takesAtOnce = false;
  let epoch = 1;
  for (const connID of ['A', 'B', 'C'])
    void server.request({ messageName: 'RequestHoldCall', thisDN: '7001', connID }, { deadlineMs: 1_000, admit: () => ok({ epoch }) });
  const left = (): unknown[] =>
    named(channel, 'RequestHoldCall').map(message => [
      message['connID'],
      kvNumber(kvList(message['extensions'] as KvList, 'handover'), 'epoch'),
    ]);
  expect(left()).toEqual([['A', 1]]);
  epoch = 2;
  channel.drain();
  expect(left()).toEqual([
    ['A', 1],
    ['B', 2],
  ]);
  channel.drain();
  expect(left()).toHaveLength(3);
});

test('a DN is registered once however many listen, and again on a new connection', () => {
  const { clock, driver, server, up } = started();
  server.listen('7001', () => undefined);
  const channel = up();
  server.listen('7001', () => undefined);
  expect(named(channel, 'RequestRegisterAddress')).toHaveLength(1);
  clock.advance(6_000);
  channel.answer('RequestRegisterAddress', { messageName: 'EventRegistered', thisDN: '7001' });
  driver.to(1).break();
  expect(named(up(), 'RequestRegisterAddress')).toHaveLength(1);
});

test('a DN nobody listens to any more is not registered on the next connection, and never unregistered by the link', () => {
  const { driver, server, up, clock } = started();
  const channel = up();
  server.listen('7001', () => undefined)();
  expect(named(channel, 'RequestUnregisterAddress')).toEqual([]);
  driver.to(1).break();
  clock.advance(1_000);
  expect(named(up(), 'RequestRegisterAddress')).toEqual([]);
});

test('the link registers without an epoch: it is no command of an owner', () => {
  const { server, up } = started();
  server.listen('7001', () => undefined);
  const extensions = named(up(), 'RequestRegisterAddress')[0]?.['extensions'] as KvList;
  expect(kvText(kvList(extensions, 'handover'), 'node')).toBe('us/1');
  expect(kvNumber(kvList(extensions, 'handover'), 'epoch')).toBeUndefined();
});

test('thousands of registrations go out in windows, and a command is not behind them', async () => {
  const { server, up } = started();
  for (let dn = 0; dn < 1_000; dn += 1) server.listen(String(dn), () => undefined);
  const channel = up();
  expect(named(channel, 'RequestRegisterAddress')).toHaveLength(64);
  void server.request({ messageName: 'RequestAgentReady', thisDN: '999' }, { deadlineMs: 1_000 });
  expect(channel.sent.slice(-2).map(message => [message.messageName, message['thisDN']])).toEqual([
    ['RequestRegisterAddress', '999'],
    ['RequestAgentReady', '999'],
  ]);
  for (const message of named(channel, 'RequestRegisterAddress').slice(0, 10))
    channel.say({ messageName: 'EventRegistered', thisDN: message['thisDN'], referenceID: message.referenceID ?? 0 });
  await settled();
  expect(named(channel, 'RequestRegisterAddress')).toHaveLength(64 + 10);
});

test('events of a DN reach its listeners in order, answers to requests among them, and nobody else', () => {
  const { server, up } = started();
  const channel = up();
  const heard: string[] = [];
  server.listen('7001', event => heard.push(`1:${event.messageName}`));
  server.listen('7002', event => heard.push(`2:${event.messageName}`));
  void server.request({ messageName: 'RequestAnswerCall', thisDN: '7001' }, { deadlineMs: 1_000 });
  channel.say({ messageName: 'EventRinging', thisDN: '7001' });
  channel.answer('RequestAnswerCall', { messageName: 'EventEstablished', thisDN: '7001' });
  channel.say({ messageName: 'EventReleased', thisDN: '7002' });
  expect(heard).toEqual(['1:EventRinging', '1:EventEstablished', '2:EventReleased']);
});

test('a listener that fails does not keep the event from the others', () => {
  const { server, up } = started();
  const heard: TlibEvent[] = [];
  server.listen('7001', () => {
    throw new Error('mine');
  });
  server.listen('7001', event => heard.push(event));
  up().say({ messageName: 'EventRinging', thisDN: '7001' });
  expect(heard).toHaveLength(1);
});

test('registered() answers with the snapshot, with the refusal, or that there is no connection', async () => {
  const { server, up } = started();
  server.listen('7001', () => undefined);
  server.listen('9999', () => undefined);
  expect(await server.registered('7001')).toEqual(refuse({ kind: 'unavailable' }));
  const channel = up();
  const [one, nine] = [server.registered('7001'), server.registered('9999')];
  for (const message of named(channel, 'RequestRegisterAddress'))
    channel.say(
      message['thisDN'] === '7001'
        ? { messageName: 'EventRegistered', thisDN: '7001', referenceID: message.referenceID ?? 0 }
        : { messageName: 'EventError', errorCode: 59, errorMessage: 'unknown', referenceID: message.referenceID ?? 0 },
    );
  expect(await one).toMatchObject({ ok: true, value: { messageName: 'EventRegistered' } });
  expect(await nine).toEqual(refuse({ kind: 'error', errorCode: 59, errorMessage: 'unknown' }));
  expect(await server.registered('7001')).toMatchObject({ ok: true });
});

test('a lost connection answers what was sent with unknown, tells the loss, and refuses what follows', async () => {
  const { driver, server, changes, up } = started();
  up();
  const answer = server.request({ messageName: 'RequestHoldCall', thisDN: '7001' }, { deadlineMs: 1_000 });
  driver.to(1).break();
  expect(server.state).toBe('down');
  expect(await answer).toEqual(refuse({ kind: 'unknown' }));
  expect(await server.request({ messageName: 'RequestHoldCall', thisDN: '7001' }, { deadlineMs: 1_000 })).toEqual(
    refuse({ kind: 'unavailable' }),
  );
  expect(changes).toEqual(['restored', 'lost']);
});

test('after a reconnect nothing is sent again by itself', () => {
  const { clock, driver, server, up } = started();
  up();
  void server.request({ messageName: 'RequestHoldCall', thisDN: '7001' }, { deadlineMs: 20_000 });
  driver.to(1).break();
  clock.advance(1_000);
  expect(up().sent.map(message => message.messageName)).toEqual(['RequestRegisterClient']);
});

test('hot standby: a command made while the backup takes over is admitted after the switch was told', async () => {
  const { driver, server, changes, up } = started(hot);
  up(1, 'Primary');
  const backup = up(2, 'Backup');
  driver.to(1).break();
  let owner = true;
  server.onChange(change => {
    if (change === 'switched') owner = false;
  });
  const answer = server.request(
    { messageName: 'RequestHoldCall', thisDN: '7001' },
    { deadlineMs: 1_000, admit: () => (owner ? ok({ epoch: 1 }) : refuse('switched')) },
  );
  expect(server.state).toBe('up');
  backup.say({ messageName: 'EventPrimaryChanged', serverRole: 'Primary' });
  expect(await answer).toEqual(refuse({ kind: 'fenced', why: 'switched' }));
  expect(changes).toEqual(['restored', 'switched']);
});

test('hot standby: what the lost primary was sent is unknown at once, not when the backup takes over', async () => {
  const { driver, server, up } = started(hot);
  up(1, 'Primary');
  up(2, 'Backup');
  const answer = server.request({ messageName: 'RequestHoldCall', thisDN: '7001' }, { deadlineMs: 1_000 });
  driver.to(1).break();
  expect(server.state).toBe('up');
  expect(await answer).toEqual(refuse({ kind: 'unknown' }));
});

test('hot standby: DNs are registered at both, events of the backup are not taken', () => {
  const { server, up } = started(hot);
  const heard: string[] = [];
  server.listen('7001', event => heard.push(event.messageName));
  const primary = up(1, 'Primary');
  const backup = up(2, 'Backup');
  expect([named(primary, 'RequestRegisterAddress').length, named(backup, 'RequestRegisterAddress').length]).toEqual([1, 1]);
  backup.say({ messageName: 'EventRinging', thisDN: '7001' });
  primary.say({ messageName: 'EventEstablished', thisDN: '7001' });
  expect(heard).toEqual(['EventEstablished']);
});

test('what a backup refused to register is registered when it becomes the primary', async () => {
  const { driver, server, up } = started(hot);
  server.listen('7001', () => undefined);
  up(1, 'Primary');
  const backup = up(2, 'Backup');
  backup.answer('RequestRegisterAddress', { messageName: 'EventError', errorCode: 41, errorMessage: 'backup' });
  await settled();
  driver.to(1).break();
  backup.say({ messageName: 'EventPrimaryChanged', serverRole: 'Primary' });
  expect(named(backup, 'RequestRegisterAddress')).toHaveLength(2);
});

test('a backup that has not its state yet is asked again', async () => {
  const { clock, server, up } = started(hot);
  server.listen('7001', () => undefined);
  up(1, 'Primary');
  const backup = up(2, 'Backup');
  backup.answer('RequestRegisterAddress', { messageName: 'EventError', errorCode: 40, errorMessage: 'backup' });
  await settled();
  clock.advance(2_000);
  expect(named(backup, 'RequestRegisterAddress')).toHaveLength(2);
  backup.answer('RequestRegisterAddress', { messageName: 'EventError', errorCode: 59, errorMessage: 'unknown' });
  await settled();
  clock.advance(60_000);
  expect(named(backup, 'RequestRegisterAddress')).toHaveLength(2);
});

test('a server that stepped back is registered at anew, and again when it returns', async () => {
  const { server, up } = started(hot);
  server.listen('7001', () => undefined);
  const first = up(1, 'Primary');
  const second = up(2, 'Backup');
  for (const channel of [first, second]) channel.answer('RequestRegisterAddress', { messageName: 'EventRegistered', thisDN: '7001' });
  await settled();
  second.say({ messageName: 'EventPrimaryChanged', serverRole: 'Primary' });
  first.say({ messageName: 'EventPrimaryChanged', serverRole: 'Backup' });
  expect([named(first, 'RequestRegisterAddress').length, named(second, 'RequestRegisterAddress').length]).toEqual([2, 1]);
});

test('warm standby: a backup that takes over keeps no agents, a server that only lost its connection does', () => {
  const { clock, driver, server, up } = started({ ...hot, mode: 'warm' });
  up(1);
  expect(server.keepsAgentsOnDisconnect).toBe(true);
  driver.to(1).break();
  up(2);
  expect(server.keepsAgentsOnDisconnect).toBe(false);
  driver.to(2).break();
  clock.advance(0);
  driver.to(1).break();
  clock.advance(10_000);
  up(2);
  expect(server.keepsAgentsOnDisconnect).toBe(true);
});

test('a missing event is told like a switch-over', () => {
  const { changes, up } = started();
  const channel = up();
  for (const eventSequenceNumber of [4, 6]) channel.say({ messageName: 'EventRinging', thisDN: '7001', eventSequenceNumber });
  expect(changes).toEqual(['restored', 'switched']);
});

test('a moved server is connected to at its new address, with the same listeners', () => {
  const { driver, server, changes, up } = started();
  const heard: string[] = [];
  server.listen('7001', event => heard.push(event.messageName));
  const old = up();
  server.configure({ ...single, endpoints: [{ host: 'h', port: 5 }] });
  expect(old.closedByLink).toBe(true);
  const moved = up(5);
  expect(named(moved, 'RequestRegisterAddress')).toHaveLength(1);
  moved.say({ messageName: 'EventRinging', thisDN: '7001' });
  expect(heard).toEqual(['EventRinging']);
  expect(changes).toEqual(['restored', 'lost', 'restored']);
  server.configure({ ...single, endpoints: [{ host: 'h', port: 5 }], location: '/elsewhere' });
  expect([driver.channels.length, server.location]).toEqual([2, '/elsewhere']);
});

test('a full queue says unavailable', async () => {
  const { server, up } = started(single, { maxQueued: 2 });
  const channel = up();
  channel.takesAtOnce = false;
  const hold = () => server.request({ messageName: 'RequestHoldCall', thisDN: '7001' }, { deadlineMs: 1_000 });
  for (let i = 0; i < 3; i += 1) void hold();
  expect(await hold()).toEqual(refuse({ kind: 'unavailable' }));
});

test('the status shows each server of the pair', () => {
  const { server, up } = started(hot);
  up(1, 'Primary');
  expect(server.status()).toMatchObject([
    { name: 'sip', type: 'sip', location: '/us', role: 'primary', state: 'up', address: 'h:1' },
    { name: 'sip_b', role: 'unknown', state: 'connecting' },
  ]);
});

test('the referee says its word in user data and hears those of others before the answer to its query', async () => {
  const { server, up } = started();
  const referee = createReferee({ bySwitch: name => (name === 'SIP_us' ? server : undefined) });
  const channel = up();
  const order: string[] = [];
  const off = referee.on('7001@SIP_us', {
    heard: word => order.push(`${word.kind} ${word.session} ${word.epoch} ${word.incarnation}`),
    link: change => order.push(change),
  });
  const registering = referee.register('7001@SIP_us');
  channel.answer('RequestRegisterAddress', { messageName: 'EventRegistered', thisDN: '7001' });
  await registering;
  const epoch = 1_700_000_000_000 * 1024 + 3;
  await referee.say('7001@SIP_us', { kind: 'announce', session: 'acme:agent1', epoch, incarnation: 'us/1~x' });
  const said = named(channel, 'RequestDistributeUserEvent')[0];
  expect(kvNumber(kvList(said?.['extensions'] as KvList, 'handover'), 'epoch')).toBeUndefined();
  const query = referee.query('7001@SIP_us').then(() => order.push('answered'));
  channel.say({ messageName: 'EventUserEvent', thisDN: '7001', userData: said?.['userData'] });
  channel.say({ messageName: 'EventUserEvent', thisDN: '7001', userData: [] });
  channel.answer('RequestQueryAddress', { messageName: 'EventAddressInfo', thisDN: '7001' });
  await query;
  expect(order).toEqual([`announce acme:agent1 ${epoch} us/1~x`, 'answered']);
  off();
  await expect(referee.register('7001@nowhere')).rejects.toThrow('no SIP Server');
});

test('the referee knows whether a command would leave now, and rejects without a connection', async () => {
  const { driver, server, up } = started();
  const referee = createReferee({ bySwitch: () => server });
  expect(referee.drained('7001@SIP_us')).toBe(false);
  await expect(referee.register('7001@SIP_us')).rejects.toThrow('not registered: unavailable');
  const channel = up();
  expect(referee.drained('7001@SIP_us')).toBe(true);
  channel.takesAtOnce = false;
  void server.request({ messageName: 'RequestHoldCall', thisDN: '7001' }, { deadlineMs: 1_000 });
  expect(referee.drained('7001@SIP_us')).toBe(false);
  const word = { kind: 'released', session: 's', epoch: 1, incarnation: 'i' } as const;
  const saying = referee.say('7001@SIP_us', word);
  driver.to(1).break();
  await expect(saying).rejects.toThrow('not said');
});
