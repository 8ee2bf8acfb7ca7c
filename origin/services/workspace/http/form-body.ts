import type { Context } from 'hono';
import { AppError } from '@handover/shared/errors';
import { maxAttachmentBytes } from '@handover/shared/api/workspace';
import type { Body } from './envelope.ts';
import type { WorkspaceEnv } from './env.ts';

/** Room for the form around the file. */
const maxFormBytes = maxAttachmentBytes + 16_384;

const invalid = (text: string): AppError => new AppError('request.invalid', { field: 'attachment', text: `attachment: ${text}` });

/** A form with one file named `attachment` and perhaps an `operationId`. */
export async function fileBodyOf(c: Context<WorkspaceEnv>): Promise<Body> {
  if (Number(c.req.header('content-length') ?? '0') > maxFormBytes) throw new AppError('request.too-large');
  if (c.req.header('content-type')?.startsWith('multipart/form-data') !== true) throw invalid('must be a file in a form');
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > maxFormBytes) throw new AppError('request.too-large');
  const type = c.req.header('content-type') ?? '';
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch(() => undefined);
  const file = form?.get('attachment');
  if (!(file instanceof File)) throw invalid('must be a file in a form');
  const given = form?.get('operationId');
  const content = new Uint8Array(await file.arrayBuffer());
  const mime = file.type === '' ? 'application/octet-stream' : file.type;
  const operationId = typeof given === 'string' && given !== '' && given.length <= 128 ? given : undefined;
  return { data: { name: file.name, mime, content }, rest: {}, operationId };
}
