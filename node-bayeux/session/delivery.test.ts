import { describe, expect, it } from 'vitest';
import { AckExtension } from '../extension/ack.ts';
import { createHarness } from '../testing/harness.ts';

describe('a full queue', () => {
  it('drops the oldest event where that is the policy', async () => {
    const { clock, server, client, refusals } = createHarness({ maxQueue: 2, queuePolicy: 'drop-oldest' });
    const someone = await client({ subscribe: '/n' });
    for (const n of [1, 2, 3]) server.publish('/n', n);
    const connect = someone.connect();
    await clock.turn();
    expect(connect.messages.map(message => message.data)).toEqual([2, 3, undefined]);
    expect(refusals).toEqual(['queue_full']);
  });

  it('refuses the new event where that is the policy', async () => {
    const { clock, server, client } = createHarness({ maxQueueBytes: 60, queuePolicy: 'refuse' });
    const someone = await client({ subscribe: '/n' });
    const session = server.session(someone.clientId);
    expect([1, 2, 3].map(n => session?.deliver('/n', n))).toEqual([true, true, false]);
    const connect = someone.connect();
    await clock.turn();
    expect(connect.messages.map(message => message.data)).toEqual([1, 2, undefined]);
  });

  it('ends the session where that is the policy, so that its client starts anew', async () => {
    const { clock, server, client } = createHarness({ maxQueue: 2, queuePolicy: 'drop-session' });
    const reasons: string[] = [];
    server.addListener('sessionRemoved', (_session, _timedOut, reason) => reasons.push(reason));
    const someone = await client({ subscribe: '/n' });
    for (const n of [1, 2, 3]) server.publish('/n', n);
    const connect = someone.connect();
    await clock.turn();
    expect(reasons).toEqual(['evicted']);
    expect(connect.messages[0]).toMatchObject({ successful: false, advice: { reconnect: 'handshake' } });
  });

  it('counts what was sent and not confirmed', async () => {
    const { clock, server, client } = createHarness({ maxQueue: 2, queuePolicy: 'refuse' });
    server.addExtension(new AckExtension());
    const someone = await client({ ext: { ack: true }, subscribe: '/n' });
    someone.connect({ ext: { ack: 0 } });
    for (const n of [1, 2]) server.publish('/n', n);
    await clock.turn();
    expect(server.session(someone.clientId)?.deliver('/n', 3)).toBe(false);
  });
});

describe('a long queue', () => {
  it('leaves in replies of bounded length, one right after the other', async () => {
    const { clock, server, client } = createHarness({ maxReplyMessages: 2 });
    const someone = await client({ subscribe: '/n' });
    for (const n of [1, 2, 3]) server.publish('/n', n);
    const first = someone.connect();
    const second = someone.connect();
    await clock.turn();
    expect(first.messages.map(message => message.data)).toEqual([1, 2, undefined]);
    expect(second.messages.map(message => message.data)).toEqual([3, undefined]);
  });
});

describe('a delivery', () => {
  it('goes to one session only, whatever it is subscribed to', async () => {
    const { clock, server, client } = createHarness();
    const one = await client();
    const other = (await client({ subscribe: '/private' })).connect();
    const held = one.connect();
    expect(server.session(one.clientId)?.deliver('/private', 1)).toBe(true);
    expect(server.session(one.clientId)?.deliver('/private', 1, { ifSubscribed: true })).toBe(false);
    await clock.turn();
    expect(held.messages[0]).toEqual({ channel: '/private', data: 1 });
    expect(other.received).toBe(false);
  });

  it('to many sessions is serialised once', async () => {
    const { clock, server, client } = createHarness();
    const clients = [await client(), await client(), await client()];
    const held = clients.map(each => each.connect());
    let serialised = 0;
    const data = { toJSON: () => ++serialised };
    const sessions = clients.flatMap(each => server.session(each.clientId) ?? []);
    expect(server.deliverTo(sessions, '/n', data)).toBe(3);
    await clock.turn();
    expect(held.map(response => response.messages[0]?.data)).toEqual([1, 1, 1]);
  });

  it('in a batch leaves when the batch ends, and at once on request', async () => {
    const { clock, server, client } = createHarness();
    const someone = await client();
    const held = someone.connect();
    const session = server.session(someone.clientId);
    session?.batch(() => {
      session.deliver('/n', 1);
      session.flush();
      expect(held.received).toBe(false);
    });
    session?.flush();
    expect(held.received).toBe(true);
    await clock.turn();
  });

  it('waits while a request of the session is in processing, and leaves with its reply', async () => {
    const { clock, server, client } = createHarness();
    const someone = await client();
    const held = someone.connect();
    server.createServerChannel('/service/x').addListener('message', (session, _channel, _message, next) => {
      session?.deliver('/answer', 1);
      next();
    });
    const response = someone.request('/service/x', { data: 1 });
    await clock.turn();
    expect(response.messages.map(message => message.channel)).toEqual(['/answer', '/service/x']);
    expect(held.received).toBe(false);
  });

  it('to a session that is gone is refused', async () => {
    const { server, client } = createHarness();
    const someone = await client();
    const session = server.session(someone.clientId);
    session?.disconnect();
    expect(session?.deliver('/n', 1)).toBe(false);
  });
});

describe('an extension', () => {
  it('changes or drops the event of one session without touching the others', async () => {
    const { clock, server, client } = createHarness();
    const [a, b, c] = [await client({ subscribe: '/n' }), await client({ subscribe: '/n' }), await client({ subscribe: '/n' })];
    server
      .session(a.clientId)
      ?.addExtension({ outgoing: (_sender, _session, message) => (message.channel === '/n' ? { ...message, data: 'changed' } : message) });
    server.session(b.clientId)?.addExtension({ outgoing: (_sender, _session, message) => (message.channel === '/n' ? null : message) });
    const held = [a, b, c].map(each => each.connect());
    server.publish('/n', 'plain');
    await clock.turn();
    expect(held.map(response => response.messages[0]?.data)).toEqual(['changed', undefined, 'plain']);
  });

  it('that answers twice is taken by its first word, and reported', async () => {
    const { clock, server, client, faults } = createHarness();
    const someone = await client();
    server.addExtension({
      incoming: (_server, _session, message, callback) => {
        if (message.channel !== '/n') return true;
        callback(undefined, false);
        callback(undefined, true);
        return undefined;
      },
    });
    const response = someone.request('/n', { data: 1 });
    await clock.turn();
    expect(response.messages[0]?.error).toBe('404::message_deleted');
    expect(faults).toHaveLength(1);
  });

  it('that denies only after a while has its word awaited', async () => {
    const { clock, server, client } = createHarness();
    const someone = await client();
    server.addExtension({
      incoming: async (_server, _session, message, callback) => {
        await Promise.resolve();
        callback(undefined, message.channel !== '/n');
        return undefined;
      },
    });
    const response = someone.request('/n', { data: 1 });
    await clock.turn();
    expect(response.messages[0]?.error).toBe('404::message_deleted');
  });
});
