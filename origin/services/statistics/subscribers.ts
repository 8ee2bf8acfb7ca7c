import { AppError } from '@handover/shared/errors';
import type { Principal } from '../../contracts/identity.ts';
import type { StatisticsParts } from './parts.ts';
import { Subscriber } from './subscriber.ts';

const maxSubscribers = 20_000;
const idleMs = 120_000;
const sweepMs = 15_000;

/** Whose statistics: a person's, or those of an application that signed in as itself. */
export const subscriberKey = ({ tenant, userName, clientId }: Pick<Principal, 'tenant' | 'userName' | 'clientId'>): string =>
  [tenant, userName === undefined ? 'application' : 'person', userName ?? clientId].map(encodeURIComponent).join('/');

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

  of(key: string): Subscriber | undefined {
    return this.#all.get(key);
  }

  /** Made when missing. */
  use(principal: Principal): Subscriber {
    const key = subscriberKey(principal);
    let subscriber = this.#all.get(key);
    if (subscriber === undefined) {
      if (this.#all.size >= maxSubscribers) throw new AppError('statistics.unavailable', { detail: 'too many subscribers' });
      subscriber = new Subscriber(principal.tenant, this.#parts);
      this.#all.set(key, subscriber);
    }
    subscriber.usedAtMs = this.#parts.clock.now();
    return subscriber;
  }

  *clients(): Generator<string> {
    for (const subscriber of this.#all.values()) yield* subscriber.clients;
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(sweepMs, () => {
      const before = this.#parts.clock.now() - idleMs;
      for (const [key, subscriber] of this.#all)
        if (subscriber.clients.size === 0 && subscriber.usedAtMs < before) this.#drop(key, subscriber);
      this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
    for (const [key, subscriber] of this.#all) this.#drop(key, subscriber);
  }

  #drop(key: string, subscriber: Subscriber): void {
    this.#all.delete(key);
    subscriber.end();
  }
}
