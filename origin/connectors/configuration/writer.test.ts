import type { CfgSkill } from '@handover/shared/genesys';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import { type FakeChannel, createFakeDriver } from '../fakes/index.ts';
import { createObjectTable } from './objects.ts';
import { createReached } from './reached.ts';
import { createWriter } from './writer.ts';

const skill: CfgSkill = { type: 'CfgSkill', tenantDBID: 1, state: 'Enabled', userProperties: [], dbid: 5, name: 'english' };

function writing() {
  const clock = createFakeClock();
  const driver = createFakeDriver();
  const table = createObjectTable();
  const mirror = { sequence: 10 };
  const reached = createReached(clock, () => mirror.sequence);
  let reference = 0;
  let endpoints = [
    { host: 'h', port: 1 },
    { host: 'h', port: 2 },
  ];
  const writer = createWriter({
    application: 'Handover_us',
    driver,
    clock,
    random: () => 1,
    log: silentLogger,
    nextReference: () => ++reference,
    idleMs: undefined,
    endpoints: () => endpoints,
    table,
    reached: sequence => reached.wait(sequence),
  });
  const serve = (port: number, isMaster = true): FakeChannel => {
    clock.advance(0);
    const channel = driver.to(port);
    channel.accept();
    channel.answer('RequestRegisterClient', {
      messageName: 'EventClientRegistered',
      serverRole: 'Primary',
      isMaster,
      serverName: 'c',
      sequence: 10,
    });
    return channel;
  };
  const moveTo = (port: number): void => void (endpoints = [{ host: 'h', port }]);
  return { clock, driver, table, mirror, reached, writer, serve, moveTo };
}

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('nothing is connected before there is something to write', () => {
  expect(writing().driver.channels).toEqual([]);
});

test('a write goes to the master, over whichever replicas stand before it', async () => {
  const { writer, serve, mirror } = writing();
  const created = writer.create<CfgSkill>({ ...skill });
  serve(1, false);
  const master = serve(2);
  expect(master.sent.at(-1)).toMatchObject({ messageName: 'RequestCreateObject', object: { name: 'english' } });
  mirror.sequence = 11;
  master.answer('RequestCreateObject', { messageName: 'EventObjectCreated', sequence: 11, object: skill });
  expect(await created).toEqual(ok(skill));
});

test('a writer reads its own change', async () => {
  const { clock, writer, serve, table, mirror, reached } = writing();
  table.put(skill);
  const updated = writer.update('CfgSkill', 5, { name: 'german' });
  const master = serve(1);
  master.answer('RequestUpdateObject', { messageName: 'EventObjectUpdated', sequence: 11, objectType: 'CfgSkill', dbid: 5, changes: {} });
  let done = false;
  void updated.then(() => (done = true));
  await settled();
  expect(done).toBe(false);
  table.put({ ...skill, name: 'german' });
  mirror.sequence = 11;
  reached.advanced();
  expect(await updated).toEqual(ok({ ...skill, name: 'german' }));
  expect(clock.pending).toBe(1);
});

test('a mirror that does not follow is waited for 2 s', async () => {
  const { clock, writer, serve } = writing();
  const deleted = writer.delete('CfgSkill', 5);
  serve(1).answer('RequestDeleteObject', { messageName: 'EventObjectDeleted', sequence: 11, objectType: 'CfgSkill', dbid: 5 });
  await settled();
  clock.advance(2_000);
  expect(await deleted).toEqual(ok(true));
});

test.each([
  ['InvalidAttribute', { kind: 'invalid', field: 'object.name' }],
  ['AlreadyExists', { kind: 'exists', field: 'object.name' }],
  ['ObjectNotFound', { kind: 'not-found' }],
  ['SomethingNew', { kind: 'unavailable' }],
])('the refusal %s is told', async (errorCode, reason) => {
  const { writer, serve } = writing();
  const answer = writer.create<CfgSkill>({ ...skill });
  serve(1).answer('RequestCreateObject', { messageName: 'EventError', errorCode, errorMessage: 'object.name' });
  expect(await answer).toEqual(refuse(reason));
});

test('a server that is no longer the master is left, and the next one gets the write', async () => {
  const { writer, serve } = writing();
  const answer = writer.delete('CfgSkill', 5);
  const old = serve(1);
  old.answer('RequestDeleteObject', { messageName: 'EventError', errorCode: 'NotPrimary', errorMessage: '' });
  await settled();
  expect(old.closedByLink).toBe(true);
  serve(1, false);
  serve(2).answer('RequestDeleteObject', { messageName: 'EventObjectDeleted', sequence: 10, objectType: 'CfgSkill', dbid: 5 });
  expect(await answer).toEqual(ok(true));
});

test('a server that contradicts itself is not asked for ever', async () => {
  const { writer, serve } = writing();
  const answer = writer.delete('CfgSkill', 5);
  for (let n = 0; n < 3; n += 1) {
    serve(1).answer('RequestDeleteObject', { messageName: 'EventError', errorCode: 'NotPrimary', errorMessage: '' });
    await settled();
  }
  expect(await answer).toEqual(refuse({ kind: 'unavailable' }));
});

test('when nobody is the master any longer, that is known within the deadline', async () => {
  const { clock, writer, serve } = writing();
  const answer = writer.delete('CfgSkill', 5);
  serve(1).answer('RequestDeleteObject', { messageName: 'EventError', errorCode: 'NotPrimary', errorMessage: '' });
  await settled();
  serve(1, false);
  clock.advance(5_000);
  expect(await answer).toEqual(refuse({ kind: 'unavailable' }));
});

test('without a master nothing is written; that is known after 5 s, and nobody looks for one any longer', async () => {
  const { clock, writer } = writing();
  const answer = writer.delete('CfgSkill', 5);
  clock.advance(5_000);
  expect(await answer).toEqual(refuse({ kind: 'unavailable' }));
  expect(clock.pending).toBe(0);
});

test('a write whose master is lost before the answer is unknown and not made again', async () => {
  const { writer, serve } = writing();
  const answer = writer.delete('CfgSkill', 5);
  serve(1).break();
  expect(await answer).toEqual(refuse({ kind: 'unknown' }));
  void writer.delete('CfgSkill', 6);
  expect(serve(1).sent.map(message => message['dbid'])).toEqual([undefined, 6]);
});

test('the connection ends a minute after the last write', async () => {
  const { clock, driver, writer, serve } = writing();
  const answer = writer.delete('CfgSkill', 5);
  serve(1).answer('RequestDeleteObject', { messageName: 'EventObjectDeleted', sequence: 10, objectType: 'CfgSkill', dbid: 5 });
  await answer;
  clock.advance(60_000);
  expect([driver.to(1).closedByLink, clock.pending]).toEqual([true, 0]);
});

test('a master that cannot be reached is looked for where the configuration says now', async () => {
  const { writer, serve, moveTo } = writing();
  void writer.delete('CfgSkill', 5);
  moveTo(3);
  void writer.delete('CfgSkill', 6);
  expect(serve(3).sent.filter(message => message.messageName === 'RequestDeleteObject')).toHaveLength(2);
});

test('a new password is set by the master, which may refuse it', async () => {
  const { writer, serve } = writing();
  const fine = writer.changePassword('agent1', 'old', 'new');
  const master = serve(1);
  master.answer('RequestChangePassword', { messageName: 'EventPasswordChanged' });
  expect(await fine).toEqual(ok(true));
  for (const [errorCode, reason] of [
    ['InvalidAttribute', 'refused'],
    ['InvalidCredentials', 'invalid'],
  ]) {
    const answer = writer.changePassword('agent1', 'old', '1');
    master.answer('RequestChangePassword', { messageName: 'EventError', errorCode, errorMessage: '' });
    expect(await answer).toEqual(refuse(reason));
  }
});
