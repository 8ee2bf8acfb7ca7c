import { systemClock, type Clock } from '@handover/shared/time';
import type { Cache } from '../../contracts/stores.ts';

interface Entry {
  value: string;
  expiresAtMs: number;
}

/**
 * The cache contract inside one process, for tests. Holds at most `maxEntries`; when full the oldest entries go first.
 */
export function createMemoryCache(clock: Clock = systemClock, maxEntries = 10_000): Cache {
  const entries = new Map<string, Entry>();
  const read = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (entry === undefined || entry.expiresAtMs > clock.monotonic()) return entry;
    entries.delete(key);
    return undefined;
  };
  const write = (key: string, value: string, ttlMs: number): void => {
    entries.delete(key);
    for (const oldest of entries.keys()) {
      if (entries.size < maxEntries) break;
      entries.delete(oldest);
    }
    entries.set(key, { value, expiresAtMs: clock.monotonic() + ttlMs });
  };
  return {
    get: async key => read(key)?.value,
    set: async (key, value, ttlMs) => write(key, value, ttlMs),
    async setIfAbsent(key, value, ttlMs) {
      if (read(key) !== undefined) return false;
      write(key, value, ttlMs);
      return true;
    },
    async increment(key, ttlMs) {
      const entry = read(key);
      if (entry === undefined) write(key, '1', ttlMs);
      else entry.value = String(Number(entry.value) + 1);
      return Number(entry?.value ?? 1);
    },
    delete: async key => void entries.delete(key),
  };
}
