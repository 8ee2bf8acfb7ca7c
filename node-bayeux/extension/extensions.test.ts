import { describe, expect, it } from 'vitest';
import { createHarness } from '../testing/harness.ts';
import { ActivityExtension } from './activity.ts';
import { ReplayExtension, type ReplayOptions } from './replay.ts';
import { TimestampExtension } from './timestamp.ts';
import { TimesyncExtension } from './timesync.ts';

describe('timesync', () => {
  it('tells when the question came and how long its connect was held', async () => {
    let wall = 5_000;
    const { clock, server, client } = createHarness({ timeout: 1_000 });
    server.addExtension(new TimesyncExtension({ wallClock: () => wall }));
    const someone = await client();
    const held = someone.connect({ ext: { timesync: { tc: 4_000, l: 10, o: 500 } } });
    await clock.turn();
    wall = 5_700;
    await clock.advance(1_000);
    expect(held.messages[0]?.ext).toEqual({ timesync: { tc: 4_000, ts: 5_000, p: 700, a: -490 } });
  });

  it('has no answer for a client that is accurate', async () => {
    const { clock, server, client } = createHarness();
    server.addExtension(new TimesyncExtension({ wallClock: () => 5_000 }));
    const connect = (await client()).connect({ advice: { timeout: 0 }, ext: { timesync: { tc: 4_990, l: 5, o: 0 } } });
    await clock.turn();
    expect(connect.messages[0]?.ext).toBeUndefined();
  });
});

describe('timestamp', () => {
  it('is on every message, in ISO 8601 or as the application formats it', async () => {
    const { clock, server, client } = createHarness();
    const iso = new TimestampExtension({ wallClock: () => 0 });
    server.addExtension(iso);
    const someone = await client({ subscribe: '/n' });
    const held = someone.connect();
    server.publish('/n', 1);
    await clock.turn();
    expect(held.messages.map(message => message.timestamp)).toEqual(Array(2).fill('1970-01-01T00:00:00.000Z'));
    server.removeExtension(iso);
    server.addExtension(new TimestampExtension({ format: date => `at ${date.getTime()}`, wallClock: () => 7 }));
    const connect = someone.connect({ advice: { timeout: 0 } });
    await clock.turn();
    expect(connect.messages[0]?.timestamp).toBe('at 7');
  });
});

describe('activity', () => {
  it('disconnects a client that does nothing but connect', async () => {
    const { clock, server, client } = createHarness({ timeout: 100 });
    server.addExtension(new ActivityExtension({ mode: 'client', maxInactivityMs: 1_000 }));
    const idle = await client();
    const busy = await client();
    for (let n = 0; n < 25; n++) {
      if (server.session(idle.clientId) !== undefined) idle.connect();
      busy.connect();
      busy.request('/n', { data: n });
      await clock.advance(100);
    }
    expect(server.session(idle.clientId)).toBeUndefined();
    expect(server.session(busy.clientId)?.active).toBe(true);
  });

  it('counts what the server sends where that is the mode', async () => {
    const { clock, server, client } = createHarness({ timeout: 100 });
    server.addExtension(new ActivityExtension({ mode: 'client-server', maxInactivityMs: 1_000 }));
    const someone = await client({ subscribe: '/n' });
    for (let n = 0; n < 25; n++) {
      someone.connect();
      server.publish('/n', n);
      await clock.advance(100);
    }
    expect(server.session(someone.clientId)?.active).toBe(true);
  });
});

describe('replay', () => {
  const subscribeFrom = async (
    options: ReplayOptions,
    replay: unknown,
    subscription = '/event/X',
    events = 5,
  ): Promise<[string | undefined, unknown[]]> => {
    const { clock, server, client } = createHarness();
    server.addExtension(new ReplayExtension(options));
    for (let n = 1; n <= events; n++) server.publish('/event/X', { n });
    const someone = await client();
    const response = someone.request('/meta/subscribe', { subscription, ext: { replay } });
    await clock.turn();
    const [reply, ...replayed] = response.messages;
    return [reply?.error, replayed.map(message => (message.data as { n: number }).n)];
  };

  it.each([
    ['only what is new', -1, []],
    ['everything kept', -2, [1, 2, 3, 4, 5]],
    ['what came strictly after an id', 3, [4, 5]],
    ['nothing after the newest', 5, []],
    ['all after the beginning', 0, [1, 2, 3, 4, 5]],
  ])('brings %s', async (_name, from, expected) => {
    expect(await subscribeFrom({}, { '/event/X': from })).toEqual([undefined, expected]);
  });

  it.each([
    ['an id that is no longer kept', { '/event/X': 1 }, /^400::The replayId \{1\}.*Earliest: 4, latest: 5$/],
    ['an id that was never given', { '/event/X': 99 }, /^400::The replayId \{99\}.*Earliest: 4, latest: 5$/],
    ['no id', { '/event/X': null }, /^400::The replay map .*\/event\/X/],
    ['the id of another channel', { '/event/Y': 4 }, /^400::The replay map .*"\/event\/Y".*\/event\/X$/],
    ['no map', 'x', /^400::The replay map/],
  ])('refuses %s', async (_name, map, error) => {
    const [text, replayed] = await subscribeFrom({ maxEvents: 2 }, map);
    expect(text).toMatch(error);
    expect(replayed).toEqual([]);
  });

  it('keeps within its limits of bytes, age and channels', async () => {
    expect(await subscribeFrom({ maxBytes: 200 }, { '/event/X': -2 })).toEqual([undefined, [4, 5]]);
    let wall = 0;
    expect(await subscribeFrom({ maxAgeMs: 15, wallClock: () => (wall += 10) }, { '/event/X': -2 })).toEqual([undefined, [5]]);
    expect((await subscribeFrom({ maxChannels: 1 }, { '/event/Y': 3 }, '/event/Y'))[0]).toMatch(/Earliest: 0/);
  });

  it('numbers every event so that clients can go on from it, and never sends one twice', async () => {
    const { clock, server, client } = createHarness();
    server.addExtension(new ReplayExtension());
    server.publish('/event/X', { n: 1, event: { type: 'created' } });
    const someone = await client();
    const response = someone.send([
      someone.message('/meta/subscribe', { subscription: '/event/X', ext: { replay: { '/event/X': -2 } } }),
      someone.message('/event/X', { data: { n: 2 } }),
    ]);
    await clock.turn();
    const events = response.messages.filter(message => message.data !== undefined).map(message => message.data);
    expect(events).toMatchObject([
      { n: 1, event: { type: 'created', replayId: 1 } },
      { n: 2, event: { replayId: 2 } },
    ]);
  });
});
