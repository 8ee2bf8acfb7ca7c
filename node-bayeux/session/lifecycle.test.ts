import { describe, expect, it } from 'vitest';
import { AckExtension } from '../extension/ack.ts';
import { FakeSocket } from '../testing/fake-http.ts';
import { createHarness } from '../testing/harness.ts';

const times = { timeout: 1_000, maxInterval: 500, sweepPeriod: 50 };

describe('the clock of a session', () => {
  it('ends a session that never connects', async () => {
    const { clock, server, client } = createHarness(times);
    await client({ connected: false });
    await clock.advance(400);
    expect(server.metrics().sessions).toBe(1);
    await clock.advance(200);
    expect(server.metrics().sessions).toBe(0);
  });

  it('gives a session before its first connect the time set for that', async () => {
    const { clock, server, client } = createHarness({ ...times, firstConnectTimeout: 100 });
    await client({ connected: false });
    await clock.advance(200);
    expect(server.metrics().sessions).toBe(0);
  });

  it('keeps a session as long as its connect is held', async () => {
    const { clock, server, client } = createHarness({ ...times, timeout: 100_000 });
    (await client()).connect();
    await clock.advance(50_000);
    expect(server.metrics()).toMatchObject({ sessions: 1, heldConnects: 1 });
  });

  it('ends a session whose client does not come back after a connect', async () => {
    const { clock, server, client } = createHarness(times);
    const removed: [boolean, string][] = [];
    server.addListener('sessionRemoved', (_session, timedOut, reason) => removed.push([timedOut, reason]));
    (await client()).connect();
    await clock.advance(1_000 + 400);
    expect(server.metrics().sessions).toBe(1);
    await clock.advance(200);
    expect(removed).toEqual([[true, 'timeout']]);
  });

  it('is not started by an older connect that ends after a newer one has come', async () => {
    const { clock, server, client } = createHarness({ ...times, timeout: 10_000 });
    const someone = await client();
    const socket = new FakeSocket();
    socket.mode = 'pending';
    const older = someone.connect({ advice: { timeout: 0 } }, socket);
    await clock.turn();
    someone.connect();
    await clock.turn();
    older.finish();
    await clock.advance(5_000);
    expect(server.metrics()).toMatchObject({ sessions: 1, heldConnects: 1 });
  });

  it('is not started by an older connect while the reply to a newer one is still being read', async () => {
    const { clock, server, client } = createHarness({ ...times, writeTimeout: 60_000 });
    const someone = await client();
    const [one, two] = [new FakeSocket(), new FakeSocket()];
    one.mode = 'pending';
    two.mode = 'pending';
    const older = someone.connect({ advice: { timeout: 0 } }, one);
    someone.connect({ advice: { timeout: 0 } }, two);
    await clock.turn();
    older.finish();
    await clock.advance(5_000);
    expect(server.metrics().sessions).toBe(1);
  });

  it('starts when the socket of a held connect closes', async () => {
    const { clock, server, client } = createHarness({ ...times, timeout: 100_000 });
    const socket = new FakeSocket();
    (await client()).connect({}, socket);
    await clock.turn();
    socket.destroy();
    expect(server.metrics().heldConnects).toBe(0);
    await clock.advance(600);
    expect(server.metrics().sessions).toBe(0);
  });

  it('starts when a reply with events fails in the write', async () => {
    const { clock, server, client } = createHarness(times);
    const someone = await client({ subscribe: '/n' });
    const socket = new FakeSocket();
    socket.mode = 'pending';
    someone.connect({}, socket);
    server.publish('/n', 1);
    await clock.turn();
    socket.destroy();
    await clock.advance(600);
    expect(server.metrics().sessions).toBe(0);
  });

  it('starts when a slow reply has been read, not when it is sent', async () => {
    const { clock, server, client } = createHarness({ ...times, writeTimeout: 60_000 });
    const someone = await client({ subscribe: '/n' });
    const socket = new FakeSocket();
    socket.mode = 'pending';
    const response = someone.connect({}, socket);
    server.publish('/n', 1);
    await clock.advance(5_000);
    expect(server.metrics().sessions).toBe(1);
    response.finish();
    await clock.advance(400);
    expect(server.metrics().sessions).toBe(1);
    await clock.advance(200);
    expect(server.metrics().sessions).toBe(0);
  });

  it('cuts off a reader that does not read within the write time-out', async () => {
    const { clock, server, client, refusals } = createHarness({ ...times, writeTimeout: 300 });
    const someone = await client({ subscribe: '/n' });
    const socket = new FakeSocket();
    socket.mode = 'pending';
    someone.connect({}, socket);
    server.publish('/n', 1);
    await clock.advance(350);
    expect(socket.destroyed).toBe(true);
    expect(refusals).toContain('write_timeout');
  });

  it('is extended by any message of the client', async () => {
    const { clock, server, client } = createHarness(times);
    const someone = await client();
    await clock.advance(400);
    someone.request('/meta/subscribe', { subscription: '/n' });
    await clock.advance(400);
    expect(server.metrics().sessions).toBe(1);
  });

  it('counts the interval that the client was told', async () => {
    const { clock, server, client } = createHarness({ ...times, interval: 1_000 });
    await client();
    await clock.advance(1_400);
    expect(server.metrics().sessions).toBe(1);
    await clock.advance(200);
    expect(server.metrics().sessions).toBe(0);
  });
});

describe('the sweeper', () => {
  it('goes on after a removal listener has thrown', async () => {
    const { clock, server, client, faults } = createHarness(times);
    server.addListener('sessionRemoved', () => {
      throw new Error('listener');
    });
    await client();
    await clock.advance(700);
    await client();
    await clock.advance(700);
    expect(server.metrics()).toMatchObject({ sessions: 0, faults: 2 });
    expect(faults).toHaveLength(2);
    expect(server.metrics().sinceLastSweepMs).toBeLessThanOrEqual(50);
  });

  it('goes on while an extension never answers', async () => {
    const { clock, server, client } = createHarness({ ...times, hookTimeout: 200 });
    server.addExtension({
      incoming: (_server, _session, message) => (message.channel === '/stuck' ? new Promise<boolean>(() => {}) : true),
    });
    const someone = await client();
    someone.request('/stuck', { data: 1 });
    await clock.advance(1_000);
    expect(server.metrics().sessions).toBe(0);
  });
});

describe('a removed session', () => {
  it('leaves nothing behind after many joins and leaves', async () => {
    const { clock, server, client } = createHarness({ ...times, maxSessionsPerAddress: 50, maxOpenSessionsPerBrowser: 50 });
    for (let n = 0; n < 20; n++) {
      const someone = await client({ subscribe: ['/a', '/b/*', `/c/${n}`] });
      someone.connect();
      someone.request('/meta/disconnect');
      await clock.turn();
    }
    await clock.advance(1_000);
    expect(server.metrics()).toMatchObject({ sessions: 0, heldConnects: 0, channels: 0, subscriptions: 0, queuedEvents: 0 });
    // The sweep is the only thing that still waits for its time.
    expect(clock.timers).toBe(1);
  });

  it('has its events put into the held connect, which says none', async () => {
    const { clock, client } = createHarness(times);
    const someone = await client({ subscribe: '/n' });
    const held = someone.connect();
    const bye = someone.send([someone.message('/n', { data: 1 }), someone.message('/meta/disconnect')]);
    await clock.turn();
    const messages = [...held.messages, ...bye.messages];
    expect(messages.filter(message => message.channel === '/n' && message.data === 1)).toHaveLength(1);
    expect(held.messages.at(-1)).toMatchObject({ channel: '/meta/connect', successful: true, advice: { reconnect: 'none' } });
  });

  it('is told to stop when it connects late, while a swept one is told to handshake', async () => {
    const { clock, client } = createHarness(times);
    const leaver = await client();
    leaver.request('/meta/disconnect');
    await clock.turn();
    const late = leaver.connect();
    const swept = await client();
    await clock.advance(700);
    const back = swept.connect();
    await clock.turn();
    expect(late.messages[0]).toMatchObject({ successful: false, error: '402::session_unknown', advice: { reconnect: 'none' } });
    expect(back.messages[0]).toMatchObject({
      successful: false,
      error: '402::session_unknown',
      advice: { reconnect: 'handshake', interval: 0 },
    });
  });

  it('by the server gets what waits and a /meta/disconnect', async () => {
    const { clock, server, client } = createHarness(times);
    const someone = await client();
    const held = someone.connect();
    server.session(someone.clientId)?.deliver('/n', 1);
    server.session(someone.clientId)?.disconnect();
    await clock.turn();
    expect(held.messages.map(message => message.channel)).toEqual(['/n', '/meta/disconnect', '/meta/connect']);
    expect(server.metrics().sessions).toBe(0);
  });
});

describe('events under a dying socket', () => {
  it('are not overtaken by later ones on another way', async () => {
    const { clock, server, client } = createHarness(times);
    const someone = await client({ subscribe: '/n' });
    const socket = new FakeSocket();
    socket.mode = 'pending';
    someone.connect({}, socket);
    server.publish('/n', 1);
    await clock.turn();
    server.publish('/n', 2);
    const request = someone.request('/service/x', { data: 0 });
    await clock.turn();
    expect(request.messages.map(message => message.channel)).toEqual(['/service/x']);
    const next = someone.connect();
    await clock.turn();
    expect(socket.destroyed).toBe(true);
    expect(next.messages.map(message => message.data)).toEqual([1, 2, undefined]);
  });

  it('go back into the queue in their order and leave with the next connect', async () => {
    const { clock, server, client } = createHarness(times);
    const someone = await client({ subscribe: '/n' });
    const socket = new FakeSocket();
    socket.mode = 'pending';
    someone.connect({}, socket);
    server.publish('/n', 1);
    server.publish('/n', 2);
    await clock.turn();
    server.publish('/n', 3);
    await clock.turn();
    socket.destroy();
    const next = someone.connect();
    await clock.turn();
    expect(next.messages.map(message => message.data)).toEqual([1, 2, 3, undefined]);
    expect(server.metrics().putBack).toBe(2);
  });

  it('are sent again at once to an acknowledging client, whatever it asks', async () => {
    const { clock, server, client } = createHarness(times);
    server.addExtension(new AckExtension());
    const someone = await client({ ext: { ack: true }, subscribe: '/n' });
    const lost = someone.connect({ ext: { ack: 0 } });
    server.publish('/n', 1);
    await clock.turn();
    expect(lost.messages.at(-1)?.ext).toEqual({ ack: 1 });
    const again = someone.connect({ ext: { ack: 0 } });
    await clock.turn();
    expect(again.messages.map(message => message.data)).toEqual([1, undefined]);
    const done = someone.connect({ ext: { ack: 1 } });
    await clock.turn();
    expect(done.received).toBe(false);
    expect(server.metrics().unacknowledgedEvents).toBe(0);
  });
});
