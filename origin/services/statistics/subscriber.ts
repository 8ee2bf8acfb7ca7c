import {
  statisticsChannels,
  type DescribedStatistic,
  type StatisticValueWire,
  type SubscriptionWire,
  type UpdatesWire,
} from '@handover/shared/api/statistics';
import { AppError } from '@handover/shared/errors';
import type { AgentSessionKey, Owned } from '../../contracts/ownership.ts';
import type { OpenedStatistic, StatReading, WantedStatistic } from '../../contracts/statistics.ts';
import { nameOf } from './owner-key.ts';
import type { StatisticsParts } from './parts.ts';
import { passportOf, type StatisticsPassport } from './passport.ts';
import { statisticError } from './refusal.ts';

interface Subscribed {
  described: DescribedStatistic;
  opened: OpenedStatistic;
}
interface Subscription {
  /** What was asked for: the same request again is the same subscription. */
  text: string;
  statistics: readonly Subscribed[];
}

const maxSubscriptions = 50;
const gatherMs = 50;
const reopenMs = 1_000;

/** One person's statistics, for all of their clients. Lives on the node that owns it, and moves with `passport`. */
export class Subscriber {
  readonly clients = new Set<string>();
  /** Undefined while nobody could say whose it is: then it is served here, and does not move. */
  owned: Owned | undefined;
  usedAtMs: number;
  readonly madeAtMs: number;
  readonly key: AgentSessionKey;
  readonly #parts: StatisticsParts;
  readonly #subscriptions = new Map<string, Subscription>();
  /** Being made, by their id. */
  readonly #making = new Map<string, { text: string; made: Promise<Subscription> }>();
  /** What another node had open and is not open here yet. */
  readonly #reopening = new Map<string, readonly DescribedStatistic[]>();
  /** Values not yet told; a newer one replaces an older one. */
  readonly #untold = new Map<string, StatisticValueWire>();
  #ended = false;

  constructor(key: AgentSessionKey, parts: StatisticsParts) {
    this.key = key;
    this.#parts = parts;
    this.usedAtMs = this.madeAtMs = parts.clock.now();
  }

  /** Opens every statistic of a subscription, or none; the id again with the same statistics is answered with the same subscription. */
  async subscribe(id: string, described: readonly DescribedStatistic[]): Promise<SubscriptionWire> {
    const text = JSON.stringify(described);
    const known = this.#subscriptions.get(id) ?? this.#making.get(id);
    if (known !== undefined && known.text !== text)
      throw new AppError('session.conflict', { field: 'operationId', text: 'operationId: there is another subscription of this name' });
    if (known === undefined && this.#subscriptions.size + this.#making.size >= maxSubscriptions)
      throw new AppError('session.conflict', {
        field: 'operationId',
        text: `operationId: at most ${maxSubscriptions} subscriptions may be open`,
      });
    const subscription = this.#subscriptions.get(id) ?? (await (this.#making.get(id)?.made ?? this.#make(id, text, described)));
    const statistics = subscription.statistics.map(({ described: each, opened }) => valueWire(each, id, opened.last));
    for (const value of statistics) this.#tellSoon(value);
    this.save();
    return { operationId: id, subscriptionId: id, statistics };
  }

  /** The values now, of all statistics of the subscription or of some. */
  async peek(id: string, statisticIds: readonly string[]): Promise<SubscriptionWire> {
    const subscription = await this.#open(id);
    const stranger = statisticIds.findIndex(wanted => !subscription.statistics.some(({ described }) => described.statisticId === wanted));
    if (stranger >= 0)
      throw new AppError('request.invalid', { field: 'statisticIds', text: 'statisticIds: the subscription has no such statistic' });
    const wanted = subscription.statistics.filter(
      ({ described }) => statisticIds.length === 0 || statisticIds.includes(described.statisticId),
    );
    const statistics = await Promise.all(wanted.map(async ({ described, opened }) => valueWire(described, id, await opened.peek())));
    return { operationId: id, subscriptionId: id, statistics };
  }

  unsubscribe(id: string): void {
    if (!this.#reopening.delete(id) && !this.#subscriptions.has(id)) throw new AppError('request.not-found');
    this.#close(id);
    this.save();
  }

  /** Tells a client every value as it is: it has just subscribed, or may have missed some. */
  tellAll(clientId: string): void {
    const statistics = [...this.#subscriptions].flatMap(([id, subscription]) =>
      subscription.statistics.map(({ described, opened }) => valueWire(described, id, opened.last)),
    );
    if (statistics.length > 0)
      this.#parts.hub.deliver([clientId], statisticsChannels.updates, { data: { statistics } } satisfies UpdatesWire);
  }

  /** Goes on where another node was: same clients, same subscriptions; the values are told as soon as they are there. */
  goOnFrom(passport: StatisticsPassport): void {
    for (const client of passport.clients) {
      try {
        this.#parts.hub.adopt(nameOf(this.key), client);
        this.clients.add(client.clientId);
      } catch (fault) {
        // One client that cannot go on shakes hands again; the others must not.
        this.#parts.log.warn('a Bayeux session was not adopted', { session: this.key.person, fault: String(fault) });
      }
    }
    for (const { id, statistics } of passport.subscriptions) {
      this.#reopening.set(id, statistics);
      void this.#reopen(id);
    }
  }

  /** What another node needs to go on; written later. */
  save(): void {
    const { owned, clients } = this;
    if (owned === undefined || this.#ended) return;
    const subscriptions = [...this.#subscriptions].map(([id, { statistics }]) => ({
      id,
      statistics: statistics.map(each => each.described),
    }));
    for (const [id, statistics] of this.#reopening) subscriptions.push({ id, statistics: [...statistics] });
    owned.savePassport(passportOf({ usedAtMs: this.usedAtMs, clients, subscriptions, hub: this.#parts.hub }));
  }

  end(): void {
    this.#ended = true;
    this.#reopening.clear();
    for (const id of [...this.#subscriptions.keys()]) this.#close(id);
  }

  /** An open subscription; one that is on its way from another node is waited for. */
  async #open(id: string): Promise<Subscription> {
    const subscription = this.#subscriptions.get(id) ?? (await this.#making.get(id)?.made);
    if (subscription !== undefined) return subscription;
    throw new AppError(this.#reopening.has(id) ? 'statistics.unavailable' : 'request.not-found');
  }

  /** As long as no Stat Server answers it is tried again; what it refuses for good is gone. */
  async #reopen(id: string): Promise<void> {
    const described = this.#reopening.get(id);
    if (described === undefined || this.#ended) return;
    try {
      if (!this.#subscriptions.has(id)) await (this.#making.get(id)?.made ?? this.#make(id, JSON.stringify(described), described));
      if (!this.#reopening.delete(id)) return this.#close(id);
      for (const { described: each, opened } of this.#subscriptions.get(id)?.statistics ?? [])
        this.#tellSoon(valueWire(each, id, opened.last));
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) this.#parts.clock.after(reopenMs, () => void this.#reopen(id));
      else {
        this.#parts.log.warn('a subscription was not opened again', { session: this.key.person, detail: error.message });
        this.#reopening.delete(id);
        this.save();
      }
    }
  }

  #close(id: string): void {
    const subscription = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    for (const { opened } of subscription?.statistics ?? []) opened.close();
  }

  #make(id: string, text: string, described: readonly DescribedStatistic[]): Promise<Subscription> {
    const made = this.#openAll(id, text, described).finally(() => this.#making.delete(id));
    this.#making.set(id, { text, made });
    return made;
  }

  async #openAll(id: string, text: string, described: readonly DescribedStatistic[]): Promise<Subscription> {
    const results = await Promise.all(
      described.map(each =>
        this.#parts.statistics.open(wantedFrom(each, this.key.tenant), reading => {
          if (this.#subscriptions.has(id)) this.#tellSoon(valueWire(each, id, reading));
        }),
      ),
    );
    const statistics = results.flatMap((result, index) => {
      const each = described[index];
      return result.ok && each !== undefined ? [{ described: each, opened: result.value }] : [];
    });
    const failed = results.findIndex(result => !result.ok);
    const failure = results[failed];
    if (this.#ended || failure?.ok === false) {
      for (const { opened } of statistics) opened.close();
      throw failure?.ok === false ? statisticError(failure.reason, `data.statistics.${failed}`) : new AppError('statistics.unavailable');
    }
    const subscription = { text, statistics };
    this.#subscriptions.set(id, subscription);
    return subscription;
  }

  /** One message tells what changes within a moment. */
  #tellSoon(value: StatisticValueWire): void {
    const first = this.#untold.size === 0;
    this.#untold.set(`${value.subscriptionId} ${value.statisticId}`, value);
    if (!first) return;
    this.#parts.clock.after(gatherMs, () => {
      const statistics = [...this.#untold.values()].filter(({ subscriptionId }) => this.#subscriptions.has(subscriptionId));
      this.#untold.clear();
      if (statistics.length > 0)
        this.#parts.hub.deliver(this.clients, statisticsChannels.updates, { data: { statistics } } satisfies UpdatesWire);
    });
  }
}

export const wantedFrom = (
  { objectId, objectType, name, definition }: Pick<DescribedStatistic, 'objectId' | 'objectType' | 'name' | 'definition'>,
  tenantName: string,
): WantedStatistic => ({
  tenantName,
  objectId,
  objectType,
  ...(name === undefined ? {} : { statType: name }),
  ...(definition === undefined ? {} : { definition: definition }),
});

export function valueWire(
  described: DescribedStatistic,
  subscriptionId: string,
  { value, timestamp, valid }: StatReading,
): StatisticValueWire {
  const { statisticId, objectId, objectType, name } = described;
  return {
    statisticId,
    subscriptionId,
    objectId,
    objectType,
    ...(name === undefined ? {} : { name }),
    timestamp,
    value: { ...value, timestamp },
    ...(valid === undefined ? {} : { valid }),
  };
}
