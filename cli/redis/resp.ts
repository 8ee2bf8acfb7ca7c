/** A value of the Redis protocol, version 2. */
export type RespValue = string | number | null | Buffer | Error | SimpleString | RespValue[];

/** A status reply (`+OK`), told apart from a bulk string. */
export class SimpleString {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The peer broke the protocol or a limit; the connection is closed. */
export class RespError extends Error {}

export interface RespLimits {
  /** Bytes of one command. */
  commandBytes: number;
  /** Arguments of one command. */
  arguments: number;
}

/** Encodes one reply. */
export function encodeResp(value: RespValue): Buffer {
  const parts: Buffer[] = [];
  append(value, parts);
  return Buffer.concat(parts);
}

function append(value: RespValue, parts: Buffer[]): void {
  if (value === null) parts.push(Buffer.from('$-1\r\n'));
  else if (typeof value === 'number') parts.push(Buffer.from(`:${value}\r\n`));
  else if (value instanceof Error) parts.push(Buffer.from(`-${value.message.replaceAll(/[\r\n]+/g, ' ')}\r\n`));
  else if (value instanceof SimpleString) parts.push(Buffer.from(`+${value.text}\r\n`));
  else if (Array.isArray(value)) {
    parts.push(Buffer.from(`*${value.length}\r\n`));
    for (const item of value) append(item, parts);
  } else {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
}

/** Cuts a byte stream into commands (arrays of bulk strings); what is incomplete waits for the next bytes. */
export class CommandReader {
  #rest: Buffer = Buffer.alloc(0);
  readonly #limits: RespLimits;
  constructor(limits: RespLimits) {
    this.#limits = limits;
  }

  /** The complete commands so far. Throws RespError when the peer breaks the protocol or a limit. */
  push(bytes: Buffer): Buffer[][] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const commands: Buffer[][] = [];
    for (;;) {
      const taken = this.#takeOne();
      if (taken === undefined) break;
      this.#rest = this.#rest.subarray(taken.length);
      if (taken.command.length > 0) commands.push(taken.command);
    }
    if (this.#rest.length > this.#limits.commandBytes) throw new RespError('the command is too large');
    return commands;
  }

  #takeOne(): { command: Buffer[]; length: number } | undefined {
    const head = this.#lineAt(0);
    if (head === undefined) return undefined;
    if (!head.text.startsWith('*')) throw new RespError('expected an array of bulk strings');
    const count = wholeNumberFrom(head.text.slice(1), this.#limits.arguments);
    const command: Buffer[] = [];
    let at = head.next;
    for (let i = 0; i < count; i += 1) {
      const size = this.#lineAt(at);
      if (size === undefined) return undefined;
      if (!size.text.startsWith('$')) throw new RespError('expected a bulk string');
      const length = wholeNumberFrom(size.text.slice(1), this.#limits.commandBytes);
      if (this.#rest.length < size.next + length + 2) return undefined;
      command.push(this.#rest.subarray(size.next, size.next + length));
      at = size.next + length + 2;
    }
    return { command, length: at };
  }

  #lineAt(from: number): { text: string; next: number } | undefined {
    const end = this.#rest.indexOf('\r\n', from);
    if (end < 0) {
      if (this.#rest.length - from > 64) throw new RespError('a length line is too long');
      return undefined;
    }
    return { text: this.#rest.toString('latin1', from, end), next: end + 2 };
  }
}

function wholeNumberFrom(text: string, max: number): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > max) throw new RespError(`"${text.slice(0, 16)}" is not a length within the limit`);
  return Number(text);
}
