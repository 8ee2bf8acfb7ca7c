import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BayeuxServer } from '../server.ts';
import type { BayeuxReply } from '../protocol/message.ts';

/** A message as a client receives it. */
export type Received = BayeuxReply & { data?: unknown };

/** How the network treats what is written to it. */
export type WriteMode = 'taken' | 'pending';

/** One client's TCP connection, as far as the server looks at it. */
export class FakeSocket extends EventEmitter {
  destroyed = false;
  writableLength = 0;
  mode: WriteMode = 'taken';
  readonly remoteAddress = '192.0.2.1';

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }
}

/** One request with its response: what the server has answered is in `status` and `messages`. */
export class FakeResponse extends EventEmitter {
  status: number | undefined = undefined;
  body = '';
  headersSent = false;
  writableEnded = false;
  writableFinished = false;
  destroyed = false;
  readonly headers = new Map<string, unknown>();
  readonly socket: FakeSocket;

  constructor(socket: FakeSocket) {
    super();
    this.socket = socket;
    socket.once('close', () => {
      this.destroyed = true;
      this.emit('close');
    });
  }

  setHeader(name: string, value: unknown): void {
    this.headers.set(name.toLowerCase(), value);
  }

  getHeader(name: string): unknown {
    return this.headers.get(name.toLowerCase());
  }

  hasHeader(name: string): boolean {
    return this.headers.has(name.toLowerCase());
  }

  writeHead(status: number): this {
    this.status = status;
    this.headersSent = true;
    return this;
  }

  end(body = ''): this {
    this.body = body;
    this.writableEnded = true;
    if (this.socket.mode === 'taken') this.finish();
    else this.socket.writableLength += body.length;
    return this;
  }

  /** The kernel takes the rest. */
  finish(): void {
    this.socket.writableLength = 0;
    this.writableFinished = true;
    this.emit('finish');
  }

  /** Answered in full, so that a client can read it. */
  get received(): boolean {
    return this.writableFinished;
  }

  get messages(): Received[] {
    return this.body === '' ? [] : (JSON.parse(this.body) as Received[]);
  }
}

/** A long-polling client without a network. */
export class FakeClient {
  readonly server: BayeuxServer;
  clientId = '';
  cookie: string | undefined = undefined;
  headers: Record<string, string> = {};
  #id = 0;

  constructor(server: BayeuxServer) {
    this.server = server;
  }

  /** Sends messages as they are. */
  send(messages: readonly object[], socket = new FakeSocket()): FakeResponse {
    const response = new FakeResponse(socket);
    const request = {
      method: 'POST',
      url: '/cometd',
      socket,
      headers: { ...this.headers, ...(this.cookie === undefined ? {} : { cookie: `BAYEUX_BROWSER=${this.cookie}` }) },
    };
    this.server.handle(request as unknown as IncomingMessage, response as unknown as ServerResponse, { body: messages });
    return response;
  }

  /** Sends one message with an id and this client's clientId. */
  request(channel: string, fields: object = {}, socket?: FakeSocket): FakeResponse {
    return this.send([this.message(channel, fields)], socket);
  }

  message(channel: string, fields: object = {}): object {
    return { id: String(++this.#id), channel, clientId: this.clientId, ...fields };
  }

  connect(fields: object = {}, socket?: FakeSocket): FakeResponse {
    return this.request('/meta/connect', { connectionType: 'long-polling', ...fields }, socket);
  }

  /** Takes the answer to a handshake. */
  shakenBy(response: FakeResponse): void {
    this.clientId = response.messages[0]?.clientId ?? '';
    const cookies = response.getHeader('Set-Cookie');
    const [cookie] = Array.isArray(cookies) ? (cookies as string[]) : [];
    this.cookie = /^BAYEUX_BROWSER=([^;]+)/.exec(cookie ?? '')?.[1] ?? this.cookie;
  }
}

/** The fields of a handshake that every server accepts. */
export const handshakeFields = { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] };
