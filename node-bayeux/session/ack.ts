import type { OutgoingEvent } from '../protocol/event.ts';

/** An event that was sent with the reply of that number. */
export interface Unacked {
  readonly batch: number;
  readonly event: OutgoingEvent;
}

/**
 * What one client has been sent and has not yet acknowledged. A batch number belongs to the reply that carried it: a client
 * that sends it back has processed that reply and every one before it.
 */
export class AckState {
  #unacked: Unacked[] = [];
  #bytes = 0;
  #lastBatch: number;

  constructor(lastBatch = 0) {
    this.#lastBatch = lastBatch;
  }

  get lastBatch(): number {
    return this.#lastBatch;
  }

  get length(): number {
    return this.#unacked.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Forgets what the client has processed. A number that was never sent acknowledges nothing. */
  acknowledge(batch: unknown): void {
    if (typeof batch !== 'number' || !Number.isSafeInteger(batch) || batch > this.#lastBatch) return;
    let count = 0;
    for (const entry of this.#unacked) {
      if (entry.batch > batch) break;
      this.#bytes -= entry.event.bytes;
      count++;
    }
    if (count > 0) this.#unacked.splice(0, count);
  }

  /**
   * Opens the next batch with new events and returns all that the reply must carry: a client asking with an older number
   * has not seen the batches after it.
   */
  nextBatch(events: readonly OutgoingEvent[]): OutgoingEvent[] {
    if (events.length > 0) {
      this.#lastBatch++;
      for (const event of events) {
        this.#unacked.push({ batch: this.#lastBatch, event });
        this.#bytes += event.bytes;
      }
    }
    return this.#unacked.map(entry => entry.event);
  }

  dropOldest(): OutgoingEvent | undefined {
    const oldest = this.#unacked.shift();
    if (oldest !== undefined) this.#bytes -= oldest.event.bytes;
    return oldest?.event;
  }

  /** What was sent and not acknowledged, with its batch. */
  pending(): readonly Unacked[] {
    return this.#unacked;
  }

  /** Takes over what another server has sent: batches rise, and none is above the last one. */
  restore(entries: readonly Unacked[]): void {
    this.#unacked.push(...entries);
    for (const entry of entries) this.#bytes += entry.event.bytes;
  }

  clear(): void {
    this.#unacked = [];
    this.#bytes = 0;
  }
}
