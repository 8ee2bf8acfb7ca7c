import type { HttpBindings } from '@hono/node-server';
import { AppError, errorBody } from '@handover/shared/errors';
import { headers } from '@handover/shared/headers';
import { requestIdFrom } from '@handover/shared/ids';
import type { Logger } from '@handover/shared/log';
import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';

export interface AppEnvironment {
  Bindings: HttpBindings;
}
export type AppContext = Context<AppEnvironment>;

const maxBodyBytes = 65_536;

/** An application whose errors are answered by our table: code, public text, request id; never a dependency's text. */
export function createApp(log: Logger): Hono<AppEnvironment> {
  const app = new Hono<AppEnvironment>();
  app.notFound(c => errorAnswer(c, new AppError('request.not-found')));
  app.onError((error, c) => {
    const known = error instanceof AppError ? error : new AppError('internal.fault', { cause: error });
    if (known.status >= 500) log.error('a request failed', { requestId: requestIdOf(c), code: known.code, reason: error.message });
    return errorAnswer(c, known);
  });
  return app;
}

const madeIds = new WeakMap<Request, string>();

/** The request's id: the one that the server in front put into the answer, else the caller's, else one made here and kept. */
export function requestIdOf(c: AppContext): string {
  // Under a test without a server there are no bindings.
  const bindings = c.env as Partial<HttpBindings> | undefined;
  const chosen = bindings?.outgoing?.getHeader(headers.requestId) ?? c.req.header(headers.requestId) ?? madeIds.get(c.req.raw);
  const id = requestIdFrom(typeof chosen === 'string' ? chosen : undefined);
  madeIds.set(c.req.raw, id);
  return id;
}

function errorAnswer(c: AppContext, error: AppError): Response {
  const requestId = requestIdOf(c);
  if (error.status === 503 || error.status === 429) c.header('retry-after', '2');
  if (error.status === 401) c.header('www-authenticate', 'Bearer error="invalid_token"');
  return c.json(errorBody(error, requestId), error.status as ContentfulStatusCode);
}

/** The answer of every v3 operation that has nothing but success to tell. */
export const done = (operationId?: string): { status: { code: 0; message: string }; operationId?: string } => ({
  status: { code: 0, message: 'OK' },
  ...(operationId === undefined ? {} : { operationId }),
});

/** Reads a JSON body by a schema; the error names the first field at fault. */
export async function jsonBody<Schema extends z.ZodType>(c: AppContext, schema: Schema): Promise<z.infer<Schema>> {
  const text = await boundedText(c);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AppError('request.invalid', { text: 'The request body must be JSON.' });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('request.invalid', { field: issue?.path.join('.') ?? '', text: issue?.message ?? 'The request is not valid.' });
}

/** Reads a form body; the first value of each name. */
export async function formBody(c: AppContext): Promise<URLSearchParams> {
  if (!(c.req.header('content-type') ?? '').startsWith('application/x-www-form-urlencoded'))
    throw new AppError('request.invalid', { text: 'The request body must be a form.' });
  return new URLSearchParams(await boundedText(c));
}

async function boundedText(c: AppContext): Promise<string> {
  const declared = Number(c.req.header('content-length') ?? 0);
  if (declared > maxBodyBytes) throw new AppError('request.too-large');
  const reader = c.req.raw.body?.getReader();
  if (reader === undefined) return '';
  const chunks: Uint8Array[] = [];
  for (let size = 0; ;) {
    const { done: ended, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (ended || value === undefined) break;
    size += value.length;
    if (size > maxBodyBytes) {
      await reader.cancel();
      throw new AppError('request.too-large');
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const bearerShape = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i;
export const bearerOf = (c: AppContext): string | undefined => bearerShape.exec(c.req.header('authorization') ?? '')?.[1];

/** User and password of Basic authentication; undefined when there are none. */
export function basicOf(header: string | undefined): { user: string; password: string } | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? undefined : { user: text.slice(0, at), password: text.slice(at + 1) };
}
