import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { Identity } from '../../contracts/identity.ts';
import type { NotificationHub } from '../../contracts/notifications.ts';
import type { Statistics } from '../../contracts/statistics.ts';

/** What the service is built on. `hub` is read at use, so that it may be a getter of what is built after the service. */
export interface StatisticsParts {
  statistics: Statistics;
  identity: Identity;
  hub: NotificationHub;
  /** Origins whose pages may use the service. */
  allowedOrigins: readonly string[];
  secureCookies: boolean;
  version: string;
  clock: Clock;
  log: Logger;
}
