import { describe, expect, it } from 'vitest';
import { AckExtension } from '../extension/ack.ts';
import { createHarness } from '../testing/harness.ts';

describe('a connect', () => {
  it('is answered at once when it is the first after a handshake', async () => {
    const { clock, client } = createHarness();
    const someone = await client({ connected: false });
    const first = someone.connect();
    await clock.turn();
    expect(first.messages[0]).toMatchObject({
      successful: true,
      id: '1',
      advice: { reconnect: 'retry', interval: 0, timeout: 30_000, maxInterval: 10_000 },
    });
  });

  it('is held for the time-out and then answered with nothing', async () => {
    const { clock, client } = createHarness({ timeout: 1_000 });
    const held = (await client()).connect();
    await clock.advance(999);
    expect(held.received).toBe(false);
    await clock.advance(1);
    expect(held.messages).toHaveLength(1);
  });

  it.each([
    ['0', 0, 0],
    ['a shorter time', 200, 200],
    ['a longer time than the server allows', 1e10, 1_000],
    ['a negative time', -5, 1_000],
    ['no number', 'abc', 1_000],
  ])('that asks for %s is held as long as that can be granted', async (_name, timeout, expected) => {
    const { clock, client } = createHarness({ timeout: 1_000 });
    const held = (await client()).connect({ advice: { timeout } });
    await clock.advance(Math.max(0, expected - 1));
    expect(held.received).toBe(expected === 0);
    await clock.advance(1);
    expect(held.received).toBe(true);
  });

  it('among other messages is answered in its place and not held', async () => {
    const { clock, client } = createHarness();
    const someone = await client();
    const response = someone.send([
      someone.message('/meta/subscribe', { subscription: '/n' }),
      someone.message('/meta/connect', { connectionType: 'long-polling' }),
      someone.message('/n', { data: 1 }),
    ]);
    await clock.turn();
    expect(response.messages.filter(message => message.successful).map(message => message.channel)).toEqual([
      '/meta/subscribe',
      '/meta/connect',
      '/n',
    ]);
    expect(response.messages.filter(message => message.data === 1)).toHaveLength(1);
  });

  it('that is replaced fails with a status that browsers do not repeat, and carries nothing', async () => {
    const { clock, server, client, refusals } = createHarness();
    const someone = await client({ subscribe: '/n' });
    const older = someone.connect();
    const newer = someone.connect();
    server.publish('/n', 1);
    await clock.turn();
    expect([older.status, older.body]).toEqual([500, '']);
    expect(newer.messages.map(message => message.data)).toEqual([1, undefined]);
    expect(refusals).toEqual(['connect_superseded']);
  });

  it('is never replaced twice when the client sends many', async () => {
    const { clock, client } = createHarness();
    const someone = await client();
    const responses = Array.from({ length: 10 }, () => someone.connect());
    await clock.turn();
    expect(responses.map(response => response.status)).toEqual([...Array<number>(9).fill(500), undefined]);
  });

  it('carries the events of one turn together', async () => {
    const { clock, server, client } = createHarness();
    const someone = await client({ subscribe: '/n' });
    const publisher = await client();
    const held = someone.connect();
    await clock.turn();
    publisher.send(Array.from({ length: 5 }, (_, n) => publisher.message('/n', { data: n })));
    await clock.turn();
    expect(held.messages.map(message => message.data)).toEqual([0, 1, 2, 3, 4, undefined]);
    expect(server.metrics().queuedEvents).toBe(0);
  });

  it('without a connection type is refused with advice to stop', async () => {
    const { clock, client } = createHarness();
    const response = (await client()).connect({ connectionType: undefined });
    await clock.turn();
    expect(response.messages[0]).toMatchObject({
      successful: false,
      error: '403:connectionType:parameter_missing',
      advice: { reconnect: 'none' },
    });
  });

  it('has its id returned with the type it came with', async () => {
    const { clock, client } = createHarness();
    const someone = await client();
    const number = someone.connect({ id: 7, advice: { timeout: 0 } });
    const text = someone.connect({ id: '7', advice: { timeout: 0 } });
    const none = someone.connect({ id: undefined, advice: { timeout: 0 } });
    await clock.turn();
    expect([number, text, none].map(response => response.messages[0]?.id)).toEqual([7, '7', undefined]);
  });
});

describe('several sessions of one browser', () => {
  it('are told so when one more connect would be held', async () => {
    const { clock, server, client } = createHarness();
    const first = await client();
    const second = await client();
    second.cookie = first.cookie;
    second.clientId = await secondSession(first.cookie);
    const held = first.connect();
    const refused = second.connect();
    await clock.turn();
    expect(held.received).toBe(false);
    expect(refused.messages[0]).toMatchObject({
      successful: true,
      advice: { reconnect: 'retry', interval: 2_000, 'multiple-clients': true },
    });
    expect(server.metrics().heldConnects).toBe(1);

    async function secondSession(cookie: string | undefined): Promise<string> {
      second.cookie = cookie;
      const response = second.send([{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] }]);
      await clock.turn();
      second.clientId = response.messages[0]?.clientId ?? '';
      second.connect();
      await clock.turn();
      return second.clientId;
    }
  });

  it('are counted down on every way out of being held', async () => {
    const { clock, server, client } = createHarness({ timeout: 100, maxInterval: 60_000 });
    const someone = await client({ subscribe: '/n' });
    for (const way of ['event', 'time-out', 'newer', 'socket'] as const) {
      const response = someone.connect();
      await clock.turn();
      if (way === 'event') server.publish('/n', 1);
      else if (way === 'time-out') await clock.advance(150);
      else if (way === 'newer') someone.connect({ advice: { timeout: 0 } });
      else response.socket.destroy();
      await clock.turn();
      expect(server.metrics().heldConnects).toBe(0);
    }
    const last = someone.connect();
    await clock.turn();
    expect(last.received).toBe(false);
  });
});

describe('acknowledgements', () => {
  it('stay off when the client does not ask, or says no', async () => {
    const { clock, server, client } = createHarness();
    server.addExtension(new AckExtension());
    const someone = await client({ ext: { ack: false } });
    const response = someone.connect({ advice: { timeout: 0 } });
    await clock.turn();
    expect(response.messages[0]?.ext).toBeUndefined();
  });

  it('let events leave with connects only', async () => {
    const { clock, server, client } = createHarness();
    server.addExtension(new AckExtension());
    const someone = await client({ ext: { ack: true }, subscribe: '/n' });
    const published = someone.request('/n', { data: 1 });
    await clock.turn();
    expect(published.messages.map(message => message.channel)).toEqual(['/n']);
    expect(published.messages[0]?.data).toBeUndefined();
    const connect = someone.connect({ ext: { ack: 0 } });
    await clock.turn();
    expect(connect.messages.map(message => message.data)).toEqual([1, undefined]);
  });

  it('send with an overlapping connect all that was not confirmed, under the number of its own reply', async () => {
    const { clock, server, client } = createHarness();
    server.addExtension(new AckExtension());
    const someone = await client({ ext: { ack: true }, subscribe: '/n' });
    someone.connect({ ext: { ack: 0 } });
    server.publish('/n', 1);
    await clock.turn();
    server.publish('/n', 2);
    const overlapping = someone.connect({ ext: { ack: 0 } });
    await clock.turn();
    expect(overlapping.messages.map(message => message.data)).toEqual([1, 2, undefined]);
    expect(overlapping.messages.at(-1)?.ext).toEqual({ ack: 2 });
  });

  it('take a number that was never sent for nothing', async () => {
    const { clock, server, client } = createHarness();
    server.addExtension(new AckExtension());
    const someone = await client({ ext: { ack: true }, subscribe: '/n' });
    someone.connect({ ext: { ack: 0 } });
    server.publish('/n', 1);
    await clock.turn();
    for (const ack of [999, 'x', null, -1, 1.5]) someone.connect({ ext: { ack }, advice: { timeout: 0 } });
    await clock.turn();
    expect(server.metrics().unacknowledgedEvents).toBe(1);
  });
});
