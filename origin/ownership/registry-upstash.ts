import { Redis } from '@upstash/redis';
import type { Registry } from '../contracts/registry.ts';
import { createLuaRegistry } from './registry-lua.ts';

export interface UpstashRegistryOptions {
  url: string;
  token: string;
  /** Deadline of one call, ms. The rules count on 400. */
  timeoutMs?: number;
  /** Calls for sessions in flight at once; further ones wait. Lease calls never wait. */
  maxInFlight?: number;
  /** Calls for sessions that may wait; more are refused at once. */
  maxWaiting?: number;
}

/** The registry over Upstash's REST protocol: one HTTP call per operation, no repetition of its own (a repetition is the rules' business). */
export function createUpstashRegistry(options: UpstashRegistryOptions): Registry {
  const { url, token, timeoutMs = 400, maxInFlight = 256, maxWaiting = 20_000 } = options;
  const redis = new Redis({
    url,
    token,
    enableAutoPipelining: false,
    automaticDeserialization: false,
    enableTelemetry: false,
    retry: { retries: 0 },
    // A function, so that every call has a deadline of its own; the client has none by default.
    signal: () => AbortSignal.timeout(timeoutMs),
  });
  const evaluate = async (script: string, keys: string[], args: string[]): Promise<string> => {
    const answer: unknown = await redis.eval(script, keys, args);
    if (typeof answer !== 'string') throw new Error('registry: the answer is not a string');
    return answer;
  };
  const gate = createGate(maxInFlight, maxWaiting);
  return createLuaRegistry((script, keys, args, urgency) =>
    urgency === 'lease' ? evaluate(script, keys, args) : gate(() => evaluate(script, keys, args)),
  );
}

/** Lets `limit` calls run at once and `waiting` more queue in order. */
export function createGate(limit: number, waiting: number): <T>(run: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async run => {
    if (running >= limit) {
      if (queue.length >= waiting) throw new Error('registry: too many calls wait');
      await new Promise<void>(resolve => queue.push(resolve));
    } else running += 1;
    try {
      return await run();
    } finally {
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
