import type { Clock } from '@handover/shared/time';

const keptMs = 5_000;
const maxKept = 256;

/** Answers of the last 5 s by request, so that a request that arrives twice is executed once. */
export class Remembered {
  readonly #answers = new Map<string, { atMs: number; answer: Promise<unknown> }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The answer of the earlier execution under this name, else that of a new one, which is kept if `keeps` says so. */
  once<T>(name: string, run: () => Promise<T>, keeps: (answer: T) => boolean): Promise<T> {
    this.#forget();
    const known = this.#answers.get(name);
    if (known !== undefined) return known.answer as Promise<T>;
    const answer = run();
    const entry = { atMs: this.#clock.monotonic(), answer };
    this.#answers.set(name, entry);
    const drop = (): void => {
      if (this.#answers.get(name) === entry) this.#answers.delete(name);
    };
    answer.then(value => (keeps(value) ? undefined : drop()), drop);
    return answer;
  }

  #forget(): void {
    const before = this.#clock.monotonic() - keptMs;
    for (const [name, entry] of this.#answers) {
      if (entry.atMs > before && this.#answers.size < maxKept) return;
      this.#answers.delete(name);
    }
  }
}
