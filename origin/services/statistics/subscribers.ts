import { AppError } from '@handover/shared/errors';
import type { AdoptionHooks, AgentSessionKey } from '../../contracts/ownership.ts';
import { nameOf } from './owner-key.ts';
import type { StatisticsParts } from './parts.ts';
import { passportFrom } from './passport.ts';
import { Subscriber } from './subscriber.ts';

const maxSubscribers = 20_000;
const idleMs = 120_000;
const sweepMs = 15_000;
const askAgainMs = 10_000;
const farewellMs = 1_000;
const nothing = { v: 1, usedAtMs: 0, clients: [] };

/** Everybody with statistics on this node. Who has no client and asks nothing for two minutes is forgotten. */
export class Subscribers {
  readonly #parts: StatisticsParts;
  readonly #all = new Map<string, Subscriber>();
  #cancel: (() => void) | undefined;

  constructor(parts: StatisticsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#all.size;
  }

  /** By the name of the key. */
  of(name: string): Subscriber | undefined {
    return this.#all.get(name);
  }

  /** Nobody could say lately whose it is: it is served here without asking again at once. */
  isAlone(key: AgentSessionKey): boolean {
    const subscriber = this.#all.get(nameOf(key));
    return subscriber !== undefined && subscriber.owned === undefined && this.#parts.clock.now() - subscriber.madeAtMs < askAgainMs;
  }

  /** Made when missing: then nobody could say whose it is, and it does not move. */
  use(key: AgentSessionKey): Subscriber {
    const subscriber = this.#all.get(nameOf(key)) ?? this.#add(key);
    subscriber.usedAtMs = this.#parts.clock.now();
    return subscriber;
  }

  *clients(): Generator<string> {
    for (const subscriber of this.#all.values()) yield* subscriber.clients;
  }

  readonly hooks: AdoptionHooks = {
    adopt: (key, owned, value) => {
      const present = this.#all.get(nameOf(key));
      const subscriber = present ?? this.#add(key);
      subscriber.owned = owned;
      const passport = present === undefined ? passportFrom(value) : undefined;
      const isOld = passport?.clients.length === 0 && passport.usedAtMs < this.#parts.clock.now() - idleMs;
      if (passport !== undefined && !isOld) subscriber.goOnFrom(passport);
      this.#parts.log.info('statistics adopted', { session: key.person, epoch: owned.epoch, clients: subscriber.clients.size });
      subscriber.save();
      return Promise.resolve();
    },
    lost: (key, reason) => {
      const name = nameOf(key);
      const subscriber = this.#all.get(name);
      if (subscriber === undefined) return;
      this.#parts.log.info('statistics lost', { session: key.person, reason });
      this.#drop(name, subscriber);
      this.#parts.hub.letGo([...subscriber.clients]);
    },
  };

  save(): void {
    for (const subscriber of this.#all.values()) subscriber.save();
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(sweepMs, () => {
      const before = this.#parts.clock.now() - idleMs;
      for (const [name, subscriber] of this.#all)
        if (subscriber.clients.size === 0 && subscriber.usedAtMs < before) void this.#forget(name, subscriber);
      this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
    for (const [name, subscriber] of this.#all) this.#drop(name, subscriber);
  }

  #add(key: AgentSessionKey): Subscriber {
    if (this.#all.size >= maxSubscribers) throw new AppError('statistics.unavailable', { detail: 'too many subscribers' });
    const subscriber = new Subscriber(key, this.#parts);
    this.#all.set(nameOf(key), subscriber);
    return subscriber;
  }

  /** For good: whoever asks next begins with nothing. */
  async #forget(name: string, subscriber: Subscriber): Promise<void> {
    this.#drop(name, subscriber);
    const { owned } = subscriber;
    subscriber.owned = undefined;
    if (owned === undefined) return;
    owned.savePassport(nothing);
    await owned.passportWritten(farewellMs);
    // Somebody may have come meanwhile: then it is theirs.
    const next = this.#all.get(name);
    if (next === undefined) return owned.end('linger');
    next.owned ??= owned;
    next.save();
  }

  #drop(name: string, subscriber: Subscriber): void {
    this.#all.delete(name);
    subscriber.end();
  }
}
