import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { namedStatistic, type NamedStatistic } from '@handover/shared/api/statistics';
import { AppError } from '@handover/shared/errors';
import type { Statistics } from '../../../contracts/statistics.ts';
import type { ServiceParts } from '../parts.ts';
import { bodyOf, parsedData } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';

/** As many as an id can carry in a URL. */
const maxStatistics = 40;
const maxIdLength = 12_000;
const maxPeeked = 20;
export const reportingData = z.object({ statistics: z.array(namedStatistic).min(1).max(maxStatistics) });

/**
 * Statistics that a desktop looks at now and then. The subscription's id says what is in it, so that any node answers it after a failure and
 * nothing has to be kept or moved.
 */
export function mountReporting(app: Hono<WorkspaceEnv>, parts: ServiceParts): void {
  app.post('/reporting/subscriptions', async c => {
    const body = await bodyOf(c);
    const { statistics } = parsedData(reportingData, body.data);
    const data = { subscriptionId: idOf(statistics), statistics: await valuesOf(statistics, c, parts) };
    return c.json({ status: { code: 0 }, data, ...(body.operationId === undefined ? {} : { operationId: body.operationId }) });
  });
  app.get('/reporting/subscriptions', async c => {
    const ids = (c.req.query('ids') ?? '').split(',').filter(id => id !== '');
    if (ids.length === 0 || ids.length > maxPeeked)
      throw new AppError('request.invalid', { field: 'ids', text: `ids: 1 to ${maxPeeked} ids of subscriptions` });
    const subscriptions = await Promise.all(
      ids.map(async subscriptionId => ({ subscriptionId, statistics: await valuesOf(statisticsOf(subscriptionId), c, parts) })),
    );
    return c.json({ status: { code: 0 }, data: { subscriptions } });
  });
  app.get('/reporting/subscriptions/:id', async c => {
    const subscriptionId = c.req.param('id');
    const data = { subscriptionId, statistics: await valuesOf(statisticsOf(subscriptionId), c, parts) };
    return c.json({ status: { code: 0 }, data });
  });
  // Nothing is kept, so there is nothing to give up; a client of version 9.0.1 sends no id here at all.
  app.delete('/reporting/subscriptions/:id', c => c.json({ status: { code: 0 } }));
}

const idOf = (statistics: readonly NamedStatistic[]): string =>
  Buffer.from(JSON.stringify(statistics.map(({ objectId, objectType, name }) => [objectType, objectId, name]))).toString('base64url');

function statisticsOf(id: string): NamedStatistic[] {
  const rows = z.array(z.tuple([z.string(), z.string(), z.string()])).safeParse(id.length > maxIdLength ? undefined : jsonFrom(id));
  const objects = rows.success ? rows.data.map(([objectType, objectId, name]) => ({ objectType, objectId, name })) : undefined;
  const checked = reportingData.safeParse({ statistics: objects });
  if (!checked.success) throw new AppError('request.not-found');
  return checked.data.statistics;
}

function jsonFrom(id: string): unknown {
  try {
    return JSON.parse(Buffer.from(id, 'base64url').toString()) as unknown;
  } catch {
    return undefined;
  }
}

async function valuesOf(wanted: readonly NamedStatistic[], c: Context<WorkspaceEnv>, parts: ServiceParts): Promise<object[]> {
  const { statistics } = parts;
  if (statistics === undefined) throw new AppError('statistics.unavailable');
  const { tenant } = c.get('session').key;
  return Promise.all(wanted.map((each, index) => valueOf(each, index, tenant, statistics)));
}

async function valueOf(wanted: NamedStatistic, index: number, tenantName: string, statistics: Statistics): Promise<object> {
  const { objectId, objectType, name } = wanted;
  const reading = await statistics.get({ tenantName, objectId, objectType, statType: name });
  if (reading.ok)
    return { ...wanted, timestamp: reading.value.timestamp, value: { ...reading.value.value, timestamp: reading.value.timestamp } };
  if (reading.reason.kind !== 'invalid') throw new AppError('statistics.unavailable', { detail: reading.reason.kind });
  const field = `data.statistics.${index}.${reading.reason.attribute}`;
  throw new AppError('request.invalid', { field, text: `${field}: ${reading.reason.text}` });
}
