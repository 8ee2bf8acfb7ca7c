import { statisticsChannels, type ServiceStateWire } from '@handover/shared/api/statistics';
import type { NotificationPolicy } from '../../contracts/notifications.ts';
import type { StatisticsParts } from './parts.ts';
import { nameOf, ownerKey } from './owner-key.ts';
import type { Subscribers } from './subscribers.ts';
import { principalFrom } from './token.ts';

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
const known: readonly string[] = [...Object.values(statisticsChannels), '/statistics/v3/*', '/statistics/v3/**'];
const coversUpdates = (channel: string): boolean => channel !== statisticsChannels.service;
const coversService = (channel: string): boolean => channel !== statisticsChannels.updates;

export const serviceState = (state: 'up' | 'down'): ServiceStateWire => ({
  data: { serviceState: state === 'up' ? 'Available' : 'Unavailable' },
});

/** The handshake is the session: whoever has a token may have one, and is told whether the service is available. */
export function createStatisticsPolicy(parts: StatisticsParts, subscribers: Subscribers): NotificationPolicy {
  return {
    async identify({ headers }) {
      const origin = first(headers['origin']);
      if (origin !== undefined && !parts.allowedOrigins.includes(origin)) return undefined;
      const principal = await principalFrom(first(headers['authorization']), parts.identity).catch(() => undefined);
      if (principal === undefined) return undefined;
      return nameOf(subscribers.use(ownerKey(principal)).key);
    },
    onAttach(name, clientId) {
      const subscriber = subscribers.of(name);
      subscriber?.clients.add(clientId);
      subscriber?.save();
    },
    onSubscribed(name, clientId, channel) {
      const subscriber = subscribers.of(name);
      subscriber?.save();
      // Clients ask for statistics before they know that they are subscribed: what was told meanwhile went to nobody.
      if (coversUpdates(channel)) subscriber?.tellAll(clientId);
      if (coversService(channel)) parts.hub.deliver([clientId], statisticsChannels.service, serviceState(parts.statistics.state));
    },
    maySubscribe: (_key, channel) => known.includes(channel),
    // Values make up for values: all of them, as they are now.
    onMissed: (name, clientId) => subscribers.of(name)?.tellAll(clientId),
    onDetach(name, clientId) {
      const subscriber = subscribers.of(name);
      if (subscriber === undefined) return;
      subscriber.clients.delete(clientId);
      subscriber.usedAtMs = parts.clock.now();
      subscriber.save();
    },
  };
}
