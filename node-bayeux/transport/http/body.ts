import type { IncomingMessage } from 'node:http';

/** The body as text, or why there is none. */
export type BodyOutcome = { readonly text: string } | { readonly refusal: 'body_too_large' };

/**
 * Reads a body of at most `limit` bytes and calls back once. A longer one is refused as soon as that is known; the rest is
 * not kept.
 */
export function readBody(request: IncomingMessage, limit: number, done: (outcome: BodyOutcome) => void): void {
  const announced = request.headers['content-length'];
  if (announced !== undefined && Number(announced) > limit) {
    done({ refusal: 'body_too_large' });
    return;
  }
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) {
      if (size - chunk.length <= limit) done({ refusal: 'body_too_large' });
    } else if (first === undefined) first = chunk;
    else (more ??= [first]).push(chunk);
  });
  request.on('end', () => {
    if (size <= limit) done({ text: textOf(first, more) });
  });
  // A body that breaks off has no end: its request is answered by nobody, and Node bounds how long it may take.
}

function textOf(first: Buffer | undefined, more: Buffer[] | undefined): string {
  if (first === undefined) return '';
  return more === undefined ? first.toString('utf8') : Buffer.concat(more).toString('utf8');
}

/** What a Content-Type says about the body. Absent counts as JSON: many clients leave it out. */
export type BodyKind = 'json' | 'form' | 'other';

let lastHeader = '';
let lastKind: BodyKind = 'json';

export function bodyKind(header: string | undefined): BodyKind {
  if (header === undefined) return 'json';
  if (header === lastHeader) return lastKind;
  const type = header.slice(0, 200).split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const kind = /^(application|text)\/([a-z0-9.-]+\+)?json$/.test(type)
    ? 'json'
    : type === 'application/x-www-form-urlencoded'
      ? 'form'
      : 'other';
  lastHeader = header;
  lastKind = kind;
  return kind;
}

/** The `message` fields of a form body or query, joined into one JSON array text per field. */
export function messageFields(form: string): string[] {
  return new URLSearchParams(form).getAll('message');
}
