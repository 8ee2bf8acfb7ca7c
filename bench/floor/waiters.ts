/** Who waits until something is shown; whoever changes what is shown wakes them. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  /** Everybody looks again. */
  wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Whether `shown` became true in time. */
  until(shown: () => boolean, timeoutMs: number): Promise<boolean> {
    if (shown()) return Promise.resolve(true);
    return new Promise(resolve => {
      const end = (value: boolean): void => {
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(value);
      };
      const look = (): void => {
        if (shown()) end(true);
      };
      const timer = setTimeout(() => end(false), timeoutMs);
      this.#waiting.add(look);
    });
  }
}
