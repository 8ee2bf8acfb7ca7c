import http from 'node:http';
import net from 'node:net';
import { WebSocket } from 'ws';

/** A message as it came over the wire. */
export interface WireMessage {
  readonly channel: string;
  readonly id?: string | number;
  readonly successful?: boolean;
  readonly clientId?: string;
  readonly error?: string;
  readonly data?: unknown;
  readonly ext?: Record<string, unknown>;
  readonly advice?: { readonly reconnect?: string; readonly interval?: number; readonly timeout?: number; readonly maxInterval?: number };
  readonly supportedConnectionTypes?: readonly string[];
}

/** An HTTP answer, read whole. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly messages: WireMessage[];
}

/** How one request differs from the usual. */
export interface Sending {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Given the request, so that a test can cut it. */
  readonly onRequest?: (request: http.ClientRequest) => void;
}

const handshakeFields = {
  channel: '/meta/handshake',
  version: '1.0',
  supportedConnectionTypes: ['long-polling', 'callback-polling', 'websocket'],
};

/** A client that sends exactly what a test says. */
export class RawClient {
  readonly port: number;
  clientId = '';
  cookie: string | undefined = undefined;
  readonly #agent = new http.Agent({ keepAlive: true });

  constructor(port: number) {
    this.port = port;
  }

  send(sending: Sending): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        {
          host: '127.0.0.1',
          port: this.port,
          agent: this.#agent,
          method: sending.method ?? 'POST',
          path: sending.path ?? '/cometd',
          headers: {
            ...(sending.method === 'GET' ? {} : { 'content-type': 'application/json' }),
            ...(this.cookie === undefined ? {} : { cookie: `other=1;BAYEUX_BROWSER=${this.cookie}` }),
            ...sending.headers,
          },
        },
        response => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('error', reject);
          response.on('end', () => {
            for (const cookie of response.headers['set-cookie'] ?? [])
              this.cookie = /^BAYEUX_BROWSER=([^;]+)/.exec(cookie)?.[1] ?? this.cookie;
            const isJson = response.headers['content-type']?.startsWith('application/json') === true && text !== '';
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              messages: isJson ? (JSON.parse(text) as WireMessage[]) : [],
            });
          });
        },
      );
      request.on('error', reject);
      sending.onRequest?.(request);
      request.end(sending.body);
    });
  }

  post(messages: readonly object[], sending: Sending = {}): Promise<WireAnswer> {
    return this.send({ body: JSON.stringify(messages), ...sending });
  }

  /** Sends one message of this client's session. */
  request(channel: string, fields: object = {}, sending: Sending = {}): Promise<WireAnswer> {
    return this.post([{ id: '1', channel, clientId: this.clientId, ...fields }], sending);
  }

  connect(fields: object = {}, sending: Sending = {}): Promise<WireAnswer> {
    return this.request('/meta/connect', { connectionType: 'long-polling', ...fields }, sending);
  }

  /** Handshakes and connects once. */
  async open(fields: object = {}, sending: Sending = {}): Promise<WireAnswer> {
    const answer = await this.post([{ id: '0', ...handshakeFields, ...fields }], sending);
    this.clientId = answer.messages[0]?.clientId ?? '';
    if (this.clientId !== '') await this.connect({ advice: { timeout: 0 } });
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A WebSocket that sends exactly what a test says, and keeps what it gets. */
export class RawSocket {
  readonly webSocket: WebSocket;
  readonly frames: WireMessage[][] = [];
  closeCode: number | undefined = undefined;
  clientId = '';

  constructor(port: number, headers: Record<string, string> = {}) {
    this.webSocket = new WebSocket(`ws://127.0.0.1:${port}/cometd`, { headers });
    this.webSocket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString('utf8')) as WireMessage[]));
    this.webSocket.on('close', code => (this.closeCode = code));
    this.webSocket.on('error', () => undefined);
  }

  get messages(): WireMessage[] {
    return this.frames.flat();
  }

  async ready(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.webSocket.once('open', () => resolve());
      this.webSocket.once('error', reject);
    });
  }

  send(channel: string, fields: object = {}): void {
    this.webSocket.send(JSON.stringify([{ id: '1', channel, clientId: this.clientId, ...fields }]));
  }

  handshake(fields: object = {}): void {
    this.webSocket.send(JSON.stringify([{ id: '0', ...handshakeFields, ...fields }]));
  }
}

/** Bytes on a bare TCP connection; resolves with what came back when the server ends it or `enough` says so. */
export function exchangeBytes(port: number, bytes: string, enough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
      if (enough(text)) {
        socket.destroy();
        resolve(text);
      }
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}
