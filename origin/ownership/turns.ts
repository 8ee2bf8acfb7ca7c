/** Lets so many run at once; the rest waits, the oldest first. Whoever has a turn gives it back with the function it was called with, once. */
export class Turns {
  private running = 0;
  private readonly waiting = new Set<(done: () => void) => void>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Calls `begin` at once when there is room, else when its turn comes. Answers what takes it out of the queue again. */
  take(begin: (done: () => void) => void): () => void {
    if (this.running < this.limit) this.start(begin);
    else this.waiting.add(begin);
    return () => void this.waiting.delete(begin);
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
      this.waiting.delete(next);
      this.start(next);
    });
  }
}
