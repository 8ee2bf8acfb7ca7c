import { Redis } from '@upstash/redis';
import type { Registry } from '../contracts/registry.ts';
import type { TimelineMemory } from '../contracts/stores.ts';
import { createBatches, type ScriptCommand } from './registry-batches.ts';
import { createLuaRegistry } from './registry-lua.ts';
import { raiseTimelineScript } from './registry-scripts.ts';

export interface UpstashRegistryOptions {
  url: string;
  token: string;
  /** Deadline of one round trip, ms. The rules count on 400. */
  timeoutMs?: number;
  /** Round trips for sessions at once; further calls wait and travel together. Lease calls never wait. */
  maxInFlight?: number;
  /** Calls for sessions that may wait; more are refused at once. */
  maxWaiting?: number;
}

/** Calls of one round trip: what the registry answers well within the deadline. */
const batchLimit = 64;

/** The registry over Upstash's REST protocol: operations that come together share an HTTP call; no repetition of its own (a repetition is the rules' business). */
export function createUpstashRegistry(options: UpstashRegistryOptions): Registry & TimelineMemory {
  const { url, token, timeoutMs = 400, maxInFlight = 4, maxWaiting = 20_000 } = options;
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
  const runBatch = async (commands: readonly ScriptCommand[]): Promise<unknown[]> => {
    const pipeline = redis.pipeline();
    for (const { script, sha, keys, args } of commands)
      if (sha === undefined) pipeline.eval(script, [...keys], [...args]);
      else pipeline.evalsha(sha, [...keys], [...args]);
    const replies = await pipeline.exec<unknown[]>({ keepErrors: true });
    return replies.map(({ result, error }) => (error === undefined ? result : new Error(error)));
  };
  const batched = createBatches(runBatch, { batchLimit, inFlight: maxInFlight, maxWaiting });
  const run: Parameters<typeof createLuaRegistry>[0] = (script, keys, args, urgency) =>
    urgency === 'lease' ? evaluate(script, keys, args) : batched({ script, keys, args });
  return {
    ...createLuaRegistry(run),
    raiseTimeline: async (system, timeline) => Number(await evaluate(raiseTimelineScript, ['ho:timelines'], [system, String(timeline)])),
  };
}
