import { createHash } from 'node:crypto';
import type { Clock } from '@handover/shared/time';
import type { Cache } from '../../contracts/stores.ts';

/** Whose attempt it is. */
export interface Attempt {
  /** `tenant\user`, or a client's id. */
  name: string;
  address: string;
}

export interface Attempts {
  /** Counts an attempt before the password is looked at; false when there were too many. */
  admit(attempt: Attempt): Promise<boolean>;
  /** The password was wrong. */
  failed(attempt: Attempt): Promise<void>;
  /** The password was right: the pair's count starts anew. */
  succeeded(attempt: Attempt): Promise<void>;
  /** For a client's secret only the pair counts: nobody may lock a client out for everyone. */
  clientMayTry(attempt: Attempt): Promise<boolean>;
  clientFailed(attempt: Attempt): Promise<void>;
}

export const attemptWindowMs = 300_000;
// Per name and address first, so that a stranger elsewhere cannot lock an agent out with a few guesses; the others bound guessing from many
// addresses at one name, and from one address (an office of agents behind one) at many names.
const limits = { pair: 20, name: 60, address: 300 } as const;
const maxLocal = 20_000;

/**
 * Limits attempts per user and address with counters in the region's cache. While that is gone the node counts by itself, bounded: limits then
 * hold per node.
 */
export function createAttempts(cache: Cache, clock: Clock): Attempts {
  const local = createLocalCounters(clock);
  const count = async (key: string): Promise<number> => {
    const own = local.increment(key);
    try {
      return Math.max(await cache.increment(key, attemptWindowMs), own);
    } catch {
      return own;
    }
  };
  const read = async (key: string): Promise<number> => {
    const own = local.read(key);
    try {
      return Math.max(Number((await cache.get(key)) ?? 0), own);
    } catch {
      return own;
    }
  };
  return {
    async admit(attempt) {
      const [pair, name, address] = await Promise.all([count(keys.pair(attempt)), read(keys.name(attempt)), read(keys.address(attempt))]);
      return pair <= limits.pair && name < limits.name && address < limits.address;
    },
    async failed(attempt) {
      await Promise.all([count(keys.name(attempt)), count(keys.address(attempt))]);
    },
    async succeeded(attempt) {
      local.forget(keys.pair(attempt));
      await cache.delete(keys.pair(attempt)).catch(() => undefined);
    },
    clientMayTry: async attempt => (await read(keys.client(attempt))) < limits.pair,
    clientFailed: async attempt => void (await count(keys.client(attempt))),
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
const keys = {
  pair: ({ name, address }: Attempt): string => `auth:attempts:pair:${digest(`${name.toLowerCase()}\n${address}`)}`,
  client: ({ name, address }: Attempt): string => `auth:attempts:client:${digest(`${name}\n${address}`)}`,
  name: ({ name }: Attempt): string => `auth:attempts:name:${digest(name.toLowerCase())}`,
  address: ({ address }: Attempt): string => `auth:attempts:address:${digest(address)}`,
};

function createLocalCounters(clock: Clock) {
  const counters = new Map<string, { count: number; untilMs: number }>();
  const live = (key: string): { count: number; untilMs: number } | undefined => {
    const counter = counters.get(key);
    if (counter !== undefined && counter.untilMs > clock.monotonic()) return counter;
    counters.delete(key);
    return undefined;
  };
  return {
    read: (key: string): number => live(key)?.count ?? 0,
    increment(key: string): number {
      const counter = live(key) ?? { count: 0, untilMs: clock.monotonic() + attemptWindowMs };
      for (const oldest of counters.keys()) {
        if (counters.size < maxLocal) break;
        counters.delete(oldest);
      }
      counter.count += 1;
      counters.set(key, counter);
      return counter.count;
    },
    forget: (key: string): void => void counters.delete(key),
  };
}
