/** Lets so many run at once; the rest waits, the oldest first. Whoever has a turn gives it back with the function it was called with, once. */
export class Turns {
  private running = 0;
  private peak = 0;
  private readonly waiting = new Set<(done: () => void) => void>();
  private readonly limit: number;
  private readonly caughtUp: (peak: number) => void;

  /** `caughtUp` hears how many had waited at once, when nobody waits any more. */
  constructor(limit: number, caughtUp: (peak: number) => void = () => undefined) {
    this.limit = limit;
    this.caughtUp = caughtUp;
  }

  /** Calls `begin` at once when there is room, else when its turn comes. Answers what takes it out of the queue again. */
  take(begin: (done: () => void) => void): () => void {
    if (this.running < this.limit) this.start(begin);
    else this.waiting.add(begin);
    this.peak = Math.max(this.peak, this.waiting.size);
    return () => this.leave(begin);
  }

  get length(): number {
    return this.waiting.size;
  }

  private start(begin: (done: () => void) => void): void {
    this.running += 1;
    let over = false;
    begin(() => {
      if (over) return;
      over = true;
      this.running -= 1;
      const [next] = this.waiting;
      if (next === undefined) return;
      this.leave(next);
      this.start(next);
    });
  }

  private leave(begin: (done: () => void) => void): void {
    if (!this.waiting.delete(begin) || this.waiting.size > 0) return;
    const { peak } = this;
    this.peak = 0;
    this.caughtUp(peak);
  }
}
