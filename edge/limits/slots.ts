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
  // The slot passes on without a gap, so that no newcomer slips in between.
  const pass = (): void => {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  };
  return {
    run(task) {
      if (busy >= limit) return new Promise<void>(resolve => waiting.push(resolve)).then(task).finally(pass);
      busy += 1;
      return task().finally(pass);
    },
    get busy() {
      return busy;
    },
  };
}
