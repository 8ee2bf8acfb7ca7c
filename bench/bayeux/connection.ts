import { randomBytes } from 'node:crypto';
import net from 'node:net';

/** A Bayeux message as the load client looks at it. */
export interface LoadMessage {
  readonly channel: string;
  readonly id?: string;
  readonly successful?: boolean;
  readonly clientId?: string;
  readonly error?: string;
  readonly data?: { readonly s: number };
  readonly ext?: { readonly ack?: unknown };
}

/** A way to a server that is as cheap as can be, so that the generator does not need more of the machine than the server. */
export interface Connection {
  open(): Promise<void>;
  /** Sends a body; over HTTP the answer comes to the listener, one request at a time. */
  send(json: string): void;
  close(): void;
}

/** What a connection tells: a whole body, or that it failed. */
export interface Listener {
  onBody(messages: LoadMessage[]): void;
  onFailure(why: string): void;
}

/** One HTTP/1.1 connection that is kept. */
export class HttpConnection implements Connection {
  readonly #port: number;
  readonly #listener: Listener;
  #socket: net.Socket | undefined = undefined;
  #rest: Buffer | undefined = undefined;
  #closed = false;
  cookie = '';

  constructor(port: number, listener: Listener) {
    this.#port = port;
    this.#listener = listener;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: '127.0.0.1', port: this.#port, noDelay: true }, resolve);
      this.#socket = socket;
      socket.on('error', reject);
      socket.on('data', chunk => this.#onData(chunk));
      socket.on('close', () => {
        if (!this.#closed) this.#listener.onFailure('connection closed');
      });
    });
  }

  send(json: string): void {
    const cookie = this.cookie === '' ? '' : `Cookie: ${this.cookie}\r\n`;
    this.#socket?.write(
      `POST /cometd HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json;charset=UTF-8\r\n${cookie}Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    );
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #onData(chunk: Buffer): void {
    const data = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = data;
    const headEnd = data.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = data.toString('latin1', 0, headEnd);
    const body = bodyOf(data, head, headEnd + 4);
    if (body === undefined) return;
    this.#rest = undefined;
    const cookie = /\r\nset-cookie: *([^;\r]+)/i.exec(head);
    if (cookie?.[1] !== undefined) this.cookie = cookie[1];
    if (!head.startsWith('HTTP/1.1 200')) this.#listener.onFailure(head.slice(9, 12));
    else this.#listener.onBody(JSON.parse(body) as LoadMessage[]);
  }
}

function bodyOf(data: Buffer, head: string, start: number): string | undefined {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length !== null) {
    const end = start + Number(length[1]);
    return data.length < end ? undefined : data.toString('utf8', start, end);
  }
  let text = '';
  for (let at = start; ;) {
    const line = data.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number(`0x${data.toString('latin1', at, line)}`);
    if (data.length < line + 2 + size + 2) return undefined;
    if (size === 0) return text;
    text += data.toString('utf8', line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}

/** One WebSocket, text frames only. */
export class WebSocketConnection implements Connection {
  readonly #port: number;
  readonly #listener: Listener;
  #socket: net.Socket | undefined = undefined;
  #rest: Buffer = Buffer.alloc(0);
  #upgraded = false;
  #closed = false;

  constructor(port: number, listener: Listener) {
    this.#port = port;
    this.#listener = listener;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: '127.0.0.1', port: this.#port, noDelay: true }, () => {
        socket.write(
          `GET /cometd HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
        );
      });
      this.#socket = socket;
      socket.on('error', reject);
      socket.on('close', () => {
        if (!this.#closed) this.#listener.onFailure('WebSocket closed');
      });
      socket.on('data', chunk => {
        this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
        if (!this.#upgraded) {
          const end = this.#rest.indexOf('\r\n\r\n');
          if (end < 0) return;
          this.#upgraded = true;
          this.#rest = this.#rest.subarray(end + 4);
          resolve();
        }
        this.#readFrames();
      });
    });
  }

  send(json: string): void {
    const payload = Buffer.from(json);
    const mask = randomBytes(4);
    const head =
      payload.length < 126
        ? Buffer.from([0x81, 0x80 | payload.length])
        : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255]);
    for (let index = 0; index < payload.length; index++) payload[index] = (payload[index] ?? 0) ^ (mask[index & 3] ?? 0);
    this.#socket?.write(Buffer.concat([head, mask, payload]));
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #readFrames(): void {
    for (;;) {
      const data = this.#rest;
      if (data.length < 2) return;
      let length = (data[1] ?? 0) & 127;
      let start = 2;
      if (length === 126) {
        if (data.length < 4) return;
        length = data.readUInt16BE(2);
        start = 4;
      } else if (length === 127) {
        if (data.length < 10) return;
        length = Number(data.readBigUInt64BE(2));
        start = 10;
      }
      if (data.length < start + length) return;
      const text = (data[0] ?? 0) === 0x81 ? data.toString('utf8', start, start + length) : '';
      this.#rest = data.subarray(start + length);
      if (text !== '') this.#listener.onBody(JSON.parse(text) as LoadMessage[]);
    }
  }
}
