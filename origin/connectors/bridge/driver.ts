import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import type { Channel, ChannelHandlers, Endpoint, LinkDriver, LinkProtocol } from '../link/index.ts';
import { withEpochsAsNumbers, withEpochsAsText } from './epochs.ts';
import { bridgeVersion, closeReason, frameFrom, type ToSidecar } from './frames.ts';

/** PEM files. The client's certificate is what the sidecar knows us by. */
export interface BridgeTls {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

export interface BridgeOptions {
  /** `wss://host:port/path` of the sidecar; `ws:` only for one on the same host. */
  readonly url: string;
  readonly tls?: BridgeTls | undefined;
  /** Who we are, for the sidecar's log. */
  readonly client: string;
  /** Silence of the sidecar after which it is asked, and as long again after which it is lost. */
  readonly idleMs?: number;
}

const subprotocol = 'handover.bridge.v1';
/** As the `sim` driver's: a chunk of 500 configuration objects stays far below. */
const maxFrameBytes = 8 * 1024 * 1024;
/** What may wait for the sidecar; a link that has more to say is broken. */
const maxWaiting = 10_000;
const defaultIdleMs = 5_000;

/**
 * A WebSocket to the sidecar for each connection to a server. Files are read once, here: a missing one throws and names the file. The channel is
 * drained while the sidecar's window is open and nothing waits in our socket.
 */
export function createBridgeDriver(options: BridgeOptions): LinkDriver {
  const { tls } = options;
  const credentials =
    tls === undefined ? {} : { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile), ca: readFileSync(tls.caFile) };
  return {
    name: 'bridge',
    open(endpoint, handlers, protocol) {
      const socket = new WebSocket(options.url, subprotocol, { ...credentials, maxPayload: maxFrameBytes, perMessageDeflate: false });
      return new BridgeChannel(socket, handlers, { endpoint, protocol, client: options.client, idleMs: options.idleMs ?? defaultIdleMs });
    },
  };
}

class BridgeChannel implements Channel {
  readonly #socket: WebSocket;
  readonly #handlers: ChannelHandlers;
  #state: 'opening' | 'open' | 'over' = 'opening';
  /** How many messages the sidecar takes before it says that it took some. */
  #credit = 0;
  readonly #waiting: object[] = [];
  #wasFull = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    socket: WebSocket,
    handlers: ChannelHandlers,
    about: { endpoint: Endpoint; protocol: LinkProtocol; client: string; idleMs: number },
  ) {
    this.#socket = socket;
    this.#handlers = handlers;
    const { endpoint, protocol, client, idleMs } = about;
    socket.on('open', () => this.#send({ type: 'hello', version: bridgeVersion, client, server: { ...endpoint, protocol } }));
    socket.on('message', (data, isBinary) => {
      this.#watch(idleMs);
      this.#receive(isBinary ? '' : (data as Buffer).toString('utf8'));
    });
    socket.on('pong', () => this.#watch(idleMs));
    socket.on('error', error => this.#finish((error as NodeJS.ErrnoException).code ?? error.message));
    socket.on('close', code => this.#finish(closeReason(code)));
    this.#watch(idleMs);
  }

  get drained(): boolean {
    return this.#state === 'open' && this.#credit > 0 && this.#waiting.length === 0 && this.#socket.bufferedAmount === 0;
  }

  write(message: object): void {
    if (this.#state !== 'open') return;
    if (this.#waiting.length >= maxWaiting) return this.#finish('too much waits for the sidecar');
    this.#waiting.push(message);
    this.#pump();
  }

  close(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#release();
  }

  #pump(): void {
    while (this.#credit > 0) {
      const message = this.#waiting.shift();
      if (message === undefined) break;
      this.#credit -= 1;
      this.#send({ type: 'message', message: withEpochsAsText(message) });
    }
    if (!this.drained) this.#wasFull = true;
  }

  #send(frame: ToSidecar): void {
    this.#socket.send(JSON.stringify(frame), error => {
      if (error === undefined || error === null) this.#tellDrained();
    });
  }

  #tellDrained(): void {
    if (!this.#wasFull || !this.drained) return;
    this.#wasFull = false;
    this.#handlers.drained();
  }

  #receive(text: string): void {
    if (this.#state === 'over') return;
    const frame = frameFrom(text);
    if (frame === undefined || (frame.type === 'welcome') !== (this.#state === 'opening')) return this.#finish('not a frame of the bridge');
    switch (frame.type) {
      case 'welcome':
        this.#state = 'open';
        this.#credit = frame.window;
        return this.#handlers.opened();
      case 'taken':
        this.#credit += frame.count;
        this.#pump();
        return this.#tellDrained();
      case 'message':
        return this.#handlers.message(withEpochsAsNumbers(frame.message));
    }
  }

  /** WebSocket pings: whether the sidecar itself lives. Whether its server does is what the link asks with messages. */
  #watch(idleMs: number): void {
    clearTimeout(this.#idle);
    if (this.#state === 'over') return;
    this.#idle = setTimeout(() => {
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
      this.#idle = setTimeout(() => this.#finish('no sign of life from the sidecar'), idleMs);
    }, idleMs);
  }

  #finish(why: string): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#release();
    this.#handlers.closed(why);
  }

  #release(): void {
    clearTimeout(this.#idle);
    this.#waiting.length = 0;
    // A socket that is still being opened reports its end as an error, which nobody needs any more.
    this.#socket.removeAllListeners();
    this.#socket.on('error', () => undefined);
    this.#socket.terminate();
  }
}
