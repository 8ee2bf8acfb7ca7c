import type { CommandEntry } from './protocol.ts';

const kept = 20_000;

/** The newest commands that clients gave this site's servers, in the order of their execution. */
export class CommandLog {
  #entries: CommandEntry[] = [];

  add(entries: readonly CommandEntry[]): void {
    this.#entries.push(...entries);
    if (this.#entries.length > kept * 2) this.#entries = this.#entries.slice(-kept);
  }

  /** By time; only those of one DN when one is given. */
  read(dn?: string): CommandEntry[] {
    const newest = this.#entries.slice(-kept);
    const wanted = dn === undefined ? newest : newest.filter(entry => entry.dn === dn);
    return wanted.sort((a, b) => a.atMs - b.atMs);
  }
}
