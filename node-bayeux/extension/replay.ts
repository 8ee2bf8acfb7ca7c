import { isRecord, ownField, type BayeuxMessage, type BayeuxReply, type EventMessage } from '../protocol/message.ts';
import { isWild } from '../protocol/channel-name.ts';
import type { Session } from '../session/session.ts';
import { EventLog } from './event-log.ts';
import type { ServerExtension } from './extension.ts';

/** How much is kept for replay. */
export interface ReplayOptions {
  /** Events kept per channel. */
  readonly maxEvents?: number;
  /** Bytes of JSON kept per channel. */
  readonly maxBytes?: number;
  readonly maxAgeMs?: number;
  /** Channels kept; the one that was published to least recently goes first. */
  readonly maxChannels?: number;
  /** Which channels take part. Unset: all broadcast channels. */
  readonly includes?: (channel: string) => boolean;
  /** The next id; must rise from call to call. Unset: counts from 1. */
  readonly nextReplayId?: () => number;
  readonly wallClock?: () => number;
}

const newOnly = -1;
const everything = -2;

/**
 * Replay in the dialect of Salesforce's streaming API. Each event on a channel has `data.event.replayId`; a subscription with
 * `ext.replay` {"/channel": N} gets what came strictly after N, everything kept for -2, only what is new for -1.
 */
export class ReplayExtension implements ServerExtension {
  readonly name = 'replay';
  readonly #log: EventLog;
  readonly #includes: (channel: string) => boolean;
  readonly #wallClock: () => number;
  readonly #nextReplayId: () => number;

  constructor(options: ReplayOptions = {}) {
    this.#wallClock = options.wallClock ?? Date.now;
    this.#log = new EventLog({
      maxEvents: options.maxEvents ?? 1_000,
      maxBytes: options.maxBytes ?? 1_048_576,
      maxAgeMs: options.maxAgeMs ?? 86_400_000,
      maxChannels: options.maxChannels ?? 1_000,
    });
    this.#includes = options.includes ?? (() => true);
    let last = 0;
    this.#nextReplayId = options.nextReplayId ?? (() => ++last);
  }

  handshaking(_session: Session, _message: BayeuxMessage, reply: BayeuxReply): void {
    reply.ext = { ...reply.ext, replay: true };
  }

  publishing(channel: string, message: EventMessage): void {
    if (!this.#includes(channel)) return;
    const replayId = this.#nextReplayId();
    const now = this.#wallClock();
    if (isRecord(message.data)) {
      const event = ownField(message.data, 'event');
      const stamped = { createdDate: new Date(now).toISOString(), ...(isRecord(event) ? event : {}), replayId };
      message.data = { ...message.data, event: stamped };
    }
    this.#log.append(channel, { replayId, at: now, data: message.data });
  }

  subscribing(_session: Session, subscription: string, message: BayeuxMessage): string | undefined {
    const wanted = ownField(message.ext, 'replay');
    if (wanted === undefined) return undefined;
    const from = ownField(wanted, subscription);
    if (typeof from !== 'number' || !Number.isSafeInteger(from)) {
      return `The replay map ${JSON.stringify(wanted).slice(0, 150)} has no replayId for the channel ${subscription}`;
    }
    if (from === newOnly) return undefined;
    if (isWild(subscription)) return `Replay of the pattern ${subscription} is not possible: subscribe to the channels, or use -1`;
    if (from === everything) return undefined;
    const { earliest, latest, afterAnyOf } = this.#log.range(subscription, this.#wallClock());
    if (from >= afterAnyOf && from <= latest) return undefined;
    return (
      `The replayId {${from}} you provided was invalid. Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.` +
      ` Earliest: ${earliest}, latest: ${latest}`
    );
  }

  subscribed(session: Session, subscription: string, message: BayeuxMessage): void {
    const from = ownField(ownField(message.ext, 'replay'), subscription);
    if (typeof from !== 'number' || from === newOnly) return;
    for (const event of this.#log.after(subscription, from === everything ? -Infinity : from, this.#wallClock())) {
      session.deliver(subscription, event.data);
    }
  }
}
