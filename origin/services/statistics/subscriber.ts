import {
  statisticsChannels,
  type DescribedStatistic,
  type StatisticValueWire,
  type SubscriptionWire,
  type UpdatesWire,
} from '@handover/shared/api/statistics';
import { AppError } from '@handover/shared/errors';
import type { OpenedStatistic, StatReading, WantedStatistic } from '../../contracts/statistics.ts';
import type { StatisticsParts } from './parts.ts';
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

/** One person's statistics, for all of their clients. Lives on the node that its clients are connected to. */
export class Subscriber {
  readonly clients = new Set<string>();
  usedAtMs: number;
  readonly #parts: StatisticsParts;
  readonly #tenantName: string;
  readonly #subscriptions = new Map<string, Subscription>();
  /** Being made, by their text. */
  readonly #making = new Map<string, { text: string; made: Promise<Subscription> }>();
  /** Values not yet told; a newer one replaces an older one. */
  readonly #untold = new Map<string, StatisticValueWire>();
  #ended = false;

  constructor(tenantName: string, parts: StatisticsParts) {
    this.#tenantName = tenantName;
    this.#parts = parts;
    this.usedAtMs = parts.clock.now();
  }

  get subscriptions(): number {
    return this.#subscriptions.size;
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
    return { operationId: id, subscriptionId: id, statistics };
  }

  /** The values now, of all statistics of the subscription or of some. */
  async peek(id: string, statisticIds: readonly string[]): Promise<SubscriptionWire> {
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) throw new AppError('request.not-found');
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
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined) throw new AppError('request.not-found');
    this.#subscriptions.delete(id);
    for (const { opened } of subscription.statistics) opened.close();
  }

  end(): void {
    this.#ended = true;
    for (const id of [...this.#subscriptions.keys()]) this.unsubscribe(id);
  }

  #make(id: string, text: string, described: readonly DescribedStatistic[]): Promise<Subscription> {
    const made = this.#openAll(id, text, described).finally(() => this.#making.delete(id));
    this.#making.set(id, { text, made });
    return made;
  }

  async #openAll(id: string, text: string, described: readonly DescribedStatistic[]): Promise<Subscription> {
    const results = await Promise.all(
      described.map(each =>
        this.#parts.statistics.open(wantedFrom(each, this.#tenantName), reading => {
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

export function valueWire(described: DescribedStatistic, subscriptionId: string, { value, timestamp }: StatReading): StatisticValueWire {
  const { statisticId, objectId, objectType, name } = described;
  return {
    statisticId,
    subscriptionId,
    objectId,
    objectType,
    ...(name === undefined ? {} : { name }),
    timestamp,
    value: { ...value, timestamp },
  };
}
