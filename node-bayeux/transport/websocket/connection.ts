import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { Core } from '../../core.ts';
import { messagesFromText } from '../../protocol/codec.ts';
import { processRequest } from '../../request/process.ts';
import type { OutgoingEvent } from '../../protocol/event.ts';
import { areAscii, arrayOf, carried, carry, takeEvents } from '../../session/batch.ts';
import { armExpiry } from '../../session/expiry.ts';
import { abandonHeld } from '../../session/hold.ts';
import type { Exchange, Pusher, Receipt, RemovalReason, Session } from '../../session/session.ts';
import { cookieValue } from '../http/cookie.ts';
import { eventFrame, textFrame } from './frame.ts';

/** Something that waits for the write before it. */
interface Waiting {
  readonly body: string;
  readonly ascii: boolean;
  readonly receipt: Receipt | undefined;
}

/**
 * One WebSocket. At most one write is in the kernel's hands at a time, and it is one whole frame: if it fails, the client
 * cannot have read it, and its events go back. Events that come meanwhile wait in the session, where they are counted.
 */
export class WebSocketConnection implements Exchange, Pusher {
  readonly transport = 'websocket';
  readonly request: IncomingMessage;
  readonly response = undefined;
  readonly browserId: string | undefined;
  /** By the server's clock: when the client last sent a frame. */
  heardAt: number;
  /** By the server's clock: since when a write is not finished, or -1. */
  writingSince = -1;
  readonly #core: Core;
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  #session: Session | undefined = undefined;
  /** The session that handshook on this connection. */
  #bound: Session | undefined = undefined;
  #closed = false;
  #inFlight:
    | { readonly receipt: Receipt | undefined; readonly session: Session | undefined; readonly events: readonly OutgoingEvent[] }
    | undefined = undefined;
  readonly #waiting: Waiting[] = [];
  readonly #pending: string[] = [];
  #processing = false;
  readonly #onWritten = (error?: Error | null): void => this.#written(error === undefined || error === null);

  constructor(core: Core, webSocket: WebSocket, socket: Socket, request: IncomingMessage) {
    this.#core = core;
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.request = request;
    this.browserId = cookieValue(request.headers.cookie, core.options.browserCookieName);
    this.heardAt = core.options.clock.now();
    webSocket.on('message', (data, isBinary) => this.#onFrame(data, isBinary));
    webSocket.on('close', () => this.#onClose());
    webSocket.on('error', () => webSocket.terminate());
  }

  get carriesEvents(): boolean {
    return this.#inFlight === undefined && this.#waiting.length === 0;
  }

  get open(): boolean {
    return !this.#closed && !this.#socket.destroyed;
  }

  attach(session: Session): void {
    if (this.#session === session && session.pusher === this) return;
    this.#release();
    this.#session = session;
    this.#bound = session;
    session.pusher = this;
  }

  isBoundTo(session: Session): boolean {
    return this.#bound === session;
  }

  setBrowserId(): void {
    // A cookie can only travel with the upgrade, which is over.
  }

  held(): void {
    // The close of the connection is noticed anyway.
  }

  abort(): void {
    this.terminate();
  }

  supersede(): void {
    // A client that sends a second connect on the same socket does not wait for the first: no answer, as CometD does.
  }

  refuse(): void {
    this.close(1011);
  }

  close(code: number): void {
    this.#webSocket.close(code);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  released(reason: RemovalReason): void {
    this.#session = undefined;
    this.#bound = undefined;
    if (reason === 'timeout') this.close(1000);
    // Service restart: the client comes back on a new connection, and finds its session where it is now.
    if (reason === 'exported') this.close(1012);
  }

  send(body: string, ascii: boolean, receipt: Receipt | undefined): void {
    if (!this.open) receipt?.settle(false);
    else if (this.#inFlight === undefined) this.#write(textFrame(body, ascii), body, receipt, undefined, []);
    else this.#waiting.push({ body, ascii, receipt });
  }

  push(): void {
    const session = this.#session;
    if (session === undefined || !this.carriesEvents || !this.open || session.queue.length === 0) return;
    const events = takeEvents(this.#core, session);
    const [only] = events;
    if (events.length === 1 && only !== undefined) this.#write(eventFrame(only), `[${only.json}]`, undefined, session, events);
    else {
      const ascii = areAscii(events);
      const body = arrayOf(events, []);
      this.#write(textFrame(body, ascii), body, undefined, session, events);
    }
  }

  #write(frame: Buffer, body: string, receipt: Receipt | undefined, session: Session | undefined, events: readonly OutgoingEvent[]): void {
    const socket = this.#socket;
    if (this.#core.options.wsCompression) {
      this.#startWrite(receipt, session, events);
      this.#webSocket.send(body, this.#onWritten);
      return;
    }
    // The frame is complete and the library writes only whole frames of its own: writing beside it is safe, and lets all
    // connections share the bytes.
    socket.write(frame);
    if (socket.writableLength === 0 && !socket.destroyed) {
      // The kernel has it all. This is the usual case, and needs no callback.
      receipt?.settle(true);
      return;
    }
    this.#startWrite(receipt, session, events);
    // Behind the frame in the socket's own queue: called when the frame has left, or will not.
    socket.write('', this.#onWritten);
  }

  #startWrite(receipt: Receipt | undefined, session: Session | undefined, events: readonly OutgoingEvent[]): void {
    this.#inFlight = { receipt, session, events };
    if (session !== undefined) carry(session, this, events);
    this.writingSince = this.#core.options.clock.now();
  }

  #written(written: boolean): void {
    const inFlight = this.#inFlight;
    if (inFlight === undefined) return;
    this.#inFlight = undefined;
    this.writingSince = -1;
    inFlight.receipt?.settle(written);
    if (inFlight.session !== undefined) carried(this.#core, inFlight.session, this, inFlight.events, written);
    const next = this.#waiting.shift();
    if (next !== undefined) this.send(next.body, next.ascii, next.receipt);
    else if (this.#session !== undefined && this.#session.queue.length > 0) this.#core.markDirty(this.#session);
    this.#processPending();
  }

  #onFrame(data: RawData, isBinary: boolean): void {
    this.heardAt = this.#core.options.clock.now();
    if (isBinary) {
      this.close(1003);
      return;
    }
    this.#pending.push(textOf(data));
    if (this.#pending.length + this.#waiting.length > this.#core.options.wsMaxPendingFrames) this.#webSocket.pause();
    this.#processPending();
  }

  /** Takes frames one after the other: their order is the client's order. */
  #processPending(): void {
    while (!this.#processing && this.#waiting.length < this.#core.options.wsMaxPendingFrames) {
      const text = this.#pending.shift();
      if (text === undefined) break;
      this.#processText(text);
    }
    if (this.#webSocket.isPaused && this.#pending.length === 0) this.#webSocket.resume();
  }

  #processText(text: string): void {
    const core = this.#core;
    const messages = messagesFromText(text, core.options);
    if (typeof messages === 'string') {
      core.refused(messages, { clientId: this.#session?.id });
      this.close(1007);
      return;
    }
    const done = processRequest(core, this, messages);
    if (done === undefined) return;
    this.#processing = true;
    done
      .catch((error: unknown) => {
        core.fault(error, 'request');
        this.close(1011);
      })
      .finally(() => {
        this.#processing = false;
        this.#processPending();
      })
      .catch((error: unknown) => core.fault(error, 'request'));
  }

  #onClose(): void {
    this.#closed = true;
    this.#pending.length = 0;
    for (const waiting of this.#waiting.splice(0)) waiting.receipt?.settle(false);
    this.#written(false);
    this.#release();
  }

  /** Leaves the session to come back on another connection within its time. */
  #release(): void {
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined || session.pusher !== this) return;
    session.pusher = undefined;
    if (session.parked?.exchange === this) abandonHeld(this.#core, session);
    else if (session.expireAt === Infinity && session.parked === undefined) armExpiry(this.#core, session, 0);
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
