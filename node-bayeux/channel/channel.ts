import { Emitter } from '../emitter.ts';
import { channelKind, isWild, wildNamesOf } from '../protocol/channel-name.ts';
import type { BayeuxMessage } from '../protocol/message.ts';
import type { ResultCallback, Session, Subscription } from '../session/session.ts';

/** Calls back when the listener is done with the message. */
export type Continue = (error?: Error | null) => void;

/** Events of one channel. */
export type ChannelEvents = {
  /** A client published to the channel, or sent it a request when it is a meta channel. Waits for `next`. */
  message: [session: Session | null, channel: ServerChannel, message: BayeuxMessage, next: Continue];
  subscribed: [session: Session, channel: ServerChannel];
  unsubscribed: [session: Session, channel: ServerChannel];
};

/** What a channel needs of its server. */
export interface ChannelHost {
  publish(channel: ServerChannel, sender: Session | null, data: unknown): void;
}

/** A channel, or a pattern of channels, as the server knows it. It is forgotten when nobody has used it for a while. */
export class ServerChannel extends Emitter<ChannelEvents> implements Subscription {
  readonly name: string;
  readonly meta: boolean;
  readonly service: boolean;
  readonly broadcast: boolean;
  /** Whether the name is a pattern. */
  readonly wild: boolean;
  /** The patterns that match this channel; empty for a pattern. */
  readonly wildNames: string[];
  /** Kept however long nobody uses it. */
  persistent = false;
  /** @internal */ readonly sessions = new Set<Session>();
  /** @internal Sweeps in a row that found the channel unused. */
  idleSweeps = 0;
  readonly #host: ChannelHost;

  constructor(host: ChannelHost, name: string) {
    super();
    this.#host = host;
    this.name = name;
    const kind = channelKind(name);
    this.meta = kind === 'meta';
    this.service = kind === 'service';
    this.broadcast = kind === 'broadcast';
    this.wild = isWild(name);
    this.wildNames = this.wild ? [] : wildNamesOf(name);
  }

  /** The sessions subscribed to exactly this name. */
  get subscribers(): Session[] {
    return [...this.sessions];
  }

  /** Publishes from the server: no authorizer is asked. `sender` is told nothing and gets a copy only if subscribed. */
  publish(sender: Session | null, data: unknown, callback?: ResultCallback): void {
    this.#host.publish(this, sender, data);
    callback?.(undefined, true);
  }

  /** @internal */
  get unused(): boolean {
    return !this.persistent && this.sessions.size === 0 && !this.hasListeners('message') && !this.hasListeners('subscribed');
  }
}
