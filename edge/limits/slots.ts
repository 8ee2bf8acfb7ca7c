/** Subrequests of one invocation that may wait for headers at once: the platform queues the seventh, and only in production. */
const maxUnanswered = 5;

export interface Slots {
  /** Runs `task` when a slot is free; waiting tasks run in order. */
  run<T>(task: () => Promise<T>): Promise<T>;
  readonly busy: number;
}

class CountedSlots implements Slots {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#busy < this.#limit) this.#busy += 1;
    else await new Promise<void>(resolve => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      // The slot passes on without a gap, so that no newcomer slips in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy -= 1;
      else next();
    }
  }

  get busy(): number {
    return this.#busy;
  }
}

export const createSlots = (limit: number = maxUnanswered): Slots => new CountedSlots(limit);
