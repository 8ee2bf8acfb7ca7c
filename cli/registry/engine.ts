import { Redis } from 'ioredis';
import type { RedisEngine } from '../redis/memory-engine.ts';
import type { RespValue } from '../redis/resp.ts';

const commandTimeoutMs = 1_000;

/** Passes commands on to a Redis server; a server that is gone or hung is an error reply within a second. */
export function createServerEngine(url: string): RedisEngine {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    protocol: 2,
    retryStrategy: attempt => Math.min(25 * 2 ** Math.min(attempt, 4), 250),
  });
  redis.on('error', () => undefined);
  const run = async (command: readonly string[]): Promise<RespValue> => {
    const [name = '', ...args] = command;
    try {
      // In upper case: ioredis makes objects of hashes when it knows the command by its own spelling.
      return (await redis.call(name.toUpperCase(), ...args)) as RespValue;
    } catch (error) {
      return error instanceof Error ? error : new Error('ERR unknown');
    }
  };
  const runAll = async (commands: readonly (readonly string[])[]): Promise<RespValue[]> => {
    const transaction = redis.multi();
    for (const [name = '', ...args] of commands) transaction.call(name.toUpperCase(), ...args);
    const replies = (await transaction.exec()) ?? [];
    return replies.map(([error, reply]) => error ?? (reply as RespValue));
  };
  return { run, runAll, close: () => redis.disconnect() };
}
