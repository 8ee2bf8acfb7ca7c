import type { Hono } from 'hono';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import { statisticsChannels } from '@handover/shared/api/statistics';
import { statisticsCookie } from '@handover/shared/headers';
import type { NotificationPolicy } from '../../contracts/notifications.ts';
import type { AdoptionHooks, AgentSessionKey } from '../../contracts/ownership.ts';
import { createStatisticsApp, type StatisticsEnv } from './app.ts';
import { createStatisticsPolicy, serviceState } from './notifications.ts';
import { ownerKey } from './owner-key.ts';
import type { StatisticsParts } from './parts.ts';
import { Subscribers } from './subscribers.ts';
import { principalFrom } from './token.ts';

/** The Statistics API, `/statistics/v3`. */
export interface StatisticsService {
  /** To be mounted at `/statistics/v3`. */
  readonly app: Hono<StatisticsEnv>;
  readonly policy: NotificationPolicy;
  /**
   * To be asked before each request to the notifications: throws when its token is not good, and sets the cookie that clients wait for. The
   * cookie proves nothing; the token does.
   */
  admit(request: IncomingMessage, response: ServerResponse): Promise<void>;
  readonly hooks: AdoptionHooks;
  /** Whose a request is, by its token; undefined when it is nobody's, or asks for what every node knows: then any node answers it. */
  ownerOf(request: IncomingMessage): Promise<AgentSessionKey | undefined>;
  /** Writes what other nodes need to go on. */
  drain(): void;
  start(): void;
  stop(): void;
  status(): { subscribers: number };
}

export function createStatisticsService(parts: StatisticsParts): StatisticsService {
  const subscribers = new Subscribers(parts);
  let unsubscribe = (): void => undefined;
  return {
    app: createStatisticsApp(parts, subscribers),
    policy: createStatisticsPolicy(parts, subscribers),
    hooks: subscribers.hooks,
    async ownerOf({ url = '/', headers }) {
      if (!isOwned(url)) return undefined;
      const principal = await principalFrom(headers.authorization, parts.identity).catch(() => undefined);
      return principal === undefined || subscribers.isAlone(ownerKey(principal)) ? undefined : ownerKey(principal);
    },
    drain: () => subscribers.save(),
    async admit(request, response) {
      await principalFrom(request.headers.authorization, parts.identity);
      if (request.headers.cookie?.includes(`${statisticsCookie}=`) === true) return;
      const attributes = ['Path=/', 'HttpOnly', ...(parts.secureCookies ? ['SameSite=None', 'Secure', 'Partitioned'] : [])];
      response.appendHeader('set-cookie', [`${statisticsCookie}=${randomUUID()}`, ...attributes].join('; '));
    },
    start() {
      subscribers.start();
      unsubscribe = parts.statistics.onChange(state =>
        parts.hub.deliver([...subscribers.clients()], statisticsChannels.service, serviceState(state)),
      );
    },
    stop() {
      unsubscribe();
      subscribers.stop();
    },
    status: () => ({ subscribers: subscribers.size }),
  };
}

const isOwned = (url: string): boolean => /^\/statistics\/v3\/(subscriptions|notifications)(\/|\?|$)/.test(url);
