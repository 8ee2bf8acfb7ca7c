import { historyQuery, objectsQuery, type QuarterWire } from '@handover/shared/api/configuration';
import { AppError, errorBody } from '@handover/shared/errors';
import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import { quarterMs, type QuarterRecord } from '../../contracts/search.ts';
import type { RequestVariables } from '../../contracts/workspace.ts';
import { openApiDocument } from './doc.ts';
import { findObject, findObjects } from './objects.ts';
import type { ConfigurationParts } from './parts.ts';
import { readerFrom, type Reader } from './reader.ts';
import { isObjectType, wireOf } from './wire.ts';

export interface ConfigurationEnv {
  Variables: RequestVariables & { reader: Reader };
}

/** Carries the options that hold for every desktop. */
const clusterApplication = 'CloudCluster';
const defaultSpanMs = 8 * 3_600_000;
const longestSpanMs = 7 * 86_400_000;

/** The service's routes, relative to `/configuration/v3`. The server sets the variable `request` before. Reads only. */
export function createConfigurationApp(parts: ConfigurationParts): Hono<ConfigurationEnv> {
  const { configuration, index } = parts;
  const app = new Hono<ConfigurationEnv>();
  app.use(async (c, next) => {
    c.header('cache-control', 'no-store');
    await next();
  });
  app.onError((thrown, c) => errorAnswer(c, thrown, parts));
  let document: object | undefined;
  app.get('/doc', c => c.json((document ??= openApiDocument(parts.version))));
  app.get('/version', c => c.json({ status: { code: 0 }, data: { version: parts.version } }));
  app.use(async (c, next) => {
    c.set('reader', await readerFrom(c.req.header('authorization'), parts.identity, configuration));
    await next();
  });

  app.get('/system/application', c => {
    const application = configuration.all('CfgApplication').find(each => each.name === clusterApplication && each.state === 'Enabled');
    if (application === undefined) throw new AppError('request.not-found');
    const { dbid: DBID, name, appType: type, version } = application;
    return c.json({ status: { code: 0 }, data: { application: { DBID, name, type, version } } });
  });
  app.get('/objects/:type', async c => {
    const type = typeOf(c);
    const found = await findObjects(type, parsed(objectsQuery, c.req.query()), c.get('reader'), configuration, index);
    return c.json({ status: { code: 0 }, data: { [type]: found.objects, totalCount: found.totalCount } });
  });
  app.get('/objects/:type/:dbid', c => {
    const type = typeOf(c);
    const { person } = c.get('reader');
    const own = c.req.param('dbid') === 'me' && wireOfPersons.has(type) ? person : undefined;
    const found = own ?? findObject(type, Number(c.req.param('dbid')), c.get('reader'), configuration);
    if (found === undefined) throw new AppError('request.not-found');
    return c.json({ status: { code: 0 }, data: { [wireOfPersons.get(type) ?? 'object']: wireOf(found, configuration) } });
  });
  app.get('/objects/persons/:dbid/history', async c => {
    const reader = c.get('reader');
    const dbid = c.req.param('dbid') === 'me' ? (reader.person?.dbid ?? -1) : Number(c.req.param('dbid'));
    // What agents did is for them and for those who lead them.
    if (!reader.all && dbid !== reader.person?.dbid) throw new AppError('auth.forbidden');
    if (findObject('persons', dbid, { ...reader, all: true }, configuration) === undefined) throw new AppError('request.not-found');
    const span = spanFrom(parsed(historyQuery, c.req.query()), parts.clock.now());
    const records = await index.history.read({ tenantDbid: reader.tenantDbid, personDbid: dbid, ...span });
    return c.json({ status: { code: 0 }, data: { quarters: records.map(quarterWire) } });
  });
  // A route and not `notFound`, which a parent application would not take over.
  app.all('*', c => errorAnswer(c, new AppError(c.req.method === 'GET' ? 'request.not-found' : 'request.method'), parts));
  return app;
}

/** What a single person is called in an answer. */
const wireOfPersons: ReadonlyMap<string, string> = new Map([
  ['persons', 'person'],
  ['users', 'user'],
  ['agents', 'agent'],
]);

function typeOf(c: Context<ConfigurationEnv>) {
  const type = c.req.param('type') ?? '';
  if (!isObjectType(type)) throw new AppError('request.not-found');
  return type;
}

function spanFrom({ from, to }: z.infer<typeof historyQuery>, nowMs: number): { fromMs: number; toMs: number } {
  const toMs = to === undefined ? nowMs + 1 : Date.parse(to);
  const fromMs = from === undefined ? toMs - defaultSpanMs : Date.parse(from);
  if (fromMs >= toMs) throw new AppError('request.invalid', { field: 'from', text: 'from: must be before to' });
  if (toMs - fromMs > longestSpanMs) throw new AppError('request.invalid', { field: 'from', text: 'from: at most seven days before to' });
  // A quarter belongs to the answer with its first moment.
  return { fromMs: Math.floor(fromMs / quarterMs) * quarterMs, toMs };
}

const quarterWire = (record: QuarterRecord): QuarterWire => ({
  start: new Date(record.startMs).toISOString(),
  states: { ...record.stateS },
  handled: { ...record.handled },
});

/** The value by its schema, or the error that names the field. */
function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = String(issue?.path[0] ?? 'query');
  throw new AppError('request.invalid', { field, text: `${field}: ${issue?.message ?? 'not valid'}` });
}

function errorAnswer(c: Context<ConfigurationEnv>, thrown: unknown, { log }: ConfigurationParts): Response {
  const error = thrown instanceof AppError ? thrown : new AppError('internal.fault', { cause: thrown });
  const { requestId } = c.get('request');
  if (!(thrown instanceof AppError)) log.error('request failed', { requestId, path: c.req.path, detail: String(thrown) });
  else if (error.status >= 500) log.warn('request not answered', { requestId, path: c.req.path, code: error.code, detail: error.message });
  if (error.status === 503) c.header('retry-after', '1');
  return c.json(errorBody(error, requestId), error.status as ContentfulStatusCode);
}
