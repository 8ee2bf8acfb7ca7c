import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchangeBytes, RawClient, RawSocket } from './raw-client.ts';
import { startServer, until, type RunningServer } from './running-server.ts';

// What nobody would send: the server must answer or hang up, and be there for the next one.
const limits = { maxBodyBytes: 20_000, maxJsonDepth: 10, maxMessagesPerRequest: 20 };
let server: RunningServer;
let faults: unknown[];
beforeAll(async () => {
  server = await startServer({ ...limits, timeout: 50, formBodies: true, maxSessions: 100_000, maxChannels: 500 });
  faults = [];
  server.bayeux.addListener('fault', error => void faults.push(error));
});
afterAll(() => server.close());

const name = fc.constantFrom(
  'channel',
  'clientId',
  'id',
  'data',
  'ext',
  'advice',
  'subscription',
  'connectionType',
  'version',
  '__proto__',
  'constructor',
  'toString',
  'supportedConnectionTypes',
  'successful',
);
const channel = fc.constantFrom(
  '/meta/handshake',
  '/meta/connect',
  '/meta/subscribe',
  '/meta/unsubscribe',
  '/meta/disconnect',
  '/meta/x',
  '/meta',
  '/',
  '',
  '/a',
  '/a/**',
  '/service/x',
  '__proto__',
);
const value = fc.oneof(
  channel,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('1.0', 'long-polling', 1e400, -1, null, 'CLIENT'),
  fc.constant(['long-polling']),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const message = fc
  .array(fc.tuple(name, value), { maxLength: 8 })
  .map(fields => `{${fields.map(([key, content]) => `"${key}":${JSON.stringify(content) ?? 'null'}`).join(',')}}`);
const text = fc.oneof(
  fc.array(message, { maxLength: 5 }).map(list => `[${list.join(',')}]`),
  message,
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom('[', '{', '"', '}', ']', ',', ':', '\\', '\u0000', '1'), { maxLength: 60 }).map(parts => parts.join('')),
);

describe('any bytes', () => {
  it('as an HTTP body get an answer', async () => {
    const client = new RawClient(server.port);
    await client.open();
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('application/json', 'application/x-www-form-urlencoded'), async (body, type) => {
        const own = body.replaceAll('CLIENT', client.clientId);
        const sent = type === 'application/json' ? own : `message=${encodeURIComponent(own.toWellFormed())}`;
        const answer = await client.send({ body: sent, headers: { 'content-type': type } });
        expect([200, 400, 413, 500]).toContain(answer.status);
        if (server.bayeux.session(client.clientId) === undefined) await client.open();
      }),
      { numRuns: 500 },
    );
    client.close();
    expect(faults).toEqual([]);
  });

  it('as an HTTP request get an answer or a closed connection', async () => {
    const head = fc.constantFrom(
      'POST /cometd HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 30\r\nConnection: close\r\n\r\n',
      'GET /cometd?jsonp=a&message=%5B%7B%7D%5D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'GET /cometd?%%%&message=%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'POST /cometd HTTP/1.0\r\nContent-Length: 30\r\n\r\n',
      'POST /cometd HTTP/1.1\r\nHost: x\r\nCookie: ;;=;BAYEUX_BROWSER;BAYEUX_BROWSER=;\r\nContent-Length: 30\r\nConnection: close\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: x\r\nOrigin: null\r\nConnection: close\r\n\r\n',
    );
    await fc.assert(
      fc.asyncProperty(head, fc.string({ unit: 'binary', minLength: 30, maxLength: 60 }), async (start, rest) => {
        const answer = await exchangeBytes(server.port, start + rest, () => false).catch(() => 'reset');
        expect(answer).toMatch(/^(HTTP\/1\.1 \d{3} |reset|$)/);
      }),
      { numRuns: 100 },
    );
    expect(faults).toEqual([]);
  });

  it('as WebSocket frames get an answer or a closed connection', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), async texts => {
        const socket = new RawSocket(server.port);
        await socket.ready();
        for (const each of texts) socket.webSocket.send(each.toWellFormed());
        socket.webSocket.send('[]');
        await until('an answer or the end', () => socket.closeCode !== undefined || socket.frames.some(frame => frame.length === 0));
        socket.webSocket.terminate();
      }),
      { numRuns: 100 },
    );
    expect(faults).toEqual([]);
  });

  it('leave the server as it was', async () => {
    const client = new RawClient(server.port);
    expect((await client.open()).messages[0]?.successful).toBe(true);
    client.close();
    expect(({} as Record<string, unknown>)['channel']).toBeUndefined();
  });
});
