/** What the last look at one server showed. */
export interface ServerView {
  reachable: boolean;
  /** Following another server: it answers reads only. */
  standby: boolean;
  /** Counts promotions: a primary of a lower timeline than another's was replaced. 0 when unknown. */
  timeline: number;
  /** The cluster's identifier: servers that copy each other share it, and only their timelines can be compared. Empty when unknown. */
  system: string;
  /** Its commits wait for a standby that does not answer. */
  stalled: boolean;
}

/** The highest timeline of any server of a cluster, now or before. */
export type Highest = ReadonlyMap<string, number>;

/** Adds what the reachable servers show; it never falls. */
export function highestTimelines(known: Highest, servers: readonly ServerView[]): Map<string, number> {
  const highest = new Map(known);
  for (const { reachable, system, timeline } of servers)
    if (reachable && system !== '') highest.set(system, Math.max(highest.get(system) ?? 0, timeline));
  return highest;
}

/** `several`: more than one server may claim to be the primary; writing to either would split the data. */
export type Writable = { kind: 'one'; index: number } | { kind: 'none' | 'several' };

/**
 * The server that may be written to: the one reachable primary of the highest timeline ever seen. A primary that came back after another one
 * was promoted carries a lower timeline; what is written to it would be lost, so it is refused even when it is the only one left.
 */
export function writableServer(highest: Highest, servers: readonly ServerView[]): Writable {
  const found = servers.flatMap((server, index) => (server.reachable && !server.standby && !isReplaced(highest, server) ? [index] : []));
  const [index] = found;
  if (index === undefined) return { kind: 'none' };
  return found.length === 1 ? { kind: 'one', index } : { kind: 'several' };
}

/** Servers to ask for a `local` read, in order: the list's order, those that look unreachable last, replaced primaries never. */
export function readOrder(highest: Highest, servers: readonly ServerView[]): number[] {
  const usable = servers
    .map((server, index) => ({ server, index }))
    .filter(({ server }) => !server.reachable || server.standby || !isReplaced(highest, server));
  return [...usable.filter(({ server }) => server.reachable), ...usable.filter(({ server }) => !server.reachable)].map(
    ({ index }) => index,
  );
}

const isReplaced = (highest: Highest, { system, timeline }: ServerView): boolean => timeline < (highest.get(system) ?? 0);
