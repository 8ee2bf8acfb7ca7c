import { createLogger } from '@handover/shared/log';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryCache, createRedisCache, type RedisCache } from '../../origin/stores/redis/index.ts';
import { startRedis, until, type TestRedis } from './stores-support.ts';

type Cache = ReturnType<typeof createMemoryCache>;

const log = createLogger({ sink: () => undefined, area: 'test' });

let server: TestRedis;
let redis: RedisCache;
const memory = createMemoryCache();
const kinds: [string, () => Cache][] = [
  ['redis-server', () => redis],
  ['the in-process cache', () => memory],
];

beforeAll(async () => {
  server = await startRedis();
  redis = createRedisCache({ url: server.url, log });
  redis.start();
  await until('redis', () => redis.connected);
});
afterAll(async () => {
  await redis?.stop();
  await server?.kill();
});

describe.each(kinds)('a cache: %s', (_kind, cacheOf) => {
  let cache: Cache;
  let key: string;
  beforeEach(() => {
    cache = cacheOf();
    key = `test:${crypto.randomUUID()}`;
  });

  test('answers what was set, and nothing for what was not or was deleted', async () => {
    expect(await cache.get(key)).toBeUndefined();
    await cache.set(key, 'väl\nue', 10_000);
    expect(await cache.get(key)).toBe('väl\nue');
    await cache.delete(key);
    await cache.delete(key);
    expect(await cache.get(key)).toBeUndefined();
  });

  test('an entry ends when its time is over', async () => {
    await cache.set(key, '1', 40);
    await until('gone', async () => (await cache.get(key)) === undefined, 2_000);
  });

  test('of many who set an absent key at once one succeeds', async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => cache.setIfAbsent(key, String(index), 10_000)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await cache.get(key)).toBe(String(outcomes.indexOf(true)));
  });

  test('a counter counts each of many increments at once', async () => {
    const counts = await Promise.all(Array.from({ length: 20 }, () => cache.increment(key, 10_000)));
    expect([...counts].sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('a counter lives from its first increment, however often it is raised', async () => {
    await cache.increment(key, 150);
    const startedMs = Date.now();
    await until('starts anew', async () => (await cache.increment(key, 150)) === 1, 2_000);
    expect(Date.now() - startedMs).toBeLessThan(1_000);
  });
});

describe('the in-process cache', () => {
  test('forgets the oldest when it is full', async () => {
    const small = createMemoryCache(undefined, 3);
    for (const key of ['a', 'b', 'c', 'd']) await small.set(key, key, 10_000);
    expect(await small.get('a')).toBeUndefined();
    expect(await small.get('d')).toBe('d');
  });
});

describe('a cache whose server fails', () => {
  const failsInTime = async (cache: Cache): Promise<void> => {
    const startedMs = performance.now();
    await expect(cache.set('test:x', '1', 1_000)).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(performance.now() - startedMs).toBeLessThan(200);
  };

  test('a hung server fails every command within 200 ms, and is used again when it goes on', async () => {
    await until('up', () => redis.connected);
    server.signal('SIGSTOP');
    for (let count = 0; count < 5; count += 1) await failsInTime(redis);
    server.signal('SIGCONT');
    await until('used again', async () => (await redis.get('test:x').catch(() => 'down')) !== 'down', 5_000);
  });

  test('a server that is gone fails every command within 200 ms; a new one in its place is used', async () => {
    const port = Number(new URL(server.url).port);
    await server.kill();
    for (let count = 0; count < 5; count += 1) await failsInTime(redis);
    server = await startRedis(port);
    await until('used again', async () => (await redis.get('test:x').catch(() => 'down')) !== 'down', 5_000);
  });

  test('before the first connection commands fail at once', async () => {
    const never = createRedisCache({ url: server.url, log });
    await failsInTime(never);
    await never.stop();
  });
});
