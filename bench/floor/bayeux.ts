import { setTimeout as sleep } from 'node:timers/promises';

export interface BayeuxMessage {
  readonly channel: string;
  readonly id?: string;
  readonly clientId?: string;
  readonly successful?: boolean;
  readonly error?: string;
  readonly advice?: { readonly reconnect?: string; readonly interval?: number; readonly timeout?: number };
  readonly data?: unknown;
}

/** One way to the server. `exchange` rejects when the way is broken. */
export interface Way {
  readonly connectionType: 'long-polling' | 'websocket';
  /** Sends one message and resolves with its reply; events on the way go to `onEvent`. */
  exchange(message: Record<string, unknown>, timeoutMs: number): Promise<BayeuxMessage>;
  close(): void;
}

/** `origin` tells whether two events came the same way: the region that answered, or the connection's number. */
export type OnEvent = (message: BayeuxMessage, origin: string) => void;

const firstBackOffMs = 1_000;
const maxBackOffMs = 10_000;
const networkDelayMs = 10_000;

/** A client of one event stream: shakes hands, subscribes, connects for ever, backs off by a second more each time, as CometD's client does. */
export class BayeuxClient {
  /** Handshakes after the first. */
  rehandshakes = 0;
  #clientId = '';
  #timeoutMs = 30_000;
  #messageId = 0;
  #ended = false;
  readonly #way: Way;
  readonly #channels: readonly string[];

  constructor(way: Way, channels: readonly string[]) {
    this.#way = way;
    this.#channels = channels;
  }

  async start(): Promise<void> {
    await this.#handshake();
    void this.#loop();
  }

  stop(): void {
    this.#ended = true;
    this.#way.close();
  }

  #send(message: Record<string, unknown>, timeoutMs = networkDelayMs): Promise<BayeuxMessage> {
    this.#messageId += 1;
    return this.#way.exchange({ ...message, id: String(this.#messageId) }, timeoutMs);
  }

  async #handshake(): Promise<void> {
    const { connectionType } = this.#way;
    const reply = await this.#send({ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: [connectionType] });
    if (reply.successful !== true || reply.clientId === undefined) throw new Error(`handshake: ${reply.error ?? 'no client id'}`);
    this.#clientId = reply.clientId;
    this.#take(reply);
    for (const subscription of this.#channels) {
      const answer = await this.#send({ channel: '/meta/subscribe', clientId: this.#clientId, subscription });
      if (answer.successful !== true) throw new Error(`subscribe ${subscription}: ${answer.error ?? ''}`);
    }
    await this.#connect(0);
  }

  async #connect(timeoutMs: number | undefined): Promise<BayeuxMessage> {
    const reply = await this.#send(
      {
        channel: '/meta/connect',
        clientId: this.#clientId,
        connectionType: this.#way.connectionType,
        ...(timeoutMs === undefined ? {} : { advice: { timeout: timeoutMs } }),
      },
      this.#timeoutMs + networkDelayMs,
    );
    this.#take(reply);
    return reply;
  }

  #take(reply: BayeuxMessage): void {
    this.#timeoutMs = reply.advice?.timeout ?? this.#timeoutMs;
  }

  async #loop(): Promise<void> {
    let backOffMs = 0;
    let again = false;
    while (!this.#ended) {
      let intervalMs = 0;
      try {
        if (again) {
          this.rehandshakes += 1;
          await this.#handshake();
          again = false;
        } else {
          const reply = await this.#connect(undefined);
          again = reply.advice?.reconnect === 'handshake';
          intervalMs = reply.advice?.interval ?? 0;
          if (reply.successful !== true && !again) throw new Error(reply.error ?? 'connect failed');
        }
        backOffMs = 0;
      } catch {
        backOffMs = Math.min(maxBackOffMs, backOffMs + firstBackOffMs);
      }
      if (backOffMs + intervalMs > 0 && !this.#ended) await sleep(backOffMs + intervalMs);
    }
  }
}
