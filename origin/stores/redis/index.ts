import { AppError } from '@handover/shared/errors';
import type { Logger } from '@handover/shared/log';
import { Redis } from 'ioredis';
import type { Cache } from '../../contracts/stores.ts';

export { createMemoryCache } from './memory.ts';

const commandMs = 150;

/** A cache on the region's Redis. `start` resolves at once: until the first connection every command fails. */
export interface RedisCache extends Cache {
  readonly connected: boolean;
  start(): void;
  stop(): Promise<void>;
}

/**
 * Every command is answered or fails with `store.unavailable` within 200 ms: nothing is queued while the server is gone, nothing is sent
 * twice, and a hung server's connection is dropped. A command that failed may still have been executed.
 */
export function createRedisCache(options: { url: string; log: Logger }): RedisCache {
  const log = options.log.area('redis');
  const redis = new Redis(options.url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: commandMs,
    connectTimeout: commandMs,
    socketTimeout: 300,
    retryStrategy: attempt => Math.min(25 * 2 ** Math.min(attempt, 4), 250),
  });
  let told: 'up' | 'down' | undefined;
  const tell = (state: 'up' | 'down', reason?: string): void => {
    if (told === state) return;
    told = state;
    log[state === 'up' ? 'info' : 'warn'](`server is ${state}`, { reason });
  };
  redis.on('error', (error: Error) => tell('down', error.message));
  redis.on('close', () => tell('down', 'connection closed'));
  redis.on('ready', () => tell('up'));

  const run = async <T>(command: Promise<T>): Promise<T> => {
    try {
      return await command;
    } catch (cause) {
      throw unavailable(cause);
    }
  };
  return {
    get connected() {
      return redis.status === 'ready';
    },
    start: () => void redis.connect().catch(() => undefined),
    async stop() {
      redis.disconnect();
    },
    get: async key => (await run(redis.get(key))) ?? undefined,
    set: async (key, value, ttlMs) => void (await run(redis.set(key, value, 'PX', wholeMs(ttlMs)))),
    setIfAbsent: async (key, value, ttlMs) => (await run(redis.set(key, value, 'PX', wholeMs(ttlMs), 'NX'))) === 'OK',
    async increment(key, ttlMs) {
      // One transaction: a counter never stays without an end to its life.
      const replies = await run(redis.multi().set(key, '0', 'PX', wholeMs(ttlMs), 'NX').incr(key).exec());
      const [fault, count] = replies?.[1] ?? [];
      if (fault != null || typeof count !== 'number') throw unavailable(fault);
      return count;
    },
    delete: async key => void (await run(redis.del(key))),
  };
}

const wholeMs = (ms: number): number => Math.max(1, Math.ceil(ms));
const unavailable = (cause: unknown): AppError =>
  new AppError('store.unavailable', { detail: `redis: ${cause instanceof Error ? cause.message : 'no answer'}`, cause });
