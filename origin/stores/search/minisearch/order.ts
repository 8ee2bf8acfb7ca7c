import type { PreparedDocument } from '../prepared.ts';

/** A document in memory. */
export interface Entry {
  document: PreparedDocument;
  /** Its whole values, each between line ends. */
  text: string;
}

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** By kind, then by name. */
export const ascending = (a: PreparedDocument, b: PreparedDocument): number =>
  a.rank - b.rank || compared(a.sort, b.sort) || a.dbid - b.dbid;
/** By kind, then by name from Z to A. */
export const descending = (a: PreparedDocument, b: PreparedDocument): number =>
  a.rank - b.rank || compared(b.sort, a.sort) || a.dbid - b.dbid;

/** Entries in ascending order. One change moves one entry; sorting 100,000 takes a quarter of a second. */
export interface Order {
  list(): readonly Entry[];
  /** An entry comes, goes, or takes the place of another. */
  change(before: Entry | undefined, after: Entry | undefined): void;
}

/** Above it a change is one of many, and sorting once is cheaper. */
const mostMoves = 200;

export function createOrder(all: () => Iterable<Entry>): Order {
  let sorted: Entry[] | undefined;
  let moves = 0;
  const placeOf = (list: readonly Entry[], { document }: Entry): number => {
    let low = 0;
    for (let high = list.length; low < high;) {
      const middle = (low + high) >>> 1;
      const at = list[middle];
      if (at !== undefined && ascending(at.document, document) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    list() {
      moves = 0;
      return (sorted ??= [...all()].sort((a, b) => ascending(a.document, b.document)));
    },
    change(before, after) {
      if (sorted === undefined) return;
      moves += 1;
      if (moves > mostMoves) return void (sorted = undefined);
      if (before !== undefined) sorted.splice(placeOf(sorted, before), 1);
      if (after !== undefined) sorted.splice(placeOf(sorted, after), 0, after);
    },
  };
}
