import { afterEach, describe, expect, it } from 'vitest';
import type { Options } from 'node-bayeux';
import { RawClient, RawSocket } from './raw-client.ts';
import { startServer, until, type RunningServer } from './running-server.ts';

let server: RunningServer | undefined;
const sockets: RawSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.webSocket.terminate();
  await server?.close();
  server = undefined;
});

async function start(options: Partial<Options> = {}): Promise<RunningServer> {
  return (server = await startServer(options));
}

function dial(running: RunningServer, headers?: Record<string, string>): RawSocket {
  const socket = new RawSocket(running.port, headers);
  sockets.push(socket);
  return socket;
}

async function open(options: Partial<Options> = {}): Promise<{ running: RunningServer; socket: RawSocket }> {
  const running = await start(options);
  const socket = dial(running);
  await socket.ready();
  socket.handshake();
  await until('the handshake is answered', () => socket.messages.length === 1);
  socket.clientId = socket.messages[0]?.clientId ?? '';
  socket.frames.length = 0;
  return { running, socket };
}

describe('a WebSocket', () => {
  it('gets events pushed beside its held connect, a burst in one frame', async () => {
    const { running, socket } = await open();
    socket.send('/meta/subscribe', { subscription: '/n' });
    socket.send('/meta/connect', { connectionType: 'websocket' });
    socket.send('/meta/connect', { connectionType: 'websocket' });
    await until('a connect is held', () => running.bayeux.session(socket.clientId)?.held === true);
    socket.frames.length = 0;
    for (let n = 0; n < 5; n++) running.bayeux.publish('/n', n);
    await until('the events are there', () => socket.messages.length === 5);
    expect(socket.frames).toHaveLength(1);
    expect(running.bayeux.session(socket.clientId)?.held).toBe(true);
  });

  it('gets events before its first connect, but never before the answer to its handshake', async () => {
    const running = await start();
    running.bayeux.addListener('sessionAdded', session => void session.deliver('/early', 1));
    const socket = dial(running);
    await socket.ready();
    socket.handshake();
    await until('both are there', () => socket.messages.length === 2);
    expect(socket.messages.map(message => message.channel)).toEqual(['/meta/handshake', '/early']);
  });

  it('has messages with bad channels refused one by one, and stays open', async () => {
    const { socket } = await open();
    socket.send('/a=b', { data: 1 });
    socket.send('/ok', { data: 1 });
    await until('both are answered', () => socket.messages.length === 2);
    expect(socket.messages.map(message => message.error)).toEqual(['405:/a=b:channel_invalid', undefined]);
    expect(socket.closeCode).toBeUndefined();
  });

  it('may send an empty array to keep itself alive', async () => {
    const { socket } = await open();
    socket.webSocket.send('[]');
    await until('it is answered', () => socket.frames.length === 1);
    expect(socket.frames).toEqual([[]]);
  });

  it.each([
    ['broken JSON', '[{', 1007],
    ['a frame that is too long', `["${'x'.repeat(300_000)}"]`, 1009],
  ])('is closed for %s', async (_name, text, code) => {
    const { socket } = await open();
    socket.webSocket.send(text);
    await until('it is closed', () => socket.closeCode !== undefined);
    expect(socket.closeCode).toBe(code);
  });

  it('is closed for binary frames', async () => {
    const { socket } = await open();
    socket.webSocket.send(Buffer.from([1, 2, 3]));
    await until('it is closed', () => socket.closeCode !== undefined);
    expect(socket.closeCode).toBe(1003);
  });

  it('is refused to a foreign origin before the upgrade, and to all when switched off', async () => {
    const running = await start();
    await expect(dial(running, { origin: 'https://evil.example' }).ready()).rejects.toThrow('403');
    running.bayeux.options.allowedOrigins = ['https://evil.example'];
    await expect(dial(running, { origin: 'https://evil.example' }).ready()).resolves.toBeUndefined();
    await expect(dial(running, { origin: `http://127.0.0.1:${running.port}` }).ready()).resolves.toBeUndefined();
    running.bayeux.options.transports = ['long-polling'];
    await expect(dial(running).ready()).rejects.toThrow('400');
  });

  it('cannot use the session of a browser whose cookie it does not have', async () => {
    const running = await start({ wsTrustClientSession: false });
    const owner = new RawClient(running.port);
    await owner.open();
    const [thief, bare, own] = [
      dial(running, { cookie: 'BAYEUX_BROWSER=stolen' }),
      dial(running),
      dial(running, { cookie: `BAYEUX_BROWSER=${owner.cookie}` }),
    ];
    for (const socket of [thief, bare, own]) {
      await socket.ready();
      socket.clientId = owner.clientId;
      socket.send('/n', { data: 1 });
    }
    await until('all are answered', () => [thief, bare, own].every(socket => socket.messages.length === 1));
    expect([thief, bare, own].map(socket => socket.messages[0]?.error)).toEqual([
      '402::session_unknown',
      '402::browser_cookie_missing',
      undefined,
    ]);
    owner.close();
  });

  it('that was opened before the browser had its cookie may use the session by its clientId', async () => {
    const running = await start();
    const early = dial(running);
    await early.ready();
    const thief = dial(running, { cookie: 'BAYEUX_BROWSER=stolen' });
    await thief.ready();
    const owner = new RawClient(running.port);
    await owner.open();
    for (const socket of [early, thief]) {
      socket.clientId = owner.clientId;
      socket.send('/n', { data: 1 });
    }
    await until('both are answered', () => early.messages.length === 1 && thief.messages.length === 1);
    expect([early, thief].map(socket => socket.messages[0]?.error)).toEqual([undefined, '402::session_unknown']);
    owner.close();
  });

  it('must handshake itself where that is required', async () => {
    const { running, socket } = await open({ wsRequireHandshakePerConnection: true });
    const other = dial(running);
    await other.ready();
    other.clientId = socket.clientId;
    other.send('/n', { data: 1 });
    await until('it is answered', () => other.messages.length === 1);
    expect(other.messages[0]?.error).toBe('402::session_unknown');
  });
});

describe('a session of a WebSocket', () => {
  it('outlives its socket: the client comes back on another one and finds what waited', async () => {
    const { running, socket } = await open();
    socket.send('/meta/subscribe', { subscription: '/n' });
    await until('it is subscribed', () => running.bayeux.metrics().subscriptions === 1);
    socket.webSocket.terminate();
    await until('the end is noticed', () => running.bayeux.metrics().webSockets === 0);
    running.bayeux.publish('/n', 1);
    const next = dial(running);
    await next.ready();
    next.clientId = socket.clientId;
    next.send('/meta/connect', { connectionType: 'websocket' });
    await until('the event is there', () => next.messages.some(message => message.data === 1));
  });

  it('goes on over HTTP with the same clientId', async () => {
    const { running, socket } = await open();
    socket.send('/meta/subscribe', { subscription: '/n' });
    await until('it is subscribed', () => running.bayeux.metrics().subscriptions === 1);
    socket.webSocket.terminate();
    await until('the end is noticed', () => running.bayeux.metrics().webSockets === 0);
    const client = new RawClient(running.port);
    client.clientId = socket.clientId;
    running.bayeux.publish('/n', 1);
    const answer = await client.connect();
    expect(answer.messages.map(message => message.data)).toEqual([1, undefined]);
    client.close();
  });

  it('ends when the client does not come back', async () => {
    const { running, socket } = await open({ maxInterval: 100, sweepPeriod: 20 });
    socket.send('/meta/connect', { connectionType: 'websocket' });
    socket.send('/meta/connect', { connectionType: 'websocket' });
    await until('a connect is held', () => running.bayeux.session(socket.clientId)?.held === true);
    socket.webSocket.terminate();
    await until('the session is gone', () => running.bayeux.metrics().sessions === 0);
    expect(running.bayeux.metrics()).toMatchObject({ heldConnects: 0, webSockets: 0 });
  });

  it('whose reader does not read keeps a bounded queue, and its socket is cut', async () => {
    const { running, socket } = await open({
      writeTimeout: 300,
      sweepPeriod: 50,
      maxQueueBytes: 2_000_000,
      queuePolicy: 'drop-oldest',
      maxInterval: 60_000,
    });
    socket.send('/meta/subscribe', { subscription: '/n' });
    await until('it is subscribed', () => running.bayeux.metrics().subscriptions === 1);
    socket.webSocket.pause();
    const filler = 'x'.repeat(100_000);
    for (let n = 0; n < 200; n++) {
      running.bayeux.publish('/n', filler);
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(running.bayeux.metrics().queuedBytes).toBeLessThanOrEqual(2_000_000);
    await until('the socket is cut', () => running.bayeux.metrics().webSockets === 0);
    expect(running.bayeux.metrics().dropped).toBeGreaterThan(0);
  });

  it('is closed when it is silent for too long', async () => {
    const { running } = await open({ wsIdleTimeout: 100, sweepPeriod: 20 });
    await until('the socket is closed', () => running.bayeux.metrics().webSockets === 0);
  });
});
