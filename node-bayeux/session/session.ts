import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Timer } from '../clock.ts';
import { Emitter } from '../emitter.ts';
import type { BayeuxMessage, ConnectionType, EventMessage, MessageId } from '../protocol/message.ts';
import { AckState } from './ack.ts';
import { EventQueue } from './queue.ts';

/** Why a session is no longer here. */
export type RemovalReason = 'disconnect' | 'timeout' | 'evicted' | 'exported';

/** Events of one session. */
export type SessionEvents = {
  /** Gone. The second argument says whether it expired. */
  removed: [session: Session, timedOut: boolean, reason: RemovalReason];
  /** A connect of the session is held now. */
  suspended: [session: Session];
  /** A held connect has been answered. */
  resumed: [session: Session];
  subscribed: [session: Session, channel: string];
  unsubscribed: [session: Session, channel: string];
};

/** What a session knows of a channel it is subscribed to. */
export interface Subscription {
  readonly name: string;
  readonly subscribers: Session[];
}

/** The callback of an extension: an error or `false` drops the message. */
export type ExtensionCallback<Value> = (error?: Error | null, result?: Value) => void;

/**
 * Looks at the messages of one session. Each method answers by its return value, by a promise, or through the callback,
 * once: further answers are reported as faults.
 */
export interface SessionExtension {
  incoming?(session: Session, message: BayeuxMessage, callback: ExtensionCallback<boolean>): boolean | Promise<boolean | void> | void;
  /** May change the message or answer another one; `null` drops it. */
  outgoing?(
    sender: Session | null,
    session: Session,
    message: EventMessage,
    callback: ExtensionCallback<EventMessage | null>,
  ): EventMessage | null | Promise<EventMessage | null | void> | void;
}

/** What a session needs of its server. */
export interface SessionHost {
  readonly options: { readonly metaConnectDeliverOnly: boolean };
  deliver(session: Session, sender: Session | null, channel: string, data: unknown, ifSubscribed: boolean): boolean;
  markDirty(session: Session): void;
  flush(session: Session): void;
  disconnect(session: Session): void;
}

/** Told once whether the bytes of a reply were handed over whole. */
export interface Receipt {
  settle(written: boolean): void;
}

/**
 * One request's way back to its client: an HTTP exchange, or a WebSocket connection that many requests share. The protocol
 * side of the package knows transports only through this.
 */
export interface Exchange {
  readonly transport: ConnectionType;
  /** The request; for WebSocket, the one that was upgraded. */
  readonly request: IncomingMessage;
  readonly response: ServerResponse | undefined;
  /** The browser cookie that came with the request. */
  readonly browserId: string | undefined;
  /** Whether replies other than those to connects may carry events right now. */
  readonly carriesEvents: boolean;
  /** Whether the client may still read what is sent. */
  readonly open: boolean;
  /** Called for each message's session once the message may use it. */
  attach(session: Session): void;
  /** Whether this exchange has proved by its own handshake that it may use the session. */
  isBoundTo(session: Session): boolean;
  /** Sends a JSON array. `receipt` is settled now or later, exactly once. */
  send(body: string, ascii: boolean, receipt: Receipt | undefined): void;
  /** Gives up a reply that is not written yet: its client is back on another way. */
  abort(): void;
  /** Ends a held connect that a newer one replaced: nothing is delivered. */
  supersede(): void;
  /** Ends the request without a Bayeux answer. */
  refuse(status: number): void;
  /** Remembers a cookie to set with the reply to a handshake. */
  setBrowserId(browserId: string): void;
  /** Told when the exchange is held, and when it no longer is, so that a closing socket is noticed. */
  held(session: Session | undefined): void;
}

/** A held connect. */
export interface Parked {
  readonly exchange: Exchange;
  readonly id: MessageId | undefined;
  /** Times the client gave for itself, already clamped. */
  readonly interval: number;
  /** The browser cookie that it is counted under. */
  readonly counted: string | undefined;
}

/** The callback of the compatible form of `deliver` and `publish`. */
export type ResultCallback = (error?: Error, result?: boolean) => void;

/**
 * One client's session: its clientId, what it is subscribed to, and what waits for it. Made by a handshake or by
 * `adoptSession`; ends by disconnect, expiry, eviction or export, and is then inert.
 */
export class Session extends Emitter<SessionEvents> {
  /** The clientId. */
  readonly id: string;
  /** Whatever the application keeps with the session; set by `onHandshake` or `adoptSession`. */
  data: unknown = undefined;

  /** @internal */ readonly host: SessionHost;
  /** @internal */ readonly channels = new Set<Subscription>();
  /** @internal */ readonly queue = new EventQueue();
  /** @internal */ ack: AckState | undefined = undefined;
  /** @internal */ parked: Parked | undefined = undefined;
  /** @internal The WebSocket that events are pushed on. */
  pusher: Pusher | undefined = undefined;
  /** @internal When the session ends unless its client returns; Infinity while a connect is here. */
  expireAt = Infinity;
  /** @internal Counts connects: only the newest one's completion may arm the expiry. */
  cycle = 0;
  /** @internal Whether a connect has been answered since the handshake. */
  connected = false;
  /** @internal Requests and callers that collect events before they leave. */
  batches = 0;
  /** @internal Requests in processing and replies not yet written. */
  busy = 0;
  /** @internal The reply or push with events that is not written yet: events leave through one at a time, so that they stay in order. */
  carrier: Exchange | undefined = undefined;
  /** @internal Already in the list of sessions to flush. */
  dirty = false;
  /** @internal */ removed = false;
  /** @internal Mark of the last fan-out that reached this session: one copy per message. */
  fanOut = 0;
  /** @internal Goes off at `holdTimerAt` or never; the connect is held until `holdUntil`. */
  holdTimer: Timer | undefined = undefined;
  /** @internal */ holdTimerAt = 0;
  /** @internal */ holdUntil = 0;
  /** @internal */ extensionList: SessionExtension[] = [];
  /** @internal Keeps events in order while an extension looks at them asynchronously. */
  outgoingChain: Promise<void> | undefined = undefined;
  /** @internal Whether the client has ever returned its cookie. */
  cookieSeen = false;
  /** @internal */ browserId: string | undefined = undefined;
  /** @internal The cookie that the session was counted under. */
  countedBrowserId: string | undefined = undefined;
  /** @internal */ browserHash: string | undefined = undefined;
  /** @internal */ address: string | undefined = undefined;
  /** @internal Publishes still allowed, and when that was counted. */
  publishTokens = 0;
  /** @internal */ publishCountedAt = -1;

  constructor(host: SessionHost, id: string) {
    super();
    this.host = host;
    this.id = id;
  }

  /** Whether the session is still here. */
  get active(): boolean {
    return !this.removed;
  }

  /** The channels and patterns subscribed to, by name. */
  get channelNames(): string[] {
    return [...this.channels].map(channel => channel.name);
  }

  /** The channels and patterns subscribed to. */
  get subscriptions(): Subscription[] {
    return [...this.channels];
  }

  /** Events that wait, and those sent but not yet acknowledged. */
  get pendingEvents(): number {
    return this.queue.length + (this.ack?.length ?? 0);
  }

  /** Whether a connect is held for this session at the moment. */
  get held(): boolean {
    return this.parked !== undefined;
  }

  /**
   * Sends an event to this session alone. It leaves at the end of the current turn of the event loop, with all others of that
   * turn. No subscription is needed unless `ifSubscribed` is set. Returns false when it was not queued: the session is
   * gone, not subscribed, or its queue is full under a policy that drops.
   */
  deliver(channel: string, data: unknown, options?: { ifSubscribed?: boolean }): boolean;
  /** The form that `cometd-nodejs-server` has. */
  deliver(sender: Session | null, channel: string, data: unknown, callback?: ResultCallback): boolean;
  deliver(first: string | Session | null, second: unknown, third?: unknown, callback?: ResultCallback): boolean {
    if (typeof first === 'string') {
      return this.host.deliver(this, null, first, second, (third as { ifSubscribed?: boolean } | undefined)?.ifSubscribed ?? false);
    }
    const queued = this.host.deliver(this, first, String(second), third, false);
    callback?.(undefined, queued);
    return queued;
  }

  /** Collects what `run` delivers so that it leaves together. */
  batch(run: () => void): void {
    this.batches++;
    try {
      run();
    } finally {
      this.batches--;
      this.host.markDirty(this);
    }
  }

  /** Lets waiting events leave now rather than at the end of the turn. */
  flush(): void {
    this.host.flush(this);
  }

  /** Ends the session: events that wait go out, and the client is told not to come back. */
  disconnect(callback?: ResultCallback): void {
    this.host.disconnect(this);
    callback?.(undefined, true);
  }

  addExtension(extension: SessionExtension): void {
    this.extensionList = [...this.extensionList, extension];
  }

  removeExtension(extension: SessionExtension): boolean {
    const kept = this.extensionList.filter(known => known !== extension);
    const found = kept.length < this.extensionList.length;
    this.extensionList = kept;
    return found;
  }

  get extensions(): SessionExtension[] {
    return [...this.extensionList];
  }

  /** @internal Whether events leave with connect replies only. */
  get deliverOnConnect(): boolean {
    return this.ack !== undefined || this.host.options.metaConnectDeliverOnly;
  }

  /** @internal */
  enableAck(lastBatch = 0): void {
    this.ack ??= new AckState(lastBatch);
  }
}

/** What a WebSocket connection offers to its session. */
export interface Pusher {
  /** Writes waiting events if the connection is ready for them. */
  push(): void;
  /** The session has ended. */
  released(reason: RemovalReason): void;
}

/** How a browser cookie travels in a session's export: not usable as a cookie. */
export function hashOfBrowserId(browserId: string): string {
  return createHash('sha256').update(browserId).digest('base64url');
}
