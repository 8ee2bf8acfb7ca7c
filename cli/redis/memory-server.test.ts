import { Redis } from 'ioredis';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryEngine } from './memory-engine.ts';
import { createMemoryServer } from './memory-server.ts';

let server: Server;
let redis: Redis;

beforeAll(async () => {
  server = createMemoryServer(createMemoryEngine());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  redis = new Redis({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, maxRetriesPerRequest: 0 });
});
afterAll(() => {
  redis.disconnect();
  server.close();
});
beforeEach(async () => void (await redis.flushall()));

describe('the in-memory Redis, seen by ioredis', () => {
  it('keeps a value until its time is over', async () => {
    expect(await redis.set('k', 'v', 'PX', 5_000, 'NX')).toBe('OK');
    expect(await redis.set('k', 'w', 'PX', 5_000, 'NX')).toBeNull();
    expect(await redis.get('k')).toBe('v');
    expect(await redis.pttl('k')).toBeGreaterThan(0);
  });

  it('answers a hash as a hash', async () => {
    await redis.hset('h', { a: '1', b: '2' });
    expect(await redis.hgetall('h')).toEqual({ a: '1', b: '2' });
  });

  it('answers sorted sets with and without scores', async () => {
    await redis.zadd('z', 2, 'b', 1, 'a');
    expect(await redis.zrange('z', '0', '-1')).toEqual(['a', 'b']);
    expect(await redis.zrangebyscore('z', '-inf', '+inf', 'WITHSCORES')).toEqual(['a', '1', 'b', '2']);
  });

  it('runs a script, by text and by digest', async () => {
    const script = "redis.call('SET', KEYS[1], ARGV[1]) return {redis.call('GET', KEYS[1]), 3}";
    expect(await redis.eval(script, 1, 'k', 'v')).toEqual(['v', 3]);
    const digest = (await redis.script('LOAD', 'return 7')) as string;
    expect(await redis.evalsha(digest, 0)).toBe(7);
    await expect(redis.evalsha('0'.repeat(40), 0)).rejects.toThrow(/^NOSCRIPT/);
  });

  it('runs a transaction as one step', async () => {
    const replies = await redis.multi().incr('n').incr('n').exec();
    expect(replies).toEqual([
      [null, 1],
      [null, 2],
    ]);
  });

  it('refuses a command that it does not know, and goes on', async () => {
    await expect(redis.call('DEBUG', 'SLEEP', '0')).rejects.toThrow('unknown command');
    expect(await redis.ping()).toBe('PONG');
  });
});
