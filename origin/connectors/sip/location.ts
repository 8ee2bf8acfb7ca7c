/** The segments of a location path; no path is the root. `/us-east/` and `us-east` are the same. */
const segmentsOf = (location: string | undefined): string[] => (location ?? '').split('/').filter(segment => segment !== '');

/** How many leading segments of `ours` the path spells out; undefined when it is not equal to or an ancestor of ours. */
export function specificity(location: string | undefined, ours: string): number | undefined {
  const theirs = segmentsOf(location);
  const own = segmentsOf(ours);
  return theirs.length <= own.length && theirs.every((segment, index) => segment === own[index]) ? theirs.length : undefined;
}

/**
 * Orders connections for a client at `ours`: equal or ancestor locations first, the most specific ahead, no location counting as the root
 * of all; then every other, as a last resort. Equals keep the order of the configuration. `local` is how many of them serve our location.
 */
export function byLocation<T extends { readonly location?: string | undefined }>(
  connections: readonly T[],
  ours: string,
): { readonly ordered: readonly T[]; readonly local: number } {
  const rated = connections.map(connection => ({ connection, rank: specificity(connection.location, ours) }));
  const serving = rated.filter(entry => entry.rank !== undefined).sort((one, other) => (other.rank ?? 0) - (one.rank ?? 0));
  const others = rated.filter(entry => entry.rank === undefined);
  return { ordered: [...serving, ...others].map(entry => entry.connection), local: serving.length };
}
