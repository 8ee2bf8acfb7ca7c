import { AppError } from '@handover/shared/errors';
import type { IncomingMessage } from 'node:http';

/** Reads a body whole, up to `limit` bytes; AppError `request.too-large` beyond, `request.timeout` after `deadlineMs`. */
export function readBody(request: IncomingMessage, limit: number, deadlineMs = 30_000): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => finish(new AppError('request.timeout')), deadlineMs);
    const finish = (fault?: Error): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      if (fault === undefined) resolve(Buffer.concat(chunks, size));
      else reject(fault);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) finish(new AppError('request.too-large'));
      else chunks.push(chunk);
    };
    const onEnd = (): void => finish();
    const onError = (cause: Error): void => finish(new AppError('request.invalid', { cause }));
    const onClose = (): void => finish(new AppError('request.invalid', { detail: 'the client left' }));
    request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

/** `rawBody` is where the HTTP adapter of the services looks for a body that was read before. */
type Kept = IncomingMessage & { rawBody?: Buffer };

/** Reads the body once and keeps it with the request, for whoever serves it in the end. */
export async function keepBody(request: Kept, limit: number): Promise<Buffer> {
  request.rawBody ??= await readBody(request, limit);
  return request.rawBody;
}
