import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { describedStatistic, type DescribedStatistic } from '@handover/shared/api/statistics';
import type { MovableClient, NotificationHub } from '../../contracts/notifications.ts';

const client = z.object({
  clientId: z.string().max(128),
  browserHash: z.string().max(128).optional(),
  subscriptions: z.array(z.string().max(255)).max(32),
  lastAck: z.number().optional(),
});
const subscriptionsSchema = z.array(z.object({ id: z.string().max(128), statistics: z.array(describedStatistic) })).max(64);

/** What travels. A board of hundreds of statistics says the same words again and again: packed it is a quarter. */
const wireSchema = z.object({
  v: z.literal(1),
  usedAtMs: z.number(),
  clients: z.array(client).max(64),
  /** The subscriptions: JSON, deflated, base64; absent when they were too many. */
  packed: z.string().optional(),
});

/** What another node needs to go on with somebody's statistics. No values: they are read again. */
export interface StatisticsPassport {
  usedAtMs: number;
  /** Empty when not everything could be taken along: then clients shake hands again, and know that they have to subscribe again. */
  clients: readonly MovableClient[];
  subscriptions: readonly { id: string; statistics: DescribedStatistic[] }[];
}

const maxPackedChars = 28_000;
const maxUnpackedBytes = 4 * 1024 * 1024;

export function passportOf(source: {
  usedAtMs: number;
  clients: Iterable<string>;
  subscriptions: readonly { id: string; statistics: DescribedStatistic[] }[];
  hub: Pick<NotificationHub, 'describe'>;
}): z.infer<typeof wireSchema> {
  const { usedAtMs } = source;
  const packed = deflateRawSync(JSON.stringify(source.subscriptions)).toString('base64');
  if (packed.length > maxPackedChars) return { v: 1, usedAtMs, clients: [] };
  const clients = [...source.clients].slice(-64).flatMap(id => {
    const described = source.hub.describe(id);
    return described === undefined ? [] : [{ ...described, subscriptions: [...described.subscriptions].slice(0, 32) }];
  });
  return { v: 1, usedAtMs, clients, packed };
}

/** What travelled as a passport; undefined when it is none that this version understands. */
export function passportFrom(value: unknown): StatisticsPassport | undefined {
  const parsed = wireSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { usedAtMs, clients, packed } = parsed.data;
  const subscriptions = packed === undefined ? [] : unpacked(packed);
  return subscriptions === undefined ? undefined : { usedAtMs, clients, subscriptions };
}

function unpacked(packed: string): StatisticsPassport['subscriptions'] | undefined {
  try {
    const text = inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: maxUnpackedBytes }).toString('utf8');
    const parsed = subscriptionsSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
