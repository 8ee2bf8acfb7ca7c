import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawClient } from './tests/raw-client.ts';
import { TestSite } from './tests/site.ts';

const site = new TestSite();
let sip = 0;
let config = 0;

beforeAll(async () => {
  const world = await site.start('world', '--site', 'us-east');
  const at = ['--site', 'us-east', '--world', `127.0.0.1:${world.ports[0]}`];
  config = (await site.start('config', ...at, '--agents', '3')).ports[0] ?? 0;
  sip = (await site.start('sip', ...at, '--config', `127.0.0.1:${config}`)).ports[0] ?? 0;
}, 20_000);
afterAll(() => site.stop());

describe.each(['SIP Server', 'Configuration Server'])('a %s on the wire', server => {
  const open = (): Promise<RawClient> => RawClient.open(server === 'SIP Server' ? sip : config);

  test('answers what is no message with EventError and goes on', async () => {
    const client = await open();
    for (const line of [
      'nonsense',
      '[]',
      'null',
      '{}',
      '{"messageName":7,"referenceID":1}',
      '{"messageName":"RequestFly","referenceID":2}',
    ]) {
      const from = client.seen.length;
      client.socket.write(`${line}\n`);
      await client.event('EventError', from);
    }
    expect(client.seen.at(-1)).toMatchObject({ referenceID: 2, errorMessage: expect.stringContaining('messageName') as string });
    const registered = await client.request('RequestRegisterClient', { applicationName: 'Test' });
    expect(registered.messageName).not.toBe('EventError');
    client.close();
  });

  test('wants RegisterClient first', async () => {
    const client = await open();
    const attributes = { thisDN: '7001', objectType: 'CfgDN' };
    const refused = await client.request(server === 'SIP Server' ? 'RequestRegisterAddress' : 'RequestReadObjects', attributes);
    expect(refused).toMatchObject({ messageName: 'EventError', errorMessage: expect.stringContaining('RegisterClient') as string });
    client.close();
  });

  test('ends a connection whose line never ends', async () => {
    const client = await open();
    client.socket.write('x'.repeat(300_000));
    await client.untilClosed();
  });

  test('drops a client that does not read, and serves the others', async () => {
    const lazy = await open();
    await lazy.request('RequestRegisterClient', { applicationName: 'Lazy' });
    lazy.socket.pause();
    const request = JSON.stringify({ messageName: 'RequestFly', referenceID: 1, padding: 'x'.repeat(100) });
    const lines = `${request}\n`.repeat(2_000);
    const closed = new Promise<void>(resolve => lazy.socket.once('close', () => resolve()));
    const end = performance.now() + 15_000;
    while (!lazy.closed && performance.now() < end) {
      const flushed = lazy.socket.write(lines);
      const drained = new Promise<void>(resolve => (flushed ? setImmediate(resolve) : lazy.socket.once('drain', () => resolve())));
      await Promise.race([drained, closed]);
    }
    expect(lazy.closed).toBe(true);
    const other = await open();
    await other.request('RequestRegisterClient', { applicationName: 'Other' });
    other.close();
  }, 20_000);
});

test('events of a connection are numbered without a gap, and every client on a DN gets all of them in order', async () => {
  const one = await RawClient.onDn(sip, '7002');
  const two = await RawClient.onDn(sip, '7002');
  for (let n = 0; n < 20; n += 1)
    await one.request('RequestDistributeUserEvent', { thisDN: '7002', userData: [{ key: 'n', type: 'int', value: n }] });
  await two.wait(message => JSON.stringify(message['userData'] ?? '').includes(':19'), 'the last user event');
  const heard = (client: RawClient) =>
    client.seen.filter(message => message.messageName === 'EventUserEvent').map(message => message['userData']);
  expect(heard(one)).toHaveLength(20);
  expect(heard(two)).toEqual(heard(one));
  expect(two.seen.every(message => message.messageName !== 'EventUserEvent' || message['referenceID'] === undefined)).toBe(true);
  expect(two.seen.map(message => message['eventSequenceNumber'])).toEqual(two.seen.map((_, index) => index + 1));
  one.close();
  two.close();
});

test('a command on a DN that the client has not registered is refused', async () => {
  const client = await RawClient.onDn(sip, '7001');
  expect(await client.request('RequestAgentLogin', { thisDN: '7003', agentID: '7003' })).toMatchObject({
    messageName: 'EventError',
    errorCode: 41,
  });
  expect(await client.request('RequestRegisterAddress', { thisDN: '1' })).toMatchObject({ messageName: 'EventError', errorCode: 59 });
  client.close();
});
