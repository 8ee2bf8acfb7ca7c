import { HttpConnection, WebSocketConnection, type Connection, type LoadMessage } from './connection.ts';

export type Transport = 'long-polling' | 'websocket';

/** Told of every event that a client gets. */
export type OnEvent = (sequence: number) => void;

/** A subscribed client that connects again and again. */
export class LoadClient {
  readonly #connection: HttpConnection | WebSocketConnection;
  readonly #transport: Transport;
  readonly #wantsAck: boolean;
  readonly #onEvent: OnEvent;
  readonly #waiting = new Map<string, (message: LoadMessage) => void>();
  #nextId = 0;
  #ack: unknown = undefined;
  #polling = false;
  clientId = '';
  failures = 0;

  constructor(port: number, transport: Transport, ack: boolean, onEvent: OnEvent) {
    this.#transport = transport;
    this.#wantsAck = ack;
    this.#onEvent = onEvent;
    const listener = { onBody: (messages: LoadMessage[]) => this.#onBody(messages), onFailure: () => void this.failures++ };
    this.#connection = transport === 'websocket' ? new WebSocketConnection(port, listener) : new HttpConnection(port, listener);
  }

  async join(subscription: string | undefined): Promise<void> {
    await this.#connection.open();
    const shaken = await this.#call({
      channel: '/meta/handshake',
      version: '1.0',
      supportedConnectionTypes: [this.#transport],
      ...(this.#wantsAck ? { ext: { ack: true } } : {}),
    });
    if (shaken.successful !== true) throw new Error(`handshake: ${shaken.error ?? 'no reply'}`);
    this.clientId = shaken.clientId ?? '';
    if (shaken.ext?.ack !== undefined) this.#ack = 0;
    await this.#call({ ...this.#connectFields(), advice: { timeout: 0 } });
    if (subscription !== undefined) await this.#call({ channel: '/meta/subscribe', clientId: this.clientId, subscription });
  }

  poll(): void {
    this.#polling = true;
    this.#connect();
  }

  leave(): Promise<unknown> {
    this.#polling = false;
    return this.#call({ channel: '/meta/disconnect', clientId: this.clientId });
  }

  close(): void {
    this.#polling = false;
    this.#connection.close();
  }

  /** A second connection of the same session, for publishing while the first one polls. */
  async publisher(port: number): Promise<(channel: string, sequence: number, filler: string) => void> {
    const body = (channel: string, sequence: number, filler: string): string =>
      `[{"id":"p${sequence}","channel":"${channel}","clientId":"${this.clientId}","data":{"s":${sequence},"x":"${filler}"}}]`;
    if (this.#connection instanceof WebSocketConnection) {
      const own = this.#connection;
      return (channel, sequence, filler) => own.send(body(channel, sequence, filler));
    }
    // HTTP answers one request at a time: a few connections, each with its own queue.
    const lanes = await Promise.all(Array.from({ length: 8 }, () => openLane(port, (this.#connection as HttpConnection).cookie)));
    let next = 0;
    return (channel, sequence, filler) => lanes[next++ % lanes.length]?.(body(channel, sequence, filler));
  }

  #connectFields(): object {
    const ext = this.#ack === undefined ? {} : { ext: { ack: this.#ack } };
    return { channel: '/meta/connect', clientId: this.clientId, connectionType: this.#transport, ...ext };
  }

  #connect(): void {
    if (!this.#polling) return;
    void this.#call(this.#connectFields()).then(() => this.#connect());
  }

  #call(message: object): Promise<LoadMessage> {
    const id = String(++this.#nextId);
    return new Promise(resolve => {
      this.#waiting.set(id, resolve);
      this.#connection.send(JSON.stringify([{ ...message, id }]));
    });
  }

  #onBody(messages: LoadMessage[]): void {
    for (const message of messages) {
      if (message.data !== undefined) this.#onEvent(message.data.s);
      if (message.channel === '/meta/connect' && message.ext?.ack !== undefined) this.#ack = message.ext.ack;
      const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id);
      if (waiting === undefined) continue;
      this.#waiting.delete(message.id ?? '');
      waiting(message);
    }
  }
}

async function openLane(port: number, cookie: string): Promise<(json: string) => void> {
  const queue: string[] = [];
  let busy = false;
  const pump = (): void => {
    const next = queue.shift();
    busy = next !== undefined;
    if (next !== undefined) connection.send(next);
  };
  const connection: Connection & { cookie: string } = new HttpConnection(port, { onBody: pump, onFailure: pump });
  connection.cookie = cookie;
  await connection.open();
  return json => {
    queue.push(json);
    if (!busy) pump();
  };
}
