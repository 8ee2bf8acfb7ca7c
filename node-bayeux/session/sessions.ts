import { randomBytes } from 'node:crypto';
import type { Options } from '../options.ts';
import type { Session } from './session.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 22 characters of 62 are 130 bits. */
const randomLength = 22;
const maxFarewells = 10_000;

/** The sessions of one server, and those that said goodbye a moment ago. */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  readonly #farewells = new Map<string, number>();
  readonly #perBrowser = new Map<string, number>();
  readonly #perAddress = new Map<string, number>();

  get size(): number {
    return this.#byId.size;
  }

  /** Entries of every map, to prove that nothing stays behind. */
  get entries(): number {
    return this.#byId.size + this.#perBrowser.size + this.#perAddress.size;
  }

  get(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  values(): IterableIterator<Session> {
    return this.#byId.values();
  }

  /** Why there is no room for one more, if so. */
  isFull(options: Options, browserId: string | undefined, address: string): boolean {
    if (this.#byId.size >= options.maxSessions) return true;
    if (isOver(options.maxSessionsPerAddress, this.#perAddress.get(address))) return true;
    return browserId !== undefined && isOver(options.maxOpenSessionsPerBrowser, this.#perBrowser.get(browserId));
  }

  add(session: Session): void {
    this.#byId.set(session.id, session);
    this.#farewells.delete(session.id);
    session.countedBrowserId = session.browserId;
    count(this.#perBrowser, session.countedBrowserId, 1);
    count(this.#perAddress, session.address, 1);
  }

  remove(session: Session): void {
    if (!this.#byId.delete(session.id)) return;
    count(this.#perBrowser, session.countedBrowserId, -1);
    count(this.#perAddress, session.address, -1);
  }

  /** Remembers for a while that a client left on purpose: a late connect of it is told to stop, not to start again. */
  rememberFarewell(id: string, until: number): void {
    if (this.#farewells.size >= maxFarewells) {
      const oldest = this.#farewells.keys().next();
      if (!oldest.done) this.#farewells.delete(oldest.value);
    }
    this.#farewells.set(id, until);
  }

  hasLeft(id: string): boolean {
    return this.#farewells.has(id);
  }

  forgetFarewells(now: number): void {
    for (const [id, until] of this.#farewells) {
      if (until > now) return;
      this.#farewells.delete(id);
    }
  }

  newId(tag: string): string {
    for (;;) {
      const id = tag + randomText(randomLength);
      if (!this.#byId.has(id)) return id;
    }
  }
}

/** Letters and digits from the system's random source, each equally likely. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length + 8)) {
      // 248 is the largest multiple of 62 in a byte: what lies above would favour the first letters.
      if (byte < 248 && text.length < length) text += alphabet.charAt(byte % 62);
    }
  }
  return text;
}

function isOver(limit: number, known: number | undefined): boolean {
  return limit >= 0 && (known ?? 0) >= limit;
}

function count(map: Map<string, number>, key: string | undefined, step: number): void {
  if (key === undefined) return;
  const next = (map.get(key) ?? 0) + step;
  if (next > 0) map.set(key, next);
  else map.delete(key);
}
