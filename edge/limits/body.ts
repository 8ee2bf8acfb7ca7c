import { AppError } from '@handover/shared/errors';

/** Bodies up to this size are kept for a second attempt; Bayeux and API bodies are far smaller. */
export const replayLimitBytes = 65_536;

/** A request body on its way: kept whole (`bytes`), streamed once (`stream`), or none. */
export type TakenBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'stream'; readonly stream: ReadableStream<Uint8Array>; readonly length: number | undefined };

const none: TakenBody = { kind: 'none' };

/**
 * Reads a small body whole, passes a large one on as a stream that ends with an error at `maxBytes`. Refuses a larger announced length. A promise only
 * when something has to be read.
 */
export function takeBody(request: Request, headers: Headers, maxBytes: number): TakenBody | Promise<TakenBody> {
  const announced = lengthOf(headers);
  if (announced !== undefined && announced > maxBytes) throw new AppError('request.too-large');
  // Without a look at `body`: the stream that this would make costs more than the bytes.
  if (announced !== undefined && announced <= replayLimitBytes) return whole(request);
  const body: ReadableStream<Uint8Array> | null = request.body;
  if (body === null) return none;
  return announced === undefined ? peek(body, maxBytes) : { kind: 'stream', stream: body, length: announced };
}

const whole = async (request: Request): Promise<TakenBody> => ({ kind: 'bytes', bytes: new Uint8Array(await request.arrayBuffer()) });

function lengthOf(headers: Headers): number | undefined {
  const text = headers.get('content-length');
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new AppError('request.invalid', { field: 'content-length' });
  return Number(text);
}

/** No length announced: reads on until the end or the limit for keeping, then streams what was read and the rest. */
async function peek(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<TakenBody> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  while (total <= replayLimitBytes) {
    const { done, value } = await reader.read();
    if (done) return { kind: 'bytes', bytes: joined(chunks, total) };
    chunks.push(value);
    total += value.length;
  }
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const early = chunks.shift();
      if (early !== undefined) return controller.enqueue(early);
      const { done, value } = await reader.read();
      if (done) return controller.close();
      total += value.length;
      if (total > maxBytes) controller.error(new AppError('request.too-large'));
      else controller.enqueue(value);
    },
    cancel: reason => reader.cancel(reason),
  });
  return { kind: 'stream', stream, length: undefined };
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
