import { describe, expect, it } from 'vitest';
import { FakeClient, handshakeFields } from '../testing/fake-http.ts';
import { createHarness } from '../testing/harness.ts';

describe('a handshake', () => {
  it.each([
    ['no version', { version: undefined }, '403:version:parameter_missing'],
    ['another version', { version: '2.0' }, '403::version_unsupported'],
    ['no connection types', { supportedConnectionTypes: undefined }, '403:supportedConnectionTypes:parameter_missing'],
    [
      'none in common',
      { supportedConnectionTypes: ['iframe'] },
      '403:websocket,long-polling,callback-polling:connection_types_unsupported',
    ],
  ])('with %s fails', async (_name, fields, error) => {
    const { clock, server } = createHarness();
    const response = new FakeClient(server).send([{ ...handshakeFields, id: '1', ...fields }]);
    await clock.turn();
    expect(response.messages[0]).toMatchObject({ successful: false, error, id: '1', advice: { reconnect: 'none' } });
    expect(server.metrics().sessions).toBe(0);
  });

  it('succeeds with complete advice and the transports in use', async () => {
    const { clock, server } = createHarness({ transports: ['long-polling'], clientIdTag: 'node7x' });
    const response = new FakeClient(server).send([handshakeFields]);
    await clock.turn();
    expect(response.messages).toEqual([
      {
        channel: '/meta/handshake',
        successful: true,
        version: '1.0',
        supportedConnectionTypes: ['long-polling'],
        clientId: expect.stringMatching(/^node7x[A-Za-z0-9]{22}$/) as string,
        advice: { reconnect: 'retry', interval: 0, timeout: 30_000, maxInterval: 10_000 },
      },
    ]);
  });

  it('is alone in its request: what else is there is ignored', async () => {
    const { clock, server } = createHarness();
    const response = new FakeClient(server).send([{ channel: '/n', data: 1 }, handshakeFields, handshakeFields]);
    await clock.turn();
    expect(response.messages.map(message => message.channel)).toEqual(['/meta/handshake']);
    expect(server.metrics()).toMatchObject({ sessions: 1, published: 0 });
  });

  it('is refused with the reason and code of the application', async () => {
    const { clock, server } = createHarness({ onHandshake: () => ({ allow: false, reason: 'not signed in', code: 401 }) });
    const response = new FakeClient(server).send([handshakeFields]);
    await clock.turn();
    expect(response.messages[0]).toMatchObject({
      successful: false,
      error: '401:not signed in:handshake_denied',
      advice: { reconnect: 'none' },
    });
  });

  it('fails when the application throws, and when it takes too long', async () => {
    const { clock, server, faults } = createHarness({ hookTimeout: 100, onHandshake: () => Promise.reject(new Error('store is gone')) });
    const failed = new FakeClient(server).send([handshakeFields]);
    await clock.turn();
    server.options.onHandshake = () => new Promise(() => {});
    const slow = new FakeClient(server).send([handshakeFields]);
    await clock.advance(100);
    expect([failed, slow].map(response => response.messages[0]?.error)).toEqual(['403::handshake_failed', '403::handshake_failed']);
    expect(faults).toHaveLength(2);
  });

  it('gives the session the data of the application, which sees the request', async () => {
    const { server, clock } = createHarness({ onHandshake: ({ request }) => ({ allow: true, data: request.headers['x-user'] }) });
    const someone = new FakeClient(server);
    someone.headers = { 'x-user': 'agent1' };
    const response = someone.send([handshakeFields]);
    await clock.turn();
    someone.shakenBy(response);
    expect(server.session(someone.clientId)?.data).toBe('agent1');
  });

  it('carries no events: they wait for the first connect', async () => {
    const { server, clock } = createHarness();
    server.addListener('sessionAdded', session => void session.deliver('/early', 1));
    const someone = new FakeClient(server);
    const response = someone.send([handshakeFields]);
    await clock.turn();
    someone.shakenBy(response);
    const connect = someone.connect();
    await clock.turn();
    expect(response.messages).toHaveLength(1);
    expect(connect.messages.map(message => message.channel)).toEqual(['/early', '/meta/connect']);
  });

  it('is refused when there is no room for one more', async () => {
    const { clock, server, client } = createHarness({ maxSessions: 1 });
    await client();
    const response = new FakeClient(server).send([handshakeFields]);
    await clock.turn();
    expect(response.messages[0]).toMatchObject({
      successful: false,
      error: '403::too_many_sessions',
      advice: { reconnect: 'handshake', interval: 5_000 },
    });
  });
});

describe('a message', () => {
  it('on an unknown meta channel is refused by itself', async () => {
    const { clock, client } = createHarness();
    const someone = await client();
    const response = someone.send([
      someone.message('/meta/subscribe/x', { subscription: '/n' }),
      someone.message('/meta/foo'),
      someone.message('/n', { data: 1 }),
    ]);
    await clock.turn();
    expect(response.messages.map(message => [message.successful, message.error])).toEqual([
      [false, '404:/meta/subscribe/x:channel_unknown'],
      [false, '404:/meta/foo:channel_unknown'],
      [true, undefined],
    ]);
  });

  it('without a channel, or with an id that is none, is refused by itself', async () => {
    const { clock, client } = createHarness();
    const someone = await client();
    const response = someone.send([
      { clientId: someone.clientId },
      someone.message('/n', { data: 1, id: { a: 1 } }),
      someone.message('/n', { data: 1 }),
    ]);
    await clock.turn();
    expect(response.messages.map(message => message.error)).toEqual(['400::channel_missing', '405::message_id_invalid', undefined]);
  });

  it('for another session than the first one named is refused by itself', async () => {
    const { clock, client } = createHarness();
    const someone = await client();
    const other = await client();
    const response = someone.send([someone.message('/n', { data: 1 }), other.message('/n', { data: 2 }), { channel: '/n', data: 3 }]);
    await clock.turn();
    expect(response.messages.map(message => message.successful)).toEqual([true, false, false]);
    expect(response.messages[1]).toMatchObject({ error: '402::session_unknown', advice: { reconnect: 'handshake' } });
  });

  it('after a disconnect in the same request is refused', async () => {
    const { clock, server, client } = createHarness();
    const someone = await client();
    const response = someone.send([someone.message('/meta/disconnect'), someone.message('/n', { data: 1 })]);
    await clock.turn();
    expect(response.messages.map(message => message.successful)).toEqual([true, false]);
    expect(server.metrics().published).toBe(0);
  });

  it('with prototype names in it reaches nothing but its own fields', async () => {
    const { clock, server, client } = createHarness();
    const someone = await client({ subscribe: '/n' });
    const evil = JSON.parse(
      `{"id":"9","channel":"/n","clientId":"${someone.clientId}","data":{"__proto__":{"x":1},"constructor":2},"ext":{"__proto__":{"ack":true}},"advice":{"__proto__":{"timeout":0}}}`,
    ) as object;
    const response = someone.send([evil]);
    const odd = someone.send([{ channel: '/n', clientId: '__proto__', data: 1 }]);
    someone.cookie = '__proto__';
    const cookie = someone.request('/n', { data: 1 });
    await clock.turn();
    expect(response.body).toContain('"data":{"__proto__":{"x":1},"constructor":2}');
    expect(odd.messages[0]?.error).toBe('402::session_unknown');
    expect(cookie.messages[0]?.error).toBe('402::session_unknown');
    expect(({} as { x?: number }).x).toBeUndefined();
    expect(server.metrics().faults).toBe(0);
  });
});

describe('a browser cookie', () => {
  it('is needed with the clientId', async () => {
    const { clock, client } = createHarness();
    const owner = await client();
    const other = await client();
    other.clientId = owner.clientId;
    const stolen = other.connect();
    await clock.turn();
    expect(stolen.messages[0]).toMatchObject({ successful: false, error: '402::session_unknown' });
  });

  it('that never comes back is named in the error, with advice to stop', async () => {
    const { clock, client } = createHarness();
    const someone = await client({ connected: false });
    someone.cookie = undefined;
    const connect = someone.connect();
    await clock.turn();
    expect(connect.messages[0]).toMatchObject({ error: '402::browser_cookie_missing', advice: { reconnect: 'none' } });
  });

  it('that was lost on the way lets the client start again', async () => {
    const { clock, client } = createHarness();
    const someone = await client();
    someone.cookie = undefined;
    const connect = someone.connect();
    await clock.turn();
    expect(connect.messages[0]).toMatchObject({ error: '402::browser_cookie_missing', advice: { reconnect: 'handshake' } });
  });

  it('is not needed where the clientId is trusted', async () => {
    const { clock, client } = createHarness({ trustClientSession: true });
    const someone = await client();
    someone.cookie = undefined;
    const response = someone.request('/n', { data: 1 });
    await clock.turn();
    expect(response.messages[0]?.successful).toBe(true);
  });
});

describe('the words of errors', () => {
  it.each([
    ['cometd', '402::session_unknown'],
    ['faye', '401::Unknown client'],
    ['salesforce', '403::Unknown client'],
  ] as const)('are those of %s', async (errorVocabulary, error) => {
    const { clock, server } = createHarness({ errorVocabulary });
    const response = new FakeClient(server).send([{ channel: '/meta/connect', clientId: 'nobody', connectionType: 'long-polling' }]);
    await clock.turn();
    expect(response.messages[0]).toMatchObject({ successful: false, error, advice: { reconnect: 'handshake' } });
  });
});
