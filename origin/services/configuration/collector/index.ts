import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { Configuration, ConfigurationChange } from '../../../contracts/configuration.ts';
import type { SearchHealth, SearchIndex } from '../../../contracts/search.ts';
import { allDocuments, consequences, documentCount, isSearched, type SearchedType } from './documents.ts';
import type { Lease } from './lease.ts';

export { createLease } from './lease.ts';

export interface CollectorStatus {
  kind: SearchIndex['kind'];
  health: SearchHealth;
  /** Whether this node writes the index. */
  writes: boolean;
  /** While a new index is built: how many documents are in, of how many. */
  rebuilding?: { done: number; total: number };
}

/** Keeps the search index equal to the configuration. */
export interface Collector {
  start(): void;
  stop(): Promise<void>;
  /** Builds the index anew and answers how many documents it has; joins a rebuild that is under way. Throws `search.unavailable`. */
  rebuild(): Promise<number>;
  status(): CollectorStatus;
}

const turnMs = 1_000;
const gatherMs = 200;
/** A look at everything: should a write have been lost, it is made up for. */
const compareMs = 600_000;
const maxPending = 5_000;

/**
 * Follows the configuration's notifications with writes of what they change. Whenever it may have missed something (it begins to write, the
 * server was away, too much came at once) it compares the whole index with the configuration and writes what differs; when there is no
 * index, it makes one. So it needs to remember nothing, and may be stopped at any moment.
 */
export function createCollector(options: {
  configuration: Configuration;
  index: SearchIndex;
  /** Absent for an index of this node alone. */
  lease?: Lease;
  clock: Clock;
  log: Logger;
}): Collector {
  const { configuration, index, lease, clock, log } = options;
  const pending = new Map<string, readonly [SearchedType, number]>();
  const formerMembers = new Set<number>();
  const members = new Map<number, readonly number[]>();
  let equal = false;
  let comparedAtMs = 0;
  let writes = lease === undefined;
  let working: Promise<void> | undefined;
  let rebuilding: Promise<number> | undefined;
  let progress = { done: 0, total: 0 };
  let stopped = true;
  let cancelTurn = (): void => undefined;
  let cancelGather: (() => void) | undefined;
  let unsubscribe = (): void => undefined;

  async function turn(): Promise<void> {
    const health = await index.check();
    writes = lease === undefined || (await lease.hold());
    if (stopped) return;
    // Others write; should it be our turn again, we have missed what they wrote.
    if (!writes && rebuilding === undefined) equal = false;
    if (health === 'down') equal = false;
    // Before everything is read the index would be emptied.
    else if (health !== 'unknown' && writes && configuration.state !== 'loading') void work();
    cancelTurn = clock.after(turnMs, () => void turn());
  }

  const work = (): Promise<void> => (working ??= workNow().finally(() => (working = undefined)));

  async function workNow(): Promise<void> {
    try {
      if (index.health === 'missing') await rebuild();
      else if (rebuilding !== undefined) return;
      else if (!equal || clock.monotonic() - comparedAtMs > compareMs) await compare();
      else await flush();
    } catch (fault) {
      equal = false;
      log.warn('search index not written', { reason: fault instanceof Error ? fault.message : 'unknown' });
    }
  }

  async function compare(): Promise<void> {
    // Changes from here on are written after it, so they may be in or not.
    forget();
    equal = true;
    const outcome = await index.sync(allDocuments(configuration));
    if (!outcome.ok) return void (await rebuild());
    comparedAtMs = clock.monotonic();
    log.info('search index compared with the configuration', { ...outcome.value });
  }

  async function flush(): Promise<void> {
    if (pending.size === 0) return;
    const { put, remove } = consequences(pending.values(), configuration, formerMembers);
    pending.clear();
    formerMembers.clear();
    // As many as one write takes; more is a matter for a comparison.
    if (put.length > maxPending) return compare();
    const outcome = await index.apply(put, remove);
    if (!outcome.ok) await rebuild();
  }

  const rebuild = (): Promise<number> => (rebuilding ??= rebuildNow().finally(() => (rebuilding = undefined)));

  async function rebuildNow(): Promise<number> {
    forget();
    equal = true;
    progress = { done: 0, total: documentCount(configuration) };
    try {
      const count = await index.rebuild(allDocuments(configuration), done => (progress.done = done));
      comparedAtMs = clock.monotonic();
      // What changed meanwhile; also by a node that only rebuilds, because it was asked to.
      if (!stopped) gather();
      return count;
    } catch (fault) {
      equal = false;
      throw fault;
    }
  }

  function forget(): void {
    pending.clear();
    formerMembers.clear();
  }

  function changed(change: ConfigurationChange): void {
    if (change.type === 'CfgAgentGroup') {
      for (const member of members.get(change.dbid) ?? []) formerMembers.add(member);
      if (change.object?.type === 'CfgAgentGroup') members.set(change.dbid, change.object.agentDBIDs);
      else members.delete(change.dbid);
    }
    // What a comparison is due for needs no remembering.
    if (!isSearched(change.type) || !equal) return;
    pending.set(`${change.type}/${change.dbid}`, [change.type, change.dbid]);
    if (pending.size > maxPending) equal = false;
    gather();
  }

  /** Changes often come together: they are written together. */
  function gather(): void {
    cancelGather ??= clock.after(gatherMs, () => {
      cancelGather = undefined;
      if (!stopped && equal && index.health === 'up') void work();
    });
  }

  return {
    start() {
      stopped = false;
      unsubscribe = configuration.onChange(changed);
      void configuration.ready().then(() => {
        for (const group of configuration.all('CfgAgentGroup')) members.set(group.dbid, group.agentDBIDs);
      });
      void turn();
    },
    async stop() {
      stopped = true;
      unsubscribe();
      cancelTurn();
      cancelGather?.();
      await lease?.release();
    },
    rebuild,
    status: () => ({
      kind: index.kind,
      health: index.health,
      writes,
      ...(rebuilding === undefined ? {} : { rebuilding: { ...progress } }),
    }),
  };
}
