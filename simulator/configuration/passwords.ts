import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface StoredPassword {
  userName: string;
  salt: string;
  hash: string;
}

const windowMs = 60_000;
const maxFailures = 5;
const maxUsers = 10_000;

const digest = (salt: string, password: string): Buffer => createHash('sha256').update(salt).update('\0').update(password).digest();

/** Passwords of a demonstration: the user name, until changed. Failures per user name are counted in a sliding window. */
export class Passwords {
  readonly #changed = new Map<string, StoredPassword>();
  readonly #failures = new Map<string, number[]>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes the same time whoever asks with whatever. `exists`: whether there is such an enabled person. */
  check(userName: string, password: string, exists: boolean): 'ok' | 'wrong' | 'too-many' {
    const since = this.#now() - windowMs;
    const recent = (this.#failures.get(userName) ?? []).filter(at => at > since);
    const stored = this.#changed.get(userName);
    const salt = stored?.salt ?? '';
    const wanted = stored === undefined ? digest(salt, userName) : Buffer.from(stored.hash, 'hex');
    const right = timingSafeEqual(wanted, digest(salt, password)) && exists;
    if (recent.length >= maxFailures) return 'too-many';
    if (right) {
      this.#failures.delete(userName);
      return 'ok';
    }
    this.#failures.delete(userName);
    this.#failures.set(userName, [...recent, this.#now()]);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > maxUsers && oldest !== undefined) this.#failures.delete(oldest);
    return 'wrong';
  }

  change(userName: string, password: string): StoredPassword {
    const salt = randomBytes(16).toString('hex');
    const stored = { userName, salt, hash: digest(salt, password).toString('hex') };
    this.put(stored);
    return stored;
  }

  put(stored: StoredPassword): void {
    this.#changed.set(stored.userName, stored);
  }

  all(): StoredPassword[] {
    return [...this.#changed.values()];
  }
}
