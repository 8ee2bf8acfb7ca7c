import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

// argon2id is the library's default algorithm; its name is a const enum, which does not exist at run time.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const maxVerified = 1_000;
const maxRunning = 8;

/** argon2id of a secret, about 27 ms of a thread that is not ours. */
export const hashSecret = (secret: string): Promise<string> => hash(secret, cost);

export interface SecretChecker {
  /** Whether this secret fitted this hash before. */
  remembers(clientId: string, secret: string, secretHash: string): boolean;
  /** Compares a client's secret with its hash. False also when too many comparisons run: then nobody is let in. */
  check(clientId: string, secret: string, secretHash: string): Promise<boolean>;
}

/**
 * Remembers, under a key of this process, which secret fitted which hash: a client that asks for a token every second costs one slow
 * comparison, not one each time. A wrong secret is never remembered.
 */
export function createSecretChecker(): SecretChecker {
  const key = randomBytes(32);
  const verified = new Map<string, { secretHash: string; mark: Buffer }>();
  const comparing = new Map<string, Promise<boolean>>();
  let running = 0;
  const markOf = (secret: string): Buffer => createHmac('sha256', key).update(secret).digest();
  return {
    remembers(clientId, secret, secretHash) {
      const known = verified.get(clientId);
      return known?.secretHash === secretHash && timingSafeEqual(known.mark, markOf(secret));
    },
    check(clientId, secret, secretHash) {
      const mark = markOf(secret);
      // A floor that signs in at once through one client asks the same thing a hundred times: it is compared once.
      const name = `${mark.toString('hex')} ${secretHash} ${clientId}`;
      const same = comparing.get(name);
      if (same !== undefined) return same;
      const begun = compare(clientId, secret, secretHash, mark).finally(() => comparing.delete(name));
      comparing.set(name, begun);
      return begun;
    },
  };

  async function compare(clientId: string, secret: string, secretHash: string, mark: Buffer): Promise<boolean> {
    if (running >= maxRunning) return false;
    running += 1;
    try {
      if (!(await verify(secretHash, secret))) return false;
    } catch {
      return false;
    } finally {
      running -= 1;
    }
    if (verified.size >= maxVerified) verified.clear();
    verified.set(clientId, { secretHash, mark });
    return true;
  }
}

/** Compares two texts without telling by the time it takes where they differ. */
export function sameText(one: string, other: string): boolean {
  const key = randomBytes(32);
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
