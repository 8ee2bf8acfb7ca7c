import type { Cache } from '../../../contracts/stores.ts';

/** Says which node of a region writes its index. */
export interface Lease {
  /** Takes the lease when nobody holds it, keeps it when we do; to be asked every second. */
  hold(): Promise<boolean>;
  release(): Promise<void>;
}

const key = 'search:collector';
const ttlMs = 8_000;

/**
 * Spares the server the same writes from every node; it protects nothing. Two holders write the same documents, and each writes again
 * what it learns later, so without a cache every node may write.
 */
export function createLease(cache: Cache, node: string): Lease {
  return {
    async hold() {
      try {
        if (await cache.setIfAbsent(key, node, ttlMs)) return true;
        if ((await cache.get(key)) !== node) return false;
        await cache.set(key, node, ttlMs);
        return true;
      } catch {
        return true;
      }
    },
    async release() {
      try {
        if ((await cache.get(key)) === node) await cache.delete(key);
      } catch {
        // It ends by itself.
      }
    },
  };
}
