import { createRequire } from 'node:module';
import { CometD, ReloadExtension, TimeSyncExtension, type Message } from 'cometd';
import { ReplayExtension, TimesyncExtension, type Options } from 'node-bayeux';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openPage } from './browser-page.ts';
import { startServer, until, type RunningServer } from './running-server.ts';

// Clients that others wrote: cometd.js in the corners of a browser, the Faye client, jsforce.
const require = createRequire(import.meta.url);

interface FayeSubscription extends PromiseLike<void> {
  cancel(): void;
}
interface FayeClient {
  subscribe(channel: string, callback: (data: unknown) => void): FayeSubscription;
  publish(channel: string, data: unknown): PromiseLike<void>;
  disconnect(): void;
  disable(feature: string): void;
}
interface StreamingConnection {
  readonly instanceUrl: string;
  readonly accessToken: string;
  readonly version: string;
}
interface StreamingModule {
  readonly Streaming: new (connection: StreamingConnection) => { createClient(extensions: readonly object[]): FayeClient };
  readonly StreamingExtension: { readonly Replay: new (channel: string, replayId: number | null) => object };
}
const { Streaming, StreamingExtension } = require('jsforce/lib/api/streaming') as StreamingModule;
const faye = require('faye') as { readonly Client: new (url: string, options?: object) => FayeClient };

let server: RunningServer | undefined;
beforeAll(() => openPage());
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: Partial<Options> = {}): Promise<RunningServer> {
  return (server = await startServer(options));
}

function createClient(url: string, transport: string): CometD {
  const client = new CometD();
  for (const other of ['websocket', 'long-polling', 'callback-polling']) if (other !== transport) client.unregisterTransport(other);
  client.configure({ url, logLevel: 'warn' });
  return client;
}

const handshake = (client: CometD): Promise<Message> => new Promise(resolve => client.handshake(resolve));
const subscribe = (client: CometD, channel: string, events: unknown[]): Promise<Message> =>
  new Promise(resolve => client.subscribe(channel, message => events.push(message.data), resolve));

describe('cometd.js over callback-polling', () => {
  it('handshakes, subscribes, publishes, receives and disconnects', async () => {
    const running = await start();
    const client = createClient(running.url, 'callback-polling');
    const events: unknown[] = [];
    expect((await handshake(client)).successful).toBe(true);
    await subscribe(client, '/n', events);
    running.bayeux.publish('/n', 'grüße');
    expect((await new Promise<Message>(resolve => client.publish('/n', { x: 1 }, resolve))).successful).toBe(true);
    await until('both arrive', () => events.length === 2);
    expect(events).toEqual(['grüße', { x: 1 }]);
    await new Promise(resolve => client.disconnect(resolve));
    await until('the session is gone', () => running.bayeux.metrics().sessions === 0);
  });
});

describe.each(['long-polling', 'websocket'])('a page reloaded over %s', transport => {
  it('keeps its session although its old connect is still held', async () => {
    const running = await start();
    const before = createClient(running.url, transport) as CometD & { reload?: () => void };
    before.registerExtension('reload', new ReloadExtension());
    const clientId = (await handshake(before)).clientId;
    await until('a connect is held', () => running.bayeux.session(clientId ?? '')?.held === true);
    before.reload?.();
    const after = createClient(running.url, transport);
    after.registerExtension('reload', new ReloadExtension());
    const events: unknown[] = [];
    expect((await handshake(after)).clientId).toBe(clientId);
    await subscribe(after, '/n', events);
    running.bayeux.publish('/n', 1);
    await until('the event arrives', () => events.length === 1);
    expect(running.bayeux.metrics()).toMatchObject({ sessions: 1, handshakes: 1 });
    await new Promise(resolve => after.disconnect(resolve));
  });
});

describe('cometd.js with timesync', () => {
  it('learns the offset of the server', async () => {
    const running = await start({ timeout: 100 });
    running.bayeux.addExtension(new TimesyncExtension({ wallClock: () => Date.now() + 60_000 }));
    const client = createClient(running.url, 'long-polling');
    const timesync = new TimeSyncExtension();
    client.registerExtension('timesync', timesync);
    const offset = (): number => (timesync as unknown as { getTimeOffset(): number }).getTimeOffset();
    await handshake(client);
    await until('the offset is known', () => Math.abs(offset() - 60_000) < 2_000);
    await new Promise(resolve => client.disconnect(resolve));
  });
});

describe.each(['long-polling', 'websocket'])('the Faye client over %s', transport => {
  it('subscribes, publishes, receives and disconnects', async () => {
    const running = await start({ errorVocabulary: 'faye', maxSessionsPerBrowser: -1 });
    const client = new faye.Client(running.url);
    if (transport === 'long-polling') client.disable('websocket');
    const events: unknown[] = [];
    await client.subscribe('/n/*', data => events.push(data));
    await client.publish('/n/a', { text: '你好' });
    running.bayeux.publish('/n/b', 2);
    await until('both arrive', () => events.length === 2);
    expect(events).toEqual([{ text: '你好' }, 2]);
    client.disconnect();
    await until('the session is gone', () => running.bayeux.metrics().sessions === 0);
  });

  it('starts a new session and subscribes again when the server has forgotten it', async () => {
    const running = await start({ errorVocabulary: 'faye', timeout: 200 });
    const client = new faye.Client(running.url);
    if (transport === 'long-polling') client.disable('websocket');
    const events: unknown[] = [];
    await client.subscribe('/n', data => events.push(data));
    const [first] = [...running.bayeux.sessions()].map(session => session.id);
    await until('a connect is held', () => running.bayeux.session(first ?? '')?.held === true);
    running.bayeux.exportSession(first ?? '', { remove: true });
    await until('it is subscribed again', () => running.bayeux.metrics().subscriptions === 1);
    running.bayeux.publish('/n', 1);
    await until('the event arrives', () => events.length === 1);
    client.disconnect();
  });

  it('is told in its own words that a subscription is refused', async () => {
    const running = await start({ errorVocabulary: 'faye', onSubscribe: () => false });
    const client = new faye.Client(running.url);
    if (transport === 'long-polling') client.disable('websocket');
    await expect(Promise.resolve(client.subscribe('/n', () => undefined))).rejects.toMatchObject({
      code: 403,
      message: 'Forbidden channel',
    });
    client.disconnect();
  });
});

describe('the streaming client of jsforce', () => {
  it('gets what it has missed, then what is new', async () => {
    const running = await start({ errorVocabulary: 'salesforce', transports: ['long-polling'], trustClientSession: true });
    running.bayeux.addExtension(new ReplayExtension());
    for (const n of [1, 2, 3]) running.bayeux.publish('/event/Order__e', { payload: { n } });
    const client = new Streaming({ instanceUrl: `http://127.0.0.1:${running.port}`, accessToken: 'token', version: '60.0' }).createClient([
      new StreamingExtension.Replay('/event/Order__e', 1),
    ]);
    const events: { payload: { n: number }; event: { replayId: number } }[] = [];
    await client.subscribe('/event/Order__e', data => events.push(data as (typeof events)[number]));
    running.bayeux.publish('/event/Order__e', { payload: { n: 4 } });
    await until('all arrive', () => events.length === 3);
    expect(events.map(({ payload, event }) => [payload.n, event.replayId])).toEqual([
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    client.disconnect();
  });

  it('is told which ids it may ask for', async () => {
    const running = await start({ errorVocabulary: 'salesforce', transports: ['long-polling'], trustClientSession: true });
    running.bayeux.addExtension(new ReplayExtension());
    running.bayeux.publish('/event/Order__e', { payload: {} });
    const client = new Streaming({ instanceUrl: `http://127.0.0.1:${running.port}`, accessToken: 'token', version: '60.0' }).createClient([
      new StreamingExtension.Replay('/event/Order__e', 99),
    ]);
    await expect(Promise.resolve(client.subscribe('/event/Order__e', () => undefined))).rejects.toMatchObject({
      message: expect.stringMatching(/^400::The replayId \{99\} .* Earliest: 1, latest: 1$/) as string,
    });
    client.disconnect();
  });
});
