/** One JSON message per line. A line longer than this many bytes ends the connection: nobody sends one by honest means. */
export const maxLineBytes = 256 * 1024;

export type LineFault = 'line-too-long' | 'not-json' | 'not-an-object';
export type Line = { readonly message: Readonly<Record<string, unknown>> } | { readonly fault: LineFault };

/**
 * Splits a byte stream into messages. Empty lines are skipped; a faulty line is reported in its place, so that the caller can answer it.
 * After `line-too-long` nothing more is read: what follows has no known beginning.
 */
export class LineReader {
  #rest: Buffer[] = [];
  #restBytes = 0;
  #ended = false;
  readonly #limit: number;

  constructor(limit = maxLineBytes) {
    this.#limit = limit;
  }

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let from = 0;
    while (!this.#ended) {
      const at = chunk.indexOf(0x0a, from);
      const end = at < 0 ? chunk.length : at;
      if (this.#restBytes + end - from > this.#limit) {
        this.#ended = true;
        this.#rest = [];
        lines.push({ fault: 'line-too-long' });
        break;
      }
      if (at < 0) {
        if (from < chunk.length) this.#keep(chunk.subarray(from));
        break;
      }
      const line = this.#take(chunk.subarray(from, at));
      if (line.length > 0) lines.push(parse(line));
      from = at + 1;
    }
    return lines;
  }

  #keep(part: Buffer): void {
    this.#rest.push(part);
    this.#restBytes += part.length;
  }

  #take(last: Buffer): string {
    const whole = this.#rest.length === 0 ? last : Buffer.concat([...this.#rest, last]);
    this.#rest = [];
    this.#restBytes = 0;
    return whole.toString('utf8').trim();
  }
}

function parse(text: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'not-json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: 'not-an-object' };
  return { message: value as Readonly<Record<string, unknown>> };
}
