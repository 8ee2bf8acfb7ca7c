import { covers } from '../protocol/channel-name.ts';
import type { Session } from '../session/session.ts';
import { ServerChannel, type ChannelHost } from './channel.ts';

const metaChannels = ['/meta/handshake', '/meta/connect', '/meta/subscribe', '/meta/unsubscribe', '/meta/disconnect'];
const idleSweepsBeforeRemoval = 3;

/** The channels of one server. */
export class Channels {
  readonly #byName = new Map<string, ServerChannel>();
  readonly #host: ChannelHost;
  #subscriptions = 0;

  constructor(host: ChannelHost) {
    this.#host = host;
    for (const name of metaChannels) this.create(name).persistent = true;
  }

  /** Channels that are not meta channels. */
  get size(): number {
    return this.#byName.size - metaChannels.length;
  }

  get subscriptions(): number {
    return this.#subscriptions;
  }

  get(name: string): ServerChannel | undefined {
    return this.#byName.get(name);
  }

  /** The channel of that name, made if need be. The name must be valid. */
  create(name: string): ServerChannel {
    const known = this.#byName.get(name);
    if (known !== undefined) {
      known.idleSweeps = 0;
      return known;
    }
    const channel = new ServerChannel(this.#host, name);
    this.#byName.set(name, channel);
    return channel;
  }

  subscribe(session: Session, channel: ServerChannel): boolean {
    if (channel.sessions.has(session)) return false;
    channel.sessions.add(session);
    session.channels.add(channel);
    this.#subscriptions++;
    return true;
  }

  unsubscribe(session: Session, channel: ServerChannel): boolean {
    if (!channel.sessions.delete(session)) return false;
    session.channels.delete(channel);
    this.#subscriptions--;
    return true;
  }

  removeSession(session: Session): void {
    for (const subscription of [...session.channels]) {
      const channel = this.#byName.get(subscription.name);
      if (channel !== undefined) this.unsubscribe(session, channel);
    }
    session.channels.clear();
  }

  /** Whether one of the session's subscriptions covers the channel. */
  isSubscribed(session: Session, name: string): boolean {
    for (const channel of session.channels) if (covers(channel.name, name)) return true;
    return false;
  }

  /** Forgets channels that have been unused for some sweeps in a row. */
  sweep(onRemoved: (channel: ServerChannel) => void): void {
    for (const channel of this.#byName.values()) {
      if (!channel.unused) channel.idleSweeps = 0;
      else if (++channel.idleSweeps >= idleSweepsBeforeRemoval) {
        this.#byName.delete(channel.name);
        onRemoved(channel);
      }
    }
  }
}
