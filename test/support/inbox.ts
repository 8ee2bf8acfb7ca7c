const defaultTimeoutMs = 20_000;

/** Collects what arrives; a test looks for one, among those that are there and those still to come. */
export interface Inbox<T> {
  readonly seen: readonly T[];
  push(item: T): void;
  /** A place in the stream: `next` after it ignores what came before. */
  mark(): number;
  /** The first item since `from` (a mark; 0 by default) that `wanted` accepts. */
  next(what: string, wanted: (item: T) => boolean, options?: { from?: number; timeoutMs?: number }): Promise<T>;
}

export function createInbox<T>(): Inbox<T> {
  const seen: T[] = [];
  const waiting = new Set<() => void>();
  return {
    seen,
    push(item) {
      seen.push(item);
      for (const look of waiting) look();
    },
    mark: () => seen.length,
    next: (what, wanted, { from = 0, timeoutMs = defaultTimeoutMs } = {}) =>
      new Promise((resolve, reject) => {
        let at = from;
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`${what}: not within ${timeoutMs} ms; since then came ${JSON.stringify(seen.slice(from)).slice(0, 2_000)}`));
        }, timeoutMs);
        const look = (): void => {
          for (; at < seen.length; at += 1) {
            const item = seen[at] as T;
            if (!wanted(item)) continue;
            clearTimeout(timer);
            waiting.delete(look);
            return resolve(item);
          }
        };
        waiting.add(look);
        look();
      }),
  };
}
