import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import {
  namedStatisticsData,
  objectQuery,
  subscriptionData,
  type PeekedStatisticWire,
  type NamedStatistic,
} from '@handover/shared/api/statistics';
import { AppError, errorBody } from '@handover/shared/errors';
import { uuidv7 } from '@handover/shared/ids';
import type { Principal } from '../../contracts/identity.ts';
import type { RequestVariables } from '../../contracts/workspace.ts';
import { ownerKey } from './owner-key.ts';
import type { StatisticsParts } from './parts.ts';
import { openApiDocument } from './doc.ts';
import { statisticError } from './refusal.ts';
import { wantedFrom } from './subscriber.ts';
import type { Subscribers } from './subscribers.ts';
import { principalFrom } from './token.ts';

export interface StatisticsEnv {
  Variables: RequestVariables & { principal: Principal };
}

const maxBodyBytes = 262_144;
const bodySchema = z.object({ data: z.record(z.string(), z.unknown()).default({}), operationId: z.string().min(1).max(128).optional() });

/** The service's routes, relative to `/statistics/v3`. The server sets the variable `request` before. */
export function createStatisticsApp(parts: StatisticsParts, subscribers: Subscribers): Hono<StatisticsEnv> {
  const app = new Hono<StatisticsEnv>();
  app.use(async (c, next) => {
    c.header('cache-control', 'no-store');
    await next();
  });
  app.onError((thrown, c) => errorAnswer(c, thrown, parts));
  let document: object | undefined;
  app.get('/doc', c => c.json((document ??= openApiDocument(parts.version))));
  app.get('/version', c => c.json({ status: { code: 0 }, data: { version: parts.version } }));
  app.use(async (c, next) => {
    c.set('principal', await principalFrom(c.req.header('authorization'), parts.identity));
    await next();
  });

  app.post('/subscriptions', async c => {
    const { data, operationId } = await bodyOf(c);
    const { statistics } = parsed(subscriptionData, data, 'data');
    const made = await subscribers.use(ownerKey(c.get('principal'))).subscribe(operationId ?? uuidv7(), statistics);
    return c.json({ status: { code: 0 }, data: made, operationId: made.operationId });
  });
  app.get('/subscriptions/:id/statistic-values', async c => {
    const asked = [...(c.req.queries('statisticIds') ?? []), ...(c.req.queries('statisticIds[]') ?? [])];
    const ids = asked.flatMap(text => text.split(',')).filter(id => id !== '');
    return c.json({ status: { code: 0 }, data: await subscribers.use(ownerKey(c.get('principal'))).peek(c.req.param('id'), ids) });
  });
  app.delete('/subscriptions/:id', c => {
    subscribers.use(ownerKey(c.get('principal'))).unsubscribe(c.req.param('id'));
    return c.json({ status: { code: 0 } });
  });
  app.get('/statistic-values/:name', async c => {
    const object = parsed(objectQuery, c.req.query(), '');
    const statistic = await peeked({ ...object, name: c.req.param('name') }, c.get('principal'), '');
    return c.json({ status: { code: 0 }, data: { statistic } });
  });
  app.post('/operations/get-statistic-ex', async c => {
    const { statistics } = parsed(namedStatisticsData, (await bodyOf(c)).data, 'data');
    const principal = c.get('principal');
    const values = await Promise.all(statistics.map((each, index) => peeked(each, principal, `data.statistics.${index}`)));
    return c.json({ status: { code: 0 }, data: { statistics: values } });
  });
  // A route and not `notFound`, which a parent application would not take over.
  app.all('*', c => errorAnswer(c, new AppError('request.not-found'), parts));
  return app;

  async function peeked(wanted: NamedStatistic, principal: Principal, under: string): Promise<PeekedStatisticWire> {
    const reading = await parts.statistics.get(wantedFrom(wanted, principal.tenant));
    if (!reading.ok) throw statisticError(reading.reason, under);
    const { value, timestamp } = reading.value;
    return { ...wanted, timestamp, value: { ...value, timestamp } };
  }
}

async function bodyOf(c: Context<StatisticsEnv>): Promise<z.infer<typeof bodySchema>> {
  if (Number(c.req.header('content-length') ?? '0') > maxBodyBytes) throw new AppError('request.too-large');
  const text = await c.req.text();
  if (text.length > maxBodyBytes) throw new AppError('request.too-large');
  return parsed(bodySchema, jsonFrom(text), '');
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AppError('request.invalid', { field: 'body', text: 'The body must be JSON.' });
  }
}

/** The value by its schema, or the error that names the field. */
function parsed<T>(schema: z.ZodType<T>, value: unknown, under: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [...(under === '' ? [] : [under]), ...(issue?.path ?? []).map(String)].join('.');
  const field = path === '' ? 'body' : path;
  throw new AppError('request.invalid', { field, text: `${field}: ${issue?.message ?? 'not valid'}` });
}

function errorAnswer(c: Context<StatisticsEnv>, thrown: unknown, { log }: StatisticsParts): Response {
  const error = thrown instanceof AppError ? thrown : new AppError('internal.fault', { cause: thrown });
  const { requestId } = c.get('request');
  if (!(thrown instanceof AppError)) log.error('request failed', { requestId, path: c.req.path, detail: String(thrown) });
  else if (error.status >= 500) log.warn('request not answered', { requestId, path: c.req.path, code: error.code, detail: error.message });
  if (error.status === 503) c.header('retry-after', '1');
  return c.json(errorBody(error, requestId), error.status as ContentfulStatusCode);
}
