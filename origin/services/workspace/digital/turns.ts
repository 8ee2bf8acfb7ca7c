/** How many agents a node brings back at the Interaction Server at once: when thousands come over together, their calls go first. */
const maxAtOnce = 64;

/** Lets so many in at a time; the others wait in the order they came. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  /** Resolves when it is one's turn, with what ends it; to be called once. */
  async enter(): Promise<() => void> {
    if (this.#inside >= maxAtOnce) await new Promise<void>(resolve => this.#waiting.push(resolve));
    else this.#inside += 1;
    return () => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside -= 1;
      else next();
    };
  }
}
