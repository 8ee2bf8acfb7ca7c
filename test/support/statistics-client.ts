import { createRequire } from 'node:module';
import type { DescribedStatistic, ServiceStateWire, SubscriptionWire, UpdatesWire } from '@handover/shared/api/statistics';
import { tokenOf } from './agent.ts';
import { createInbox, type Inbox } from './inbox.ts';

/** As much of `genesys-statistics-client-js` 9.0.2 as the tests use; it has no types of its own. */
interface VendorClient {
  readonly UPDATES_EVENT: string;
  readonly SERVICE_CHANGE_EVENT: string;
  readonly notifications: {
    readonly cometd: {
      getClientId(): string;
      addListener(channel: string, listener: (message: { successful?: boolean }) => void): unknown;
    };
  };
  on(event: string, listener: (data: unknown) => void): void;
  initialize(token: string): Promise<unknown>;
  createSubscription(operationId: string, statistics: readonly DescribedStatistic[], verbose: boolean): Promise<{ data: SubscriptionWire }>;
  peekSubscriptionStats(id: string, statisticIds: readonly string[], verbose: boolean): Promise<{ data: SubscriptionWire }>;
  deleteSubscription(id: string): Promise<unknown>;
  destroy(): void;
}

/** Somebody who watches statistics with the vendor's client. */
export interface StatisticsWatcher {
  readonly client: VendorClient;
  readonly updates: Inbox<UpdatesWire>;
  readonly service: Inbox<ServiceStateWire>;
  clientId(): string;
  /** Handshakes since the first one. */
  handshakes(): number;
  /** The next value of a statistic that `wanted` accepts. */
  value(statisticId: string, wanted: (value: UpdatesWire['data']['statistics'][number]['value']) => boolean, from: number): Promise<void>;
}

const require = createRequire(import.meta.url);

/** Signs in and shakes hands. Ends with `client.destroy()`. */
export async function watchStatistics(url: string, user: string): Promise<StatisticsWatcher> {
  const Client = require('genesys-statistics-client-js') as new (apiKey: string, baseUrl: string) => VendorClient;
  const client = new Client('any-key', url);
  const updates = createInbox<UpdatesWire>();
  const service = createInbox<ServiceStateWire>();
  client.on(client.UPDATES_EVENT, data => updates.push(data as UpdatesWire));
  client.on(client.SERVICE_CHANGE_EVENT, data => service.push(data as ServiceStateWire));
  await client.initialize(await tokenOf(url, user));
  const { cometd } = client.notifications;
  let handshakes = 0;
  cometd.addListener('/meta/handshake', () => (handshakes += 1));
  return {
    client,
    updates,
    service,
    clientId: () => cometd.getClientId(),
    handshakes: () => handshakes,
    async value(statisticId, wanted, from) {
      const tells = ({ data }: UpdatesWire): boolean =>
        data.statistics.some(each => each.statisticId === statisticId && wanted(each.value));
      await updates.next(`a value of ${statisticId}`, tells, { from });
    },
  };
}
