/** How many connects are held per browser cookie. An entry is gone when its count is zero. */
export class HeldPerBrowser {
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#counts.size;
  }

  count(browserId: string): number {
    return this.#counts.get(browserId) ?? 0;
  }

  add(browserId: string): void {
    this.#counts.set(browserId, this.count(browserId) + 1);
  }

  release(browserId: string): void {
    const left = this.count(browserId) - 1;
    if (left > 0) this.#counts.set(browserId, left);
    else this.#counts.delete(browserId);
  }
}
