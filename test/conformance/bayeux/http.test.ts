import { afterEach, describe, expect, it } from 'vitest';
import type { Options } from 'node-bayeux';
import { exchangeBytes, RawClient, type WireMessage } from './raw-client.ts';
import { startServer, until, type RunningServer } from './running-server.ts';

let server: RunningServer | undefined;
const clients: RawClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server?.close();
  server = undefined;
});

async function start(options: Partial<Options> = {}): Promise<RunningServer> {
  return (server = await startServer(options));
}

function createClient(running: RunningServer): RawClient {
  const client = new RawClient(running.port);
  clients.push(client);
  return client;
}

async function open(options: Partial<Options> = {}): Promise<{ running: RunningServer; client: RawClient }> {
  const running = await start(options);
  const client = createClient(running);
  await client.open();
  return { running, client };
}

describe('an HTTP body', () => {
  it('may be a bare object, and is answered with an array', async () => {
    const client = createClient(await start());
    const answer = await client.send({
      body: JSON.stringify({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] }),
    });
    expect(answer.messages[0]?.successful).toBe(true);
    expect(answer.headers['content-type']).toBe('application/json;charset=UTF-8');
  });

  it('that is an empty array is answered with one', async () => {
    expect((await createClient(await start()).post([])).text).toBe('[]');
  });

  it.each([
    ['broken JSON', '[{', 400],
    ['no body', '', 400],
    ['a number', '7', 400],
    ['an array of something else', '[1]', 400],
    ['too deep', `[{"channel":"/n","data":${'['.repeat(70)}${']'.repeat(70)}}]`, 400],
    ['too many messages', `[${Array(300).fill('{}').join(',')}]`, 413],
    ['too long', JSON.stringify([{ channel: '/n', data: 'x'.repeat(300_000) }]), 413],
  ])('with %s is refused', async (_name, body, status) => {
    expect((await createClient(await start()).send({ body })).status).toBe(status);
  });

  it('that is too long without saying so is cut off while it comes', async () => {
    const running = await start({ maxBodyBytes: 1_000 });
    const chunk = `${(500).toString(16)}\r\n${'x'.repeat(500)}\r\n`;
    const head = 'POST /cometd HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await exchangeBytes(running.port, head + chunk.repeat(3), text => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1.1 413 /);
  });

  it('as a form is read only where that is allowed', async () => {
    const running = await start();
    const client = createClient(running);
    const form = {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `message=${encodeURIComponent('{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["long-polling"]}')}`,
    };
    expect((await client.send(form)).status).toBe(415);
    running.bayeux.options.formBodies = true;
    expect((await client.send(form)).messages[0]?.successful).toBe(true);
  });

  it.each(['text/plain', 'multipart/form-data; boundary=x'])('of type %s is refused: browsers send it across sites unasked', async type => {
    expect((await createClient(await start()).post([], { headers: { 'content-type': type } })).status).toBe(415);
  });

  it('in UTF-8 comes back as it went', async () => {
    const { client } = await open();
    await client.request('/meta/subscribe', { subscription: '/n' });
    const text = 'grüße 你好 \u{1f600} \u2028';
    const answer = await client.request('/n', { data: text });
    expect(answer.messages.find(message => message.data !== undefined)?.data).toBe(text);
    expect(Number(answer.headers['content-length'])).toBe(Buffer.byteLength(answer.text));
  });

  it('is accepted with whatever suffix a client appends to the URL', async () => {
    const client = createClient(await start());
    expect((await client.open({}, { path: '/cometd/handshake' })).messages[0]?.successful).toBe(true);
    expect((await client.request('/meta/subscribe', { subscription: '/n' }, { path: '/cometd/' })).messages[0]?.successful).toBe(true);
  });
});

describe('a method', () => {
  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s without messages is refused', async method => {
    expect((await createClient(await start()).send({ method })).status).toBe(400);
  });
});

describe('the browser cookie', () => {
  it('has the attributes that were chosen', async () => {
    const client = createClient(
      await start({
        browserCookieName: 'B',
        browserCookiePath: '/x',
        browserCookieDomain: 'a.example',
        browserCookieMaxAge: 60,
        browserCookieSecure: true,
        browserCookieSameSite: 'None',
        browserCookiePartitioned: true,
      }),
    );
    const answer = await client.open();
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^B=[A-Za-z0-9]{22}; Path=\/x; Domain=a.example; Max-Age=60; HttpOnly; Secure; SameSite=None; Partitioned$/,
    );
  });

  it.each([
    ['joined without a space', (cookie: string) => `a=1;BAYEUX_BROWSER=${cookie};b=2`],
    ['among attributes', (cookie: string) => `BAYEUX_BROWSER=${cookie}; Path=/x; Secure; HttpOnly`],
    ['behind a longer name', (cookie: string) => `X_BAYEUX_BROWSER=no; BAYEUX_BROWSER=${cookie}`],
    ['in quotes', (cookie: string) => `BAYEUX_BROWSER="${cookie}"`],
  ])('is found %s', async (_name, header) => {
    const { client } = await open();
    const answer = await client.request('/meta/subscribe', { subscription: '/n' }, { headers: { cookie: header(client.cookie ?? '') } });
    expect(answer.messages[0]?.successful).toBe(true);
  });

  it('does not replace a cookie that the application sets', async () => {
    const running = await start();
    running.http.prependListener('request', (_request, response) => response.setHeader('Set-Cookie', 'app=1'));
    const answer = await createClient(running).open();
    expect(answer.headers['set-cookie']).toHaveLength(2);
  });
});

describe('an origin', () => {
  it('that is allowed may read the answer, with its cookies', async () => {
    const client = createClient(await start({ allowedOrigins: ['https://app.example'] }));
    const headers = { origin: 'https://app.example' };
    const preflight = await client.send({ method: 'OPTIONS', headers });
    const answer = await client.open({}, { headers });
    expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([204, 'POST, GET, OPTIONS']);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
    });
  });

  it('that is not on the list is refused', async () => {
    const client = createClient(await start({ allowedOrigins: ['https://app.example'] }));
    expect((await client.open({}, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  });

  it('that is foreign cannot send a body of unnamed type, which browsers let pass', async () => {
    const running = await start();
    const answer = await exchangeBytes(
      running.port,
      'POST /cometd HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\nContent-Length: 2\r\n\r\n[]',
      text => text.includes('\r\n\r\n'),
    );
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
  });
});

describe('callback-polling', () => {
  const query = (messages: readonly object[], callback?: string): string =>
    `/cometd?message=${encodeURIComponent(JSON.stringify(messages))}${callback === undefined ? '' : `&jsonp=${encodeURIComponent(callback)}`}`;
  const handshake = [{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['callback-polling'] }];

  it('answers with a script that nothing else can take for its own', async () => {
    const client = createClient(await start());
    const answer = await client.send({ method: 'GET', path: query(handshake, 'a.b_$1') });
    expect(answer.text).toMatch(/^\/\*\*\/a\.b_\$1\(\[\{.*"successful":true.*\}\]\);$/);
    expect(answer.headers).toMatchObject({ 'content-type': 'text/javascript;charset=UTF-8', 'x-content-type-options': 'nosniff' });
    expect((await client.send({ method: 'GET', path: query(handshake) })).text).toMatch(/^\/\*\*\/jsonpcallback\(/);
  });

  it.each(['alert(1)//', 'a b', 'a;b', '<script>', 'a'.repeat(65), '', 'a..b', '1a'])('refuses the callback %j', async callback => {
    expect((await createClient(await start()).send({ method: 'GET', path: query(handshake, callback) })).status).toBe(400);
  });

  it('escapes the line ends of JavaScript, and delivers with connects only', async () => {
    const { running, client } = await open();
    running.bayeux.session(client.clientId)?.deliver('/n', '\u2028\u2029');
    const subscribe = await client.send({
      method: 'GET',
      path: query([{ channel: '/meta/subscribe', clientId: client.clientId, subscription: '/n' }], 'cb'),
    });
    expect(subscribe.text).not.toContain('"/n","data"');
    const connect = await client.send({
      method: 'GET',
      path: query([{ channel: '/meta/connect', clientId: client.clientId, connectionType: 'callback-polling' }], 'cb'),
    });
    expect(connect.text).toContain('"data":"\\u2028\\u2029"');
  });

  it('can be switched off, as long-polling can', async () => {
    const running = await start({ transports: ['long-polling'] });
    const client = createClient(running);
    expect((await client.send({ method: 'GET', path: query(handshake, 'cb') })).status).toBe(400);
    expect((await client.open()).messages[0]?.supportedConnectionTypes).toEqual(['long-polling']);
    running.bayeux.options.transports = ['callback-polling'];
    expect((await client.post(handshake)).status).toBe(400);
  });
});

describe('a reply', () => {
  it('has the head that Node would give it, and leaves the connection open', async () => {
    const { client } = await open();
    const direct = await client.request('/meta/subscribe', { subscription: '/n' });
    expect(direct.headers).toMatchObject({ connection: 'keep-alive', 'content-type': 'application/json;charset=UTF-8' });
    expect(Math.abs(Date.parse(direct.headers.date ?? '') - Date.now())).toBeLessThan(5_000);
    expect(direct.headers['keep-alive']).toMatch(/^timeout=\d+/);
  });

  it('keeps the headers that the application has set', async () => {
    const { running, client } = await open();
    running.http.prependListener('request', (_request, response) => response.setHeader('x-request-id', '7'));
    expect((await client.request('/n', { data: 1 })).headers['x-request-id']).toBe('7');
  });

  it('is the same without the short cut', async () => {
    const { client } = await open({ directReplies: false });
    expect((await client.request('/n', { data: 'grüße' })).messages[0]?.successful).toBe(true);
  });

  it('to pipelined requests comes in their order, and the last one may close the connection', async () => {
    const { running, client } = await open();
    const request = (id: number, more: string): string => {
      const body = JSON.stringify([{ id, channel: '/n', clientId: client.clientId, data: id }]);
      return `POST /cometd HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nCookie: BAYEUX_BROWSER=${client.cookie}\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;
    };
    const text = await exchangeBytes(running.port, request(1, '') + request(2, '') + request(3, 'Connection: close\r\n'), () => false);
    expect([...text.matchAll(/"id":(\d)/g)].map(match => match[1])).toEqual(['1', '2', '3']);
  });

  it('in HTTP/1.0 ends with the connection', async () => {
    const { running, client } = await open();
    const body = JSON.stringify([{ id: 1, channel: '/n', clientId: client.clientId, data: 1 }]);
    const head = `POST /cometd HTTP/1.0\r\nCookie: BAYEUX_BROWSER=${client.cookie}\r\nContent-Length: ${body.length}\r\n\r\n`;
    expect(await exchangeBytes(running.port, head + body, () => false)).toMatch(/^HTTP\/1.1 200 OK[^]*"successful":true/);
  });
});

describe('a held connect', () => {
  it('whose socket is gone loses nothing: the events wait for the next one', async () => {
    const { running, client } = await open();
    let cut: (() => void) | undefined;
    const lost = client.connect({}, { onRequest: request => (cut = () => request.destroy()) }).catch(() => 'lost');
    await until('the connect is held', () => running.bayeux.session(client.clientId)?.held === true);
    cut?.();
    expect(await lost).toBe('lost');
    await until('its end is noticed', () => running.bayeux.session(client.clientId)?.held === false);
    running.bayeux.session(client.clientId)?.deliver('/n', 1);
    expect((await client.connect()).messages.map(message => message.data)).toEqual([1, undefined]);
  });

  it('is answered by a newer one over another transport with nothing', async () => {
    const { running, client } = await open();
    const older = client.connect();
    await until('the connect is held', () => running.bayeux.session(client.clientId)?.held === true);
    const newer = client.connect({ advice: { timeout: 0 } });
    expect([(await older).status, (await older).text]).toEqual([500, '']);
    expect((await newer).messages[0]?.successful).toBe(true);
  });

  it('of a slow reader does not delay the others', async () => {
    const { running, client: slow } = await open({ maxSessionsPerBrowser: -1 });
    const quick = createClient(running);
    await quick.open();
    for (const client of [slow, quick]) await client.request('/meta/subscribe', { subscription: '/n' });
    void slow.connect({}, { onRequest: request => request.on('response', response => response.pause()) }).catch(() => undefined);
    const received: WireMessage[] = [];
    await until('the slow one is held', () => running.bayeux.session(slow.clientId)?.held === true);
    for (let n = 0; n < 20; n++) {
      running.bayeux.publish('/n', { n, filler: 'x'.repeat(50_000) });
      received.push(...(await quick.connect()).messages.filter(message => message.data !== undefined));
    }
    expect(received).toHaveLength(20);
  });
});
