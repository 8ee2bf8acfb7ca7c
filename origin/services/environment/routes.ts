import type { HttpBindings } from '@hono/node-server';
import { AppError, errorBody } from '@handover/shared/errors';
import { headers } from '@handover/shared/headers';
import { requestIdFrom, uuidv7 } from '@handover/shared/ids';
import type { Logger } from '@handover/shared/log';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import type { Identity } from '../../contracts/identity.ts';
import type { AuditEntry, ContactCenters, ReadFrom } from '../../contracts/stores.ts';
import { corsSetting, isLocation, originFrom } from './origins.ts';

export interface AppEnvironment {
  Bindings: HttpBindings;
}
type AppContext = Context<AppEnvironment>;

export interface RouteParts {
  contactCenters: ContactCenters;
  identity: Pick<Identity, 'requireOperator'>;
  log: Logger;
  /** A change of origins was made here. */
  changed: () => void;
}

const name = z.string().regex(/^[A-Za-z0-9._ -]{1,128}$/, 'must be 1-128 letters, digits, dots, dashes, underscores or spaces');
const domain = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1-64 letters, digits, dots, dashes or underscores')
  .transform(text => text.toLowerCase());
const operationId = z.string().max(128).optional();
const origin = z.string().transform((text, context) => {
  const found = originFrom(text);
  if (found === undefined) context.addIssue({ code: 'custom', message: 'must be an origin such as https://host' });
  return found ?? '';
});
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform(text => text === 'true')]);

const environmentBody = z.object({ data: z.object({ id: z.uuid().optional(), name: name.optional() }), operationId });
const centerBody = z.object({
  data: z.object({
    id: z.uuid().optional(),
    name: name.optional(),
    domains: z.array(domain).min(1).max(32),
    environmentId: z.uuid(),
    auth: z.literal('configServer').default('configServer'),
  }),
  operationId,
});
const settingBody = z.object({
  data: z
    .object({
      name,
      location: z.string().refine(isLocation, 'must be a path such as /us-east').default('/'),
      value: z.string().max(8_192),
      shared: flag.default(false),
    })
    .refine(data => data.name !== corsSetting || data.value.split(',').every(entry => originFrom(entry) !== undefined), {
      path: ['value'],
      message: 'must be origins, separated by commas',
    }),
  operationId,
});
const corsBody = z.object({ data: z.object({ origin, contactCenterId: z.uuid().optional() }), operationId });

/** `/environment/v3`, for operators only. */
export function createRoutes(parts: RouteParts): Hono<AppEnvironment> {
  const { contactCenters: store } = parts;
  const app = new Hono<AppEnvironment>();
  app.notFound(c => errorAnswer(c, new AppError('request.not-found')));
  app.onError((error, c) => {
    const known = error instanceof AppError ? error : new AppError('internal.fault', { cause: error });
    if (known.status >= 500) parts.log.error('a request failed', { requestId: requestIdOf(c), code: known.code, reason: error.message });
    return errorAnswer(c, known);
  });
  app.use(bodyLimit({ maxSize: 65_536, onError: (c: AppContext) => errorAnswer(c, new AppError('request.too-large')) }));
  const actorOf = (c: AppContext): Promise<string> => parts.identity.requireOperator(c.env.incoming);

  app.get('/environments', async c => {
    await actorOf(c);
    return c.json({ ...done(), data: { environments: await upToDate(from => store.environments(from)) } });
  });
  app.post('/environments', async c => {
    const actor = await actorOf(c);
    const body = await jsonBody(c, environmentBody);
    const id = body.data.id ?? uuidv7();
    const made = await store.createEnvironment({ id, name: body.data.name ?? id }, entry(c, actor, 'environment.create', id));
    if (!made.ok) throw conflict('data.name', 'There is an environment of this id or name.');
    return c.json({ ...done(body.operationId), path: `/environments/${id}`, data: made.value });
  });

  app.get('/contact-centers', async c => {
    await actorOf(c);
    return c.json({ ...done(), data: { contactCenters: await upToDate(from => store.contactCenters(from)) } });
  });
  app.post('/contact-centers', async c => {
    const actor = await actorOf(c);
    const { data, operationId: operation } = await jsonBody(c, centerBody);
    const id = data.id ?? uuidv7();
    const center = { id, name: data.name ?? data.domains[0] ?? id, domains: [...new Set(data.domains)], environmentId: data.environmentId };
    const made = await store.createContactCenter(center, entry(c, actor, 'contact-center.create', id, { domains: center.domains }));
    if (made.ok) return c.json({ ...done(operation), path: `/contact-centers/${id}`, data: { ...made.value, auth: data.auth } });
    if (made.reason === 'no-environment') throw invalid('data.environmentId', 'There is no such environment.');
    throw made.reason === 'exists'
      ? conflict('data.id', 'There is a contact centre of this id or name.')
      : conflict('data.domains', 'A domain belongs to another contact centre.');
  });

  app.get('/contact-centers/:id/settings', async c => {
    await actorOf(c);
    const id = idOf(c);
    return c.json({ ...done(), data: { settings: await upToDate(from => store.settings(id, from)) } });
  });
  app.post('/contact-centers/:id/settings', async c => {
    const actor = await actorOf(c);
    const id = idOf(c);
    const { data, operationId: operation } = await jsonBody(c, settingBody);
    const audit = entry(c, actor, 'setting.put', id, { name: data.name, location: data.location });
    const put = await store.putSetting({ id: uuidv7(), contactCenterId: id, ...data }, audit);
    if (!put.ok) throw new AppError('request.not-found');
    parts.changed();
    return c.json({ ...done(operation), path: `/contact-centers/${id}/settings`, data: put.value });
  });

  app.get('/cors', async c => {
    await actorOf(c);
    return c.json({ ...done(), data: { origins: await upToDate(from => store.corsOrigins(from)) } });
  });
  app.post('/cors', async c => {
    const actor = await actorOf(c);
    const { data, operationId: operation } = await jsonBody(c, corsBody);
    const id = uuidv7();
    const wanted = { id, origin: data.origin, ...(data.contactCenterId === undefined ? {} : { contactCenterId: data.contactCenterId }) };
    const added = await store.addCorsOrigin(wanted, entry(c, actor, 'cors.add', data.origin));
    if (!added.ok) throw invalid('data.contactCenterId', 'There is no such contact centre.');
    parts.changed();
    return c.json({ ...done(operation), path: `/cors/${added.value.id}`, data: added.value });
  });
  app.delete('/cors/:id', async c => {
    const actor = await actorOf(c);
    const id = idOf(c);
    if (!(await store.removeCorsOrigin(id, entry(c, actor, 'cors.remove', id)))) throw new AppError('request.not-found');
    parts.changed();
    return c.json(done());
  });
  return app;
}

const madeIds = new WeakMap<Request, string>();

/** The id that the server in front put into the answer, else the caller's, else one made here and kept. */
function requestIdOf(c: AppContext): string {
  const chosen = c.env.outgoing.getHeader(headers.requestId) ?? c.req.header(headers.requestId) ?? madeIds.get(c.req.raw);
  const id = requestIdFrom(typeof chosen === 'string' ? chosen : undefined);
  madeIds.set(c.req.raw, id);
  return id;
}

function errorAnswer(c: AppContext, error: AppError): Response {
  if (error.status === 503 || error.status === 429) c.header('retry-after', '2');
  if (error.status === 401) c.header('www-authenticate', 'Basic realm="operators"');
  return c.json(errorBody(error, requestIdOf(c)), error.status as ContentfulStatusCode);
}

const done = (operation?: string) => ({
  status: { code: 0, message: 'OK' },
  ...(operation === undefined ? {} : { operationId: operation }),
});
const conflict = (field: string, text: string): AppError => new AppError('session.conflict', { field, text });
const invalid = (field: string, text: string): AppError => new AppError('request.invalid', { field, text });

function idOf(c: AppContext): string {
  const id = c.req.param('id') ?? '';
  if (!z.uuid().safeParse(id).success) throw new AppError('request.not-found');
  return id;
}

async function jsonBody<Schema extends z.ZodType>(c: AppContext, schema: Schema): Promise<z.infer<Schema>> {
  let value: unknown;
  try {
    value = await c.req.json();
  } catch {
    throw new AppError('request.invalid', { text: 'The request body must be JSON.' });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(issue?.path.join('.') ?? '', issue?.message ?? 'The request is not valid.');
}

/** From the primary, where an operator's own change of a moment ago is; without one, what there is. */
async function upToDate<T>(read: (from: ReadFrom) => Promise<T>): Promise<T> {
  try {
    return await read('primary');
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('store.')) return read('local');
    throw error;
  }
}

const entry = (c: AppContext, actor: string, action: string, subject: string, detail: AuditEntry['detail'] = {}): AuditEntry => ({
  actor,
  action,
  subject,
  detail,
  requestId: requestIdOf(c),
});
