import { z } from 'zod';
import { describedStatistic, type DescribedStatistic } from '@handover/shared/api/statistics';
import type { NotificationHub } from '../../contracts/notifications.ts';

const client = z.object({
  clientId: z.string().max(128),
  browserHash: z.string().max(128).optional(),
  subscriptions: z.array(z.string().max(255)).max(32),
  lastAck: z.number().optional(),
});

/** What another node needs to go on with somebody's statistics. No values: they are read again. */
const passportSchema = z.object({
  v: z.literal(1),
  usedAtMs: z.number(),
  clients: z.array(client).max(64),
  subscriptions: z.array(z.object({ id: z.string().max(128), statistics: z.array(describedStatistic) })).max(64),
});
export type StatisticsPassport = z.infer<typeof passportSchema>;

/** As much as travels; a definition has its own limits. */
const maxChars = 32_000;

/** What does not fit is left out: the longest open subscriptions stay. */
export function passportOf(source: {
  usedAtMs: number;
  clients: Iterable<string>;
  subscriptions: readonly { id: string; statistics: DescribedStatistic[] }[];
  hub: Pick<NotificationHub, 'describe'>;
}): StatisticsPassport {
  const clients = [...source.clients].slice(-64).flatMap(id => {
    const described = source.hub.describe(id);
    return described === undefined ? [] : [{ ...described, subscriptions: [...described.subscriptions].slice(0, 32) }];
  });
  const passport: StatisticsPassport = { v: 1, usedAtMs: source.usedAtMs, clients, subscriptions: [] };
  let left = maxChars - JSON.stringify(passport).length;
  for (const subscription of source.subscriptions) {
    left -= JSON.stringify(subscription).length + 1;
    if (left >= 0) passport.subscriptions.push(subscription);
  }
  return passport;
}

/** What travelled as a passport; undefined when it is none that this version understands. */
export function passportFrom(value: unknown): StatisticsPassport | undefined {
  const parsed = passportSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
