import { AckExtension, CometD, type Message } from 'cometd';
import { adapt } from 'cometd-nodejs-client';
import { AckExtension as ServerAckExtension } from 'node-bayeux';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startServer, until, type RunningServer } from './running-server.ts';

// cometd.js 9 with cometd-nodejs-client, as an application would use them.
const transports = ['long-polling', 'websocket'] as const;
let server: RunningServer | undefined;

beforeAll(() => adapt());
afterEach(async () => {
  await server?.close();
  server = undefined;
});

function createClient(url: string, transport: (typeof transports)[number]): CometD {
  const client = new CometD();
  for (const other of ['websocket', 'long-polling', 'callback-polling']) if (other !== transport) client.unregisterTransport(other);
  client.configure({ url, logLevel: 'warn' });
  return client;
}

const handshake = (client: CometD): Promise<Message> => new Promise(resolve => client.handshake(resolve));
const subscribe = (client: CometD, channel: string, onEvent: (message: Message) => void): Promise<Message> =>
  new Promise(resolve => client.subscribe(channel, onEvent, resolve));
const publish = (client: CometD, channel: string, data: object): Promise<Message> =>
  new Promise(resolve => client.publish(channel, data, resolve));
const disconnect = (client: CometD): Promise<Message> => new Promise(resolve => client.disconnect(resolve));

describe.each(transports)('cometd.js over %s', transport => {
  it('handshakes, subscribes, publishes, receives and disconnects', async () => {
    server = await startServer();
    const client = createClient(server.url, transport);
    const events: unknown[] = [];
    expect((await handshake(client)).successful).toBe(true);
    expect((await subscribe(client, '/chat/room', message => events.push(message.data))).successful).toBe(true);
    expect((await publish(client, '/chat/room', { text: 'grüße 你好' })).successful).toBe(true);
    await until('the event arrives', () => events.length === 1);
    expect(events).toEqual([{ text: 'grüße 你好' }]);
    expect((await disconnect(client)).successful).toBe(true);
    await until('the session is gone', () => server?.bayeux.metrics().sessions === 0);
  });

  it('receives events that the server delivers to its session alone', async () => {
    server = await startServer();
    const client = createClient(server.url, transport);
    const events: unknown[] = [];
    const clientId = (await handshake(client)).clientId ?? '';
    await subscribe(client, '/state', message => events.push(message.data));
    await until('a connect is held', () => server?.bayeux.session(clientId)?.held === true);
    for (let n = 0; n < 5; n++) server.bayeux.session(clientId)?.deliver('/state', n);
    await until('all five arrive', () => events.length === 5);
    expect(events).toEqual([0, 1, 2, 3, 4]);
    await disconnect(client);
  });

  it('gets the current state behind the answer to each subscribe', async () => {
    server = await startServer({ onSubscribed: (session, channel) => void session.deliver(channel, { snapshot: true }) });
    const client = createClient(server.url, transport);
    const order: string[] = [];
    await handshake(client);
    await new Promise<void>(resolve => {
      client.subscribe(
        '/state',
        () => {
          order.push('event');
          resolve();
        },
        () => order.push('answer'),
      );
    });
    expect(order).toEqual(['answer', 'event']);
    await disconnect(client);
  });

  it('loses nothing with acknowledgements', async () => {
    server = await startServer();
    server.bayeux.addExtension(new ServerAckExtension());
    const client = createClient(server.url, transport);
    client.registerExtension('ack', new AckExtension());
    const events: unknown[] = [];
    const reply = await handshake(client);
    expect(reply.ext).toEqual({ ack: true });
    await subscribe(client, '/n', message => events.push(message.data));
    for (let n = 0; n < 20; n++) server.bayeux.publish('/n', n);
    await until('all arrive', () => events.length === 20);
    expect(events).toEqual(Array.from({ length: 20 }, (_, n) => n));
    await disconnect(client);
  });

  it('starts a new session by itself when the server has forgotten the old one', async () => {
    server = await startServer({ timeout: 300 });
    const client = createClient(server.url, transport);
    const first = (await handshake(client)).clientId ?? '';
    await until('a connect is held', () => server?.bayeux.session(first)?.held === true);
    server.bayeux.exportSession(first, { remove: true });
    await until('another session', () => [...(server?.bayeux.sessions() ?? [])].some(session => session.id !== first));
    await disconnect(client);
  });

  it('keeps its session across servers when the second adopts it', async () => {
    server = await startServer({ timeout: 500 });
    const client = createClient(server.url, transport);
    let handshakes = 0;
    client.addListener('/meta/handshake', () => handshakes++);
    const events: unknown[] = [];
    const clientId = (await handshake(client)).clientId ?? '';
    await subscribe(client, '/state', message => events.push(message.data));
    await until('a connect is held', () => server?.bayeux.session(clientId)?.held === true);
    const { bayeux } = server;
    bayeux.options.onUnknownSession = async context => {
      const exported = stored;
      return exported !== undefined && context.clientId === clientId ? bayeux.adoptSession(exported, { data: 'adopted' }) : undefined;
    };
    const stored = bayeux.exportSession(clientId, { remove: true });
    await until('the session is back', () => bayeux.session(clientId)?.held === true);
    expect(bayeux.session(clientId)?.data).toBe('adopted');
    bayeux.publish('/state', 'after');
    await until('the event arrives', () => events.length === 1);
    expect(handshakes).toBe(1);
    await disconnect(client);
  });
});
