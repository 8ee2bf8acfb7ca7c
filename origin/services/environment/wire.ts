import type { HttpBindings } from '@hono/node-server';
import { AppError, errorBody } from '@handover/shared/errors';
import { headers } from '@handover/shared/headers';
import { requestIdFrom } from '@handover/shared/ids';
import { etagOf, type ExpectedVersion } from '@handover/shared/versions';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import type { AuditEntry, ReadFrom } from '../../contracts/stores.ts';

export interface AppEnvironment {
  Bindings: HttpBindings;
}
export type AppContext = Context<AppEnvironment>;

const madeIds = new WeakMap<Request, string>();

/** The id that the server in front put into the answer, else the caller's, else one made here and kept. */
export function requestIdOf(c: AppContext): string {
  const chosen = c.env.outgoing.getHeader(headers.requestId) ?? c.req.header(headers.requestId) ?? madeIds.get(c.req.raw);
  const id = requestIdFrom(typeof chosen === 'string' ? chosen : undefined);
  madeIds.set(c.req.raw, id);
  return id;
}

export function errorAnswer(c: AppContext, error: AppError): Response {
  if (error.status === 503 || error.status === 429) c.header('retry-after', '2');
  if (error.status === 401) c.header('www-authenticate', 'Basic realm="operators"');
  return c.json(errorBody(error, requestIdOf(c)), error.status as ContentfulStatusCode);
}

export const done = (operation?: string) => ({
  status: { code: 0, message: 'OK' },
  ...(operation === undefined ? {} : { operationId: operation }),
});
export const conflict = (field: string, text: string): AppError => new AppError('session.conflict', { field, text });
export const invalid = (field: string, text: string): AppError => new AppError('request.invalid', { field, text });
/** The record has another version than the change was bound to. */
export const outdated = (expected: ExpectedVersion | undefined): AppError =>
  expected?.outdated() ?? conflict('data.version', 'The record was changed meanwhile.');

/** The answer about one record, whose version is its entity tag. */
export function answer(c: AppContext, path: string, data: { version: number }, operation?: string): Response {
  c.header('etag', etagOf(data.version));
  return c.json({ ...done(operation), path, data });
}

/** A UUID of the path; anything else names nothing. */
export function idOf(c: AppContext, name = 'id'): string {
  const id = c.req.param(name) ?? '';
  if (!z.uuid().safeParse(id).success) throw new AppError('request.not-found');
  return id;
}

/** Reads a JSON body by a schema; the error names the first field at fault. */
export async function jsonBody<Schema extends z.ZodType>(c: AppContext, schema: Schema): Promise<z.infer<Schema>> {
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
export async function upToDate<T>(read: (from: ReadFrom) => Promise<T>): Promise<T> {
  try {
    return await read('primary');
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('store.')) return read('local');
    throw error;
  }
}

export const entry = (c: AppContext, actor: string, action: string, subject: string, detail: AuditEntry['detail'] = {}): AuditEntry => ({
  actor,
  action,
  subject,
  detail,
  requestId: requestIdOf(c),
});
