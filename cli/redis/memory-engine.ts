import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Redis } from 'ioredis';
import { SimpleString, type RespValue } from './resp.ts';

/** Runs Redis commands, one after the other: what a server does, in memory or by passing them on. */
export interface RedisEngine {
  /** The reply in the shape of the protocol's version 2. An error reply is a value, not a rejection. */
  run(command: readonly string[]): Promise<RespValue>;
  /** The commands as one step: no other command runs between them. */
  runAll(commands: readonly (readonly string[])[]): Promise<RespValue[]>;
  close(): void;
}

/** Commands that the in-memory engine serves; everything else is refused like an unknown command. */
const served = new Set(
  (
    'del exists expire pexpire persist pttl ttl get getdel getex getset set setex psetex setnx mget mset incr incrby decr decrby append strlen ' +
    'hset hsetnx hget hmget hgetall hdel hexists hkeys hvals hlen hincrby sadd srem smembers sismember scard spop ' +
    'zadd zrem zscore zcard zrange zrangebyscore zremrangebyscore zremrangebyrank zcount lpush rpush lpop rpop lrange llen ltrim lrem ' +
    'eval evalsha script scan keys dbsize flushall flushdb ping echo time type unlink publish'
  ).split(' '),
);
/** Their status replies look like data otherwise. */
const statusReplies = new Set(['set', 'mset', 'setex', 'psetex', 'flushall', 'flushdb', 'ping', 'ltrim', 'type']);

type MockMethod = (...args: string[]) => Promise<unknown>;
interface MockClass {
  new (options: { host: string; port: number }): Redis;
  Command: { setReplyTransformer(name: string, transform: (reply: unknown) => unknown): void };
}

/** An engine of its own data in this process, on `ioredis-mock`, which runs the same Lua. Text values only. */
export function createMemoryEngine(): RedisEngine {
  const require = createRequire(import.meta.url);
  const Mock = require('ioredis-mock') as MockClass;
  // ioredis would shape these replies by options of a connection, which the mock does not have.
  for (const name of ['zrange', 'zrangebyscore']) Mock.Command.setReplyTransformer(name, flatReply);
  const store = new Mock({ host: `memory-${Math.random()}`, port: 1 });
  const methods = store as unknown as Record<string, MockMethod | undefined>;
  const scripts = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();

  const runNow = async (command: readonly string[]): Promise<RespValue> => {
    const [name = '', ...args] = command;
    const lower = name.toLowerCase();
    if (!served.has(lower)) return new Error(`ERR unknown command '${name.slice(0, 32)}'`);
    try {
      if (lower === 'script') return loadScript(args, scripts, methods);
      const reply = await methods[lower]?.apply(store, args);
      return statusReplies.has(lower) && typeof reply === 'string' && !args.some(arg => arg.toUpperCase() === 'GET')
        ? new SimpleString(reply)
        : respFrom(reply);
    } catch (error) {
      return errorReply(error);
    }
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    run: command => inTurn(() => runNow(command)),
    runAll: commands =>
      inTurn(async () => {
        const replies: RespValue[] = [];
        for (const command of commands) replies.push(await runNow(command));
        return replies;
      }),
    close: () => store.disconnect(),
  };
}

const maxScripts = 500;

/** `SCRIPT LOAD`, which the mock lacks: running a script once teaches it the digest, but running is not loading; so it is defined as a command. */
function loadScript(args: readonly string[], scripts: Map<string, string>, methods: Record<string, MockMethod | undefined>): RespValue {
  const [verb = '', body = ''] = args;
  const shaScripts = (methods as unknown as { shaScripts: Record<string, string> }).shaScripts;
  switch (verb.toUpperCase()) {
    case 'LOAD': {
      if (scripts.size >= maxScripts) return new Error('ERR too many scripts');
      const digest = createHash('sha1').update(body).digest('hex');
      scripts.set(digest, body);
      shaScripts[digest] = body;
      return digest;
    }
    case 'EXISTS':
      return args.slice(1).map(digest => (shaScripts[digest] === undefined ? 0 : 1));
    case 'FLUSH':
      for (const digest of Object.keys(shaScripts)) delete shaScripts[digest];
      scripts.clear();
      return new SimpleString('OK');
    default:
      return new Error('ERR unknown subcommand of SCRIPT');
  }
}

function flatReply(reply: unknown): unknown {
  if (Array.isArray(reply)) return reply.flat();
  return reply !== null && typeof reply === 'object' ? Object.entries(reply).flat() : reply;
}

function respFrom(reply: unknown): RespValue {
  if (reply === null || reply === undefined || reply === false) return null;
  if (typeof reply === 'string' || typeof reply === 'number' || Buffer.isBuffer(reply)) return reply;
  if (reply === true) return 1;
  if (Array.isArray(reply)) return reply.map(respFrom);
  if (typeof reply === 'object') return Object.entries(reply).flat().map(respFrom);
  return new Error('ERR the reply cannot be told');
}

function errorReply(error: unknown): Error {
  const text = error instanceof Error ? error.message : 'unknown';
  return new Error(/^[A-Z]{2,} /.test(text) ? text : `ERR ${text}`);
}
