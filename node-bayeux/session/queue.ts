import type { OutgoingEvent } from '../protocol/event.ts';

/** Events that wait for one session, oldest first, counted and weighed. */
export class EventQueue {
  #events: OutgoingEvent[] = [];
  #bytes = 0;

  get length(): number {
    return this.#events.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(event: OutgoingEvent): void {
    this.#events.push(event);
    this.#bytes += event.bytes;
  }

  /** Puts a batch that did not reach the client back where it was. */
  putBack(events: readonly OutgoingEvent[]): void {
    if (events.length === 0) return;
    this.#events = [...events, ...this.#events];
    for (const event of events) this.#bytes += event.bytes;
  }

  dropOldest(): OutgoingEvent | undefined {
    const oldest = this.#events.shift();
    if (oldest !== undefined) this.#bytes -= oldest.bytes;
    return oldest;
  }

  /** Takes the oldest events, at least one, as far as both limits allow. */
  take(maxMessages: number, maxBytes: number): OutgoingEvent[] {
    const events = this.#events;
    if (events.length <= maxMessages && this.#bytes <= maxBytes) {
      this.#events = [];
      this.#bytes = 0;
      return events;
    }
    let count = 0;
    let bytes = 0;
    for (const event of events) {
      if (count > 0 && (count === maxMessages || bytes + event.bytes > maxBytes)) break;
      count++;
      bytes += event.bytes;
    }
    const taken = events.splice(0, count);
    this.#bytes -= bytes;
    return taken;
  }

  get newest(): OutgoingEvent | undefined {
    return this.#events.at(-1);
  }

  /** Takes the events up to and including `last`; none when it has left already. */
  takeThrough(last: OutgoingEvent): OutgoingEvent[] {
    const taken = this.#events.splice(0, this.#events.lastIndexOf(last) + 1);
    for (const event of taken) this.#bytes -= event.bytes;
    return taken;
  }

  toArray(): readonly OutgoingEvent[] {
    return this.#events;
  }

  clear(): void {
    this.#events = [];
    this.#bytes = 0;
  }
}
