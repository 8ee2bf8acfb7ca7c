import { gzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { answerJson, codeOf, createFakeOrigin, createStage, until, type FakeOrigin, type Stage } from './stage.ts';

let us1: FakeOrigin;
let eu1: FakeOrigin;
let stage: Stage;

beforeEach(async () => {
  [us1, eu1] = await Promise.all([createFakeOrigin('us-east/1'), createFakeOrigin('eu-west/1')]);
  stage = await createStage([us1, eu1]);
});
afterEach(async () => {
  await stage.stop();
  await Promise.all([us1, eu1].map(origin => origin.down().catch(() => undefined)));
});

const session = '/workspace/v3/current-session';

describe('a body', () => {
  it.each([
    ['chunked', {}],
    ['of announced length', { 'content-length': '1000' }],
  ])('%s that the origin cuts short is never passed off as whole', async (_, headers) => {
    us1.handler = (__, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', ...headers });
      response.write('partial');
      setTimeout(() => response.socket?.resetAndDestroy(), 50);
    };
    const answer = await stage.ask(session);
    expect([answer.status, answer.text, answer.complete]).toEqual([200, 'partial', false]);
  });

  it('that is whole is marked whole, with its length', async () => {
    us1.handler = (_, response) => void response.writeHead(200, { 'content-length': '5' }).end('whole');
    const answer = await stage.ask(session);
    expect([answer.text, answer.complete, answer.headers['content-length']]).toEqual(['whole', true, '5']);
  });

  it('arrives chunk by chunk', async () => {
    let finish = (): void => undefined;
    us1.handler = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      finish = () => response.end('data: 2\n\n');
    };
    const chunks: string[] = [];
    const request = httpRequest(stage.edge.url + session, response =>
      response.on('data', (chunk: Buffer) => chunks.push(chunk.toString())),
    );
    request.end();
    await until('the first chunk, before the origin has ended', () => chunks.length === 1);
    finish();
    await until('the second', () => chunks.length === 2);
  });

  it('keeps its coding, its ETag and every cookie', async () => {
    const packed = gzipSync('hello '.repeat(100));
    us1.handler = (_, response) =>
      void response
        .writeHead(
          200,
          [
            ['content-encoding', 'gzip'],
            ['etag', '"abc"'],
            ['set-cookie', 'a=1; Path=/'],
            ['set-cookie', 'b=2; Path=/'],
          ].flat(),
        )
        .end(packed);
    const response = await fetch(stage.edge.url + session, { headers: { 'accept-encoding': 'gzip' } });
    expect(await response.text()).toBe('hello '.repeat(100));
    expect([response.headers.get('content-encoding'), response.headers.get('etag')]).toEqual(['gzip', '"abc"']);
    expect(response.headers.getSetCookie().slice(0, 2)).toEqual(['a=1; Path=/', 'b=2; Path=/']);
  });

  it('sent by the client arrives whole, small or large, with and without a length', async () => {
    for (const size of [0, 1, 65_536, 65_537, 300_000]) {
      us1.handler = (seen, response) => answerJson(response, 200, { size: seen.body.length });
      const body = Buffer.alloc(size, 65);
      expect((await stage.ask('/provisioning/v3/import-users/csv', { method: 'POST', body })).text).toBe(`{"size":${size}}`);
      expect(
        (await stage.ask('/provisioning/v3/import-users/csv', { method: 'POST', body, headers: { 'transfer-encoding': 'chunked' } })).text,
      ).toBe(`{"size":${size}}`);
    }
  });

  it('over the limit is refused without a word to the origin', async () => {
    const answer = await stage.ask(session, { method: 'POST', headers: { 'content-length': '10000001' } });
    expect([answer.status, codeOf(answer)]).toEqual([413, 'request.too-large']);
    expect(us1.seen).toHaveLength(0);
  });
});

describe('headers', () => {
  it('that only the edge may set are taken away from the client', async () => {
    await stage.ask(session, {
      headers: {
        'x-handover-attempt': 'forged',
        'x-handover-epoch': '999',
        'x-handover-forwarded': 'us-east/9',
        'x-handover-anything': '1',
        'x-forwarded-host': 'evil.test',
        'x-forwarded-proto': 'gopher',
        forwarded: 'host=evil.test',
        'x-request-id': 'bad id with spaces and a lot of other things',
      },
    });
    const sent = us1.seen[0]?.headers ?? {};
    expect(us1.seen[0]?.attempt).toBeDefined();
    expect([sent['x-handover-epoch'], sent['x-handover-forwarded'], sent['x-handover-anything'], sent.forwarded]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect([sent['x-forwarded-host'], sent['x-forwarded-proto']]).toEqual([new URL(stage.edge.url).host, 'http']);
    expect(sent['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('of every answer name request, region and timing', async () => {
    for (const path of [session, '/health', '/', '/nowhere', '/admin/regions']) {
      const { headers } = await stage.ask(path, { headers: { 'x-request-id': 'my-request-7' } });
      expect([headers['x-request-id'], typeof headers['x-handover-region'], headers['server-timing']?.includes('edge;dur=')], path).toEqual(
        ['my-request-7', 'string', true],
      );
    }
  });

  it('pass redirects on instead of following them', async () => {
    us1.handler = (_, response) => void response.writeHead(302, { location: '/auth/v3/sign-in?x=1' }).end();
    const answer = await stage.ask('/workspace/v3/login?redirect_uri=x');
    expect([answer.status, answer.headers.location]).toEqual([302, '/auth/v3/sign-in?x=1']);
  });
});

describe('a WebSocket', () => {
  const accept = (origin: FakeOrigin, act: (socket: WebSocket) => void): void => {
    const server = new WebSocketServer({ noServer: true, handleProtocols: () => 'bayeux' });
    origin.server.on('upgrade', (request, socket, head) => server.handleUpgrade(request, socket, head, act));
  };
  const open = (headers: Record<string, string> = {}): WebSocket =>
    new WebSocket(`${stage.edge.url.replace('http', 'ws')}/workspace/v3/notifications`, ['bayeux'], { headers });
  const closed = (socket: WebSocket): Promise<[number, string]> =>
    new Promise(resolve => socket.once('close', (code, reason) => resolve([code, reason.toString()])));

  it('carries text, binary and the subprotocol both ways, and pins', async () => {
    accept(us1, socket => socket.on('message', (data, binary) => socket.send(data, { binary })));
    const socket = open();
    const cookies = new Promise<string>(resolve => socket.once('upgrade', response => resolve(String(response.headers['set-cookie']))));
    await new Promise(resolve => socket.once('open', resolve));
    const got: unknown[] = [];
    socket.on('message', (data: Buffer, binary) => got.push(binary ? [...data] : data.toString()));
    socket.send('hello');
    socket.send(Buffer.from([0, 255]));
    await until('both echoes', () => got.length === 2);
    expect([got, socket.protocol]).toEqual([['hello', [0, 255]], 'bayeux']);
    expect(await cookies).toContain('HANDOVER_PIN=v1.');
    socket.close();
  });

  it.each([
    [4001, 'signed in elsewhere'],
    [1012, 'draining'],
  ])('passes the close code %i on with its reason', async (code, reason) => {
    accept(us1, socket => socket.close(code, reason));
    expect(await closed(open())).toEqual([code, reason]);
  });

  it('ends with 1012 when its origin falls silent and another region serves', async () => {
    accept(us1, socket => socket.send('ready'));
    const socket = open();
    await new Promise(resolve => socket.once('message', resolve));
    const end = closed(socket);
    const silentMs = Date.now();
    us1.health = 'silent';
    expect(await end).toEqual([1012, 'moved']);
    expect(Date.now() - silentMs).toBeLessThan(6_000);
  });

  it('ends with 1011 when its origin vanishes', async () => {
    accept(us1, socket => socket.send('ready'));
    const socket = open();
    await new Promise(resolve => socket.once('message', resolve));
    const end = closed(socket);
    for (const each of await sockets(us1)) each.destroy();
    expect((await end)[0]).toBe(1011);
  });

  it('opens elsewhere when the region refuses', async () => {
    accept(eu1, socket => socket.send('from eu'));
    await us1.down();
    const socket = open();
    expect(await new Promise(resolve => socket.once('message', (data: Buffer) => resolve(data.toString())))).toBe('from eu');
    socket.close();
  });

  it('of a foreign page is refused', async () => {
    const socket = open({ origin: 'https://evil.test' });
    const status = await new Promise(resolve => socket.once('unexpected-response', (_, response) => resolve(response.statusCode)));
    expect(status).toBe(403);
    socket.on('error', () => undefined);
    socket.terminate();
  });

  const tracked = new WeakMap<FakeOrigin, Set<Socket>>();
  beforeEach(() => {
    const open = new Set<Socket>();
    tracked.set(us1, open);
    us1.server.on('upgrade', (_, socket) => open.add(socket as Socket));
  });
  const sockets = async (origin: FakeOrigin): Promise<Socket[]> => [...(tracked.get(origin) ?? [])];
});
