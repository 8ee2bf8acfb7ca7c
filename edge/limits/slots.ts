/** Subrequests of one invocation that may wait for headers at once: the platform queues the seventh, and only in production. */
const maxUnanswered = 5;

export interface Slots {
  /** Runs `task` when a slot is free; waiting tasks run in order. */
  run<T>(task: () => Promise<T>): Promise<T>;
  readonly busy: number;
}

export function createSlots(limit: number = maxUnanswered): Slots {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(task) {
      if (busy >= limit) await new Promise<void>(resolve => waiting.push(resolve));
      else busy += 1;
      try {
        return await task();
      } finally {
        // The slot passes on without a gap, so that no newcomer slips in between.
        const next = waiting.shift();
        if (next === undefined) busy -= 1;
        else next();
      }
    },
    get busy() {
      return busy;
    },
  };
}
