import type { Clock, Timer } from '../clock.ts';

interface Entry {
  at: number;
  readonly delayMs: number;
  readonly run: () => void;
}

/** A clock that moves only when a test says so. */
export class FakeClock implements Clock {
  #now = 1_000;
  readonly #timers = new Set<Entry>();
  #soon: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): Timer {
    const entry: Entry = { at: this.#now + delayMs, delayMs, run };
    this.#timers.add(entry);
    return {
      refresh: () => {
        entry.at = this.#now + delayMs;
        this.#timers.add(entry);
      },
      cancel: () => void this.#timers.delete(entry),
    };
  }

  soon(run: () => void): void {
    this.#soon.push(run);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Ends the turn of the event loop: promises first, then what was put off to its end, until nothing is left. */
  async turn(): Promise<void> {
    do {
      for (let n = 0; n < 60; n++) await Promise.resolve();
      const due = this.#soon;
      this.#soon = [];
      for (const run of due) run();
      for (let n = 0; n < 60; n++) await Promise.resolve();
    } while (this.#soon.length > 0);
  }

  /** Lets time pass, running what falls due in its order. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.turn();
    for (;;) {
      let next: Entry | undefined;
      for (const entry of this.#timers) if (entry.at <= end && (next === undefined || entry.at < next.at)) next = entry;
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await this.turn();
    }
    this.#now = end;
  }
}
