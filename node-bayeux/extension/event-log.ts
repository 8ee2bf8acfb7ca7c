/** An event that can be replayed. */
export interface LoggedEvent {
  readonly replayId: number;
  /** Wall-clock milliseconds. */
  readonly at: number;
  readonly data: unknown;
}

/** Limits of the log; each bounds it by itself. */
export interface EventLogLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly maxChannels: number;
}

interface ChannelLog {
  readonly events: { readonly event: LoggedEvent; readonly bytes: number }[];
  bytes: number;
  /** Id of the newest event that is no longer here; one may ask for what came after it. 0 when nothing has gone. */
  lastGone: number;
  latest: number;
}

/** The latest events of each channel. Ids rise, with gaps. */
export class EventLog {
  readonly #limits: EventLogLimits;
  readonly #channels = new Map<string, ChannelLog>();
  /** The highest id among channels that were dropped whole: a channel that comes back cannot tell what it has lost. */
  #droppedUpTo = 0;

  constructor(limits: EventLogLimits) {
    this.#limits = limits;
  }

  append(channel: string, event: LoggedEvent): void {
    const log = this.#channels.get(channel) ?? { events: [], bytes: 0, lastGone: this.#droppedUpTo, latest: 0 };
    // Re-inserted, so that the map's first entry is the channel that was published to least recently.
    this.#channels.delete(channel);
    this.#channels.set(channel, log);
    const json: string | undefined = JSON.stringify(event.data);
    const bytes = json === undefined ? 0 : Buffer.byteLength(json);
    log.events.push({ event, bytes });
    log.bytes += bytes;
    log.latest = event.replayId;
    this.#trim(log, event.at);
    if (this.#channels.size > this.#limits.maxChannels) {
      const oldest = this.#channels.keys().next();
      if (!oldest.done) this.#drop(oldest.value);
    }
  }

  /** Ids of the oldest and newest event kept (0 for none), and the smallest id that one may still ask from. */
  range(channel: string, now: number): { readonly earliest: number; readonly latest: number; readonly afterAnyOf: number } {
    const log = this.#channels.get(channel);
    if (log === undefined) return { earliest: 0, latest: this.#droppedUpTo, afterAnyOf: this.#droppedUpTo };
    this.#trim(log, now);
    return { earliest: log.events[0]?.event.replayId ?? 0, latest: log.latest, afterAnyOf: log.lastGone };
  }

  /** The events kept with an id above `replayId`, oldest first. */
  after(channel: string, replayId: number, now: number): LoggedEvent[] {
    const log = this.#channels.get(channel);
    if (log === undefined) return [];
    this.#trim(log, now);
    return log.events.filter(entry => entry.event.replayId > replayId).map(entry => entry.event);
  }

  #drop(channel: string): void {
    this.#droppedUpTo = Math.max(this.#droppedUpTo, this.#channels.get(channel)?.latest ?? 0);
    this.#channels.delete(channel);
  }

  #trim(log: ChannelLog, now: number): void {
    const { maxEvents, maxBytes, maxAgeMs } = this.#limits;
    let gone = 0;
    for (const { event, bytes } of log.events) {
      if (log.events.length - gone <= maxEvents && log.bytes <= maxBytes && now - event.at <= maxAgeMs) break;
      log.bytes -= bytes;
      log.lastGone = event.replayId;
      gone++;
    }
    if (gone > 0) log.events.splice(0, gone);
  }
}
