import { describe, expect, it } from 'vitest';
import { AckExtension } from '../extension/ack.ts';
import type { ExportedSession } from './export.ts';
import { createHarness } from '../testing/harness.ts';

describe('an exported session', () => {
  it('is adopted elsewhere without its client noticing', async () => {
    const here = createHarness();
    const someone = await here.client({ subscribe: ['/n', '/m/*'] });
    const held = someone.connect();
    const exported = here.server.exportSession(someone.clientId, { remove: true });
    await here.clock.turn();
    expect(held.messages).toMatchObject([{ successful: true, advice: { reconnect: 'retry', interval: 0 } }]);
    expect(JSON.stringify(exported)).not.toContain(someone.cookie);

    const there = createHarness({
      onUnknownSession: ({ clientId, channel, browserId }) => {
        expect([clientId, channel, browserId]).toEqual([someone.clientId, '/meta/connect', someone.cookie]);
        return there.server.adoptSession(exported as ExportedSession, { data: { user: 1 } });
      },
    });
    Object.assign(someone, { server: there.server });
    const next = someone.connect();
    await there.clock.turn();
    expect(next.received).toBe(false);
    there.server.publish('/m/x', 1);
    await there.clock.turn();
    expect(next.messages.map(message => message.data)).toEqual([1, undefined]);
    expect(there.server.session(someone.clientId)?.data).toEqual({ user: 1 });
  });

  it('takes its unconfirmed events along, and goes on counting its batches', async () => {
    const here = createHarness();
    here.server.addExtension(new AckExtension());
    const someone = await here.client({ ext: { ack: true }, subscribe: '/n' });
    someone.connect({ ext: { ack: 0 } });
    here.server.publish('/n', 1);
    await here.clock.turn();
    here.server.publish('/n', 2);
    const exported = here.server.exportSession(someone.clientId, { remove: true });
    expect(exported).toMatchObject({
      version: 1,
      lastAck: 1,
      events: ['{"channel":"/n","data":2}'],
      unacknowledged: [[1, '{"channel":"/n","data":1}']],
    });

    const there = createHarness();
    there.server.addExtension(new AckExtension());
    there.server.adoptSession(JSON.parse(JSON.stringify(exported)) as ExportedSession);
    Object.assign(someone, { server: there.server });
    const next = someone.connect({ ext: { ack: 0 } });
    await there.clock.turn();
    expect(next.messages.map(message => message.data)).toEqual([1, 2, undefined]);
    expect(next.messages.at(-1)?.ext).toEqual({ ack: 2 });
  });

  it('is not for a client without the cookie', async () => {
    const here = createHarness();
    const someone = await here.client();
    const exported = here.server.exportSession(someone.clientId) as ExportedSession;
    const there = createHarness();
    there.server.adoptSession(exported);
    Object.assign(someone, { server: there.server, cookie: 'another' });
    const stolen = someone.connect();
    await there.clock.turn();
    expect(stolen.messages[0]?.error).toBe('402::session_unknown');
  });

  it('is read without being changed unless removal is asked for', async () => {
    const { server, client } = createHarness();
    const someone = await client({ subscribe: '/n' });
    expect(server.exportSession(someone.clientId)).toMatchObject({ clientId: someone.clientId, subscriptions: ['/n'] });
    expect(server.session(someone.clientId)?.active).toBe(true);
    expect(server.exportSession('nobody')).toBeUndefined();
  });

  it('that is here already is returned as it is', async () => {
    const { server, client } = createHarness();
    const someone = await client();
    const exported = server.exportSession(someone.clientId) as ExportedSession;
    expect(server.adoptSession(exported)).toBe(server.session(someone.clientId));
  });

  it.each([
    ['version', { version: 2 }],
    ['clientId', { clientId: '../x' }],
    ['subscriptions', { subscriptions: ['/a b'] }],
    ['lastAck', { lastAck: -1 }],
    ['events', { events: [1] }],
    ['events', { events: ['{}'] }],
    ['unacknowledged', { lastAck: 1, unacknowledged: [[2, '{"channel":"/n"}']] }],
  ])('with a bad %s is refused by name', (field, change) => {
    const { server } = createHarness();
    const exported = { version: 1, clientId: 'abc', subscriptions: [], ...change } as unknown as ExportedSession;
    expect(() => server.adoptSession(exported)).toThrow(new RegExp(`^${field}:`));
  });
});

describe('a session that is not here', () => {
  it('may be answered for by the application', async () => {
    const { clock, server, client } = createHarness({
      onUnknownSession: () => ({
        respond: response => {
          response.setHeader('x-replay', 'elsewhere');
          response.writeHead(421).end();
        },
      }),
    });
    const someone = await client();
    server.exportSession(someone.clientId, { remove: true });
    const response = someone.connect();
    await clock.turn();
    expect([response.status, response.getHeader('x-replay')]).toEqual([421, 'elsewhere']);
  });

  it('is waited for only so long', async () => {
    const { clock, client, server } = createHarness({ unknownSessionTimeout: 200, onUnknownSession: () => new Promise(() => {}) });
    const someone = await client();
    server.exportSession(someone.clientId, { remove: true });
    const response = someone.connect();
    await clock.advance(199);
    expect(response.received).toBe(false);
    await clock.advance(1);
    expect(response.messages[0]).toMatchObject({ error: '402::session_unknown', advice: { reconnect: 'handshake' } });
  });

  it('is waited for by only so many requests', async () => {
    const { clock, client, server } = createHarness({ maxUnknownSessionWaits: 1, onUnknownSession: () => new Promise(() => {}) });
    const someone = await client();
    server.exportSession(someone.clientId, { remove: true });
    someone.connect();
    const second = someone.connect();
    await clock.turn();
    expect(second.status).toBe(503);
  });

  it('is not asked for when its id cannot be one', async () => {
    let asked = 0;
    const { clock, client } = createHarness({ onUnknownSession: () => void asked++ });
    const someone = await client();
    someone.clientId = '../../etc';
    const response = someone.connect();
    await clock.turn();
    expect([asked, response.messages[0]?.error]).toEqual([0, '402::session_unknown']);
  });
});

describe('a drain', () => {
  it('answers held connects at once, each with its own moment to return, and accepts no handshake', async () => {
    const { clock, server, client } = createHarness();
    const held = [];
    for (let n = 0; n < 20; n++) held.push((await client()).connect());
    const drained = server.drain({ spreadMs: 10_000, reconnect: 'retry' });
    await clock.turn();
    const intervals = held.map(response => response.messages[0]?.advice?.interval ?? -1);
    expect(held.every(response => response.messages[0]?.advice?.reconnect === 'retry')).toBe(true);
    expect(new Set(intervals).size).toBeGreaterThan(10);
    expect(Math.max(...intervals)).toBeLessThan(10_000);
    const refused = await client();
    expect(refused.clientId).toBe('');
    await clock.advance(10_000);
    await drained;
    server.undrain();
    expect((await client()).clientId).not.toBe('');
  });

  it('fails connects when clients are to start anew, because a success would keep them', async () => {
    const { clock, server, client } = createHarness();
    const held = (await client()).connect();
    void server.drain({ spreadMs: 1_000, hosts: ['https://other.example/cometd'] });
    await clock.turn();
    expect(held.messages[0]).toMatchObject({
      successful: false,
      advice: { reconnect: 'handshake', hosts: ['https://other.example/cometd'] },
    });
  });

  it('lets a session live until its client has been due', async () => {
    const { clock, server, client } = createHarness({ maxInterval: 500 });
    (await client()).connect();
    void server.drain({ spreadMs: 10_000, reconnect: 'retry' });
    await clock.advance(450);
    expect(server.metrics().sessions).toBe(1);
  });
});
