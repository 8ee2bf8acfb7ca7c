import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { AppError, errorBody } from '@handover/shared/errors';
import { operationIdSchema } from '@handover/shared/api/workspace';
import type { WorkspaceEnv } from './env.ts';

/** Tells the edge that nothing was executed. */
const refusedHeader = 'x-handover-refused';
const maxBodyBytes = 65_536;

/** A refusal that executed nothing: the edge may try it elsewhere. */
export class Refused extends AppError {}

export interface Body {
  data: Record<string, unknown>;
  /** What stands beside `data`. */
  rest: Record<string, unknown>;
  operationId: string | undefined;
}

const bodySchema = z.looseObject({
  data: z.record(z.string(), z.unknown(), { error: 'must be an object' }).nullish(),
  operationId: operationIdSchema,
});

/** The JSON body `{data, operationId}`. None at all, or an empty one, is an empty object: clients send a content type without content. */
export async function bodyOf(c: Context<WorkspaceEnv>): Promise<Body> {
  const length = Number(c.req.header('content-length') ?? '0');
  if (length > maxBodyBytes) throw new AppError('request.too-large');
  const text = await c.req.text();
  if (text.length > maxBodyBytes) throw new AppError('request.too-large');
  if (text.trim() === '') return { data: {}, rest: {}, operationId: undefined };
  const parsed = bodySchema.safeParse(jsonFrom(text));
  if (!parsed.success) throw fieldError(parsed.error.issues, '');
  const { data, operationId, ...rest } = parsed.data;
  return { data: data ?? {}, rest, operationId };
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AppError('request.invalid', { field: 'body', text: 'The body must be JSON.' });
  }
}

/** The first issue as an error that names the field. */
export function fieldError(issues: readonly z.core.$ZodIssue[], under: string): AppError {
  const issue = issues[0];
  const path = [...(under === '' ? [] : [under]), ...(issue?.path ?? []).map(String)].join('.');
  return new AppError('request.invalid', {
    field: path === '' ? 'body' : path,
    text: `${path === '' ? 'body' : path}: ${issue?.message ?? 'not valid'}`,
  });
}

/** `data` by its schema, or the error that names the field. */
export function parsedData<T>(schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw fieldError(parsed.error.issues, 'data');
  return parsed.data;
}

/** The answer for whatever was thrown; only our own texts leave. */
export function errorAnswer(c: Context<WorkspaceEnv>, thrown: unknown, operationId?: string): Response {
  const known = thrown instanceof AppError;
  const error = known ? thrown : new AppError('internal.fault', { cause: thrown });
  const requestId = c.get('request').requestId;
  logOutcome(c, error, thrown);
  if (error instanceof Refused) c.header(refusedHeader, error.code);
  if (error.status === 503) c.header('retry-after', '1');
  return c.json(
    { ...errorBody(error, requestId), ...(operationId === undefined ? {} : { operationId }) },
    error.status as ContentfulStatusCode,
  );
}

/** A refusal is the normal course while a session or a site moves; what is not ours is a fault. */
function logOutcome(c: Context<WorkspaceEnv>, error: AppError, thrown: unknown): void {
  const fields = { requestId: c.get('request').requestId, path: c.req.path, code: error.code };
  const log = c.get('log');
  if (!(thrown instanceof AppError)) log.error('request failed', { ...fields, detail: String(thrown) });
  else if (error instanceof Refused) log.debug('request refused', fields);
  else if (error.status >= 500) log.warn('request not answered', { ...fields, detail: error.message });
}
