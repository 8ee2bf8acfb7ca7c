/** What the last look at one server showed. */
export interface ServerView {
  reachable: boolean;
  /** Following another server: it answers reads only. */
  standby: boolean;
  /** Counts promotions: a primary of a lower timeline than another's was replaced. 0 when unknown. */
  timeline: number;
}

/** The highest timeline of any primary, now or before. */
export const highestTimeline = (known: number, servers: readonly ServerView[]): number =>
  servers.reduce((highest, server) => (server.reachable ? Math.max(highest, server.timeline) : highest), known);

/**
 * The server that may be written to: a reachable primary of the highest timeline ever seen. A primary that came back after another one was
 * promoted carries a lower timeline; what is written to it would be lost, so it is refused even when it is the only one left.
 */
export function writableServer(highest: number, servers: readonly ServerView[]): number | undefined {
  const index = servers.findIndex(server => server.reachable && !server.standby && server.timeline >= highest);
  return index === -1 ? undefined : index;
}

/** Servers to ask for a `local` read, in order: the list's order, those that look unreachable last, replaced primaries never. */
export function readOrder(highest: number, servers: readonly ServerView[]): number[] {
  const replaced = (server: ServerView): boolean => server.reachable && !server.standby && server.timeline < highest;
  const usable = servers.map((server, index) => ({ server, index })).filter(({ server }) => !replaced(server));
  return [...usable.filter(({ server }) => server.reachable), ...usable.filter(({ server }) => !server.reachable)].map(
    ({ index }) => index,
  );
}
