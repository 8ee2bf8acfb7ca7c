import type { DnType } from '@handover/shared/genesys';
import type { Result } from '@handover/shared/result';

/** What can be searched. Route points, queues and the other DNs are kinds of their own; contacts are kept and searched elsewhere. */
export const searchKinds = ['person', 'agent-group', 'skill', 'route-point', 'acd-queue', 'dn', 'place'] as const;
export type SearchKind = (typeof searchKinds)[number];

/** One object as it is searched; what is shown of it is read from the configuration, by kind and dbid. */
export interface SearchDocument {
  kind: SearchKind;
  dbid: number;
  tenantDbid: number;
  enabled: boolean;
  /** Shown name; lists are ordered by it. */
  name: string;
  /** Whole values it is found by: names, user name, employee id, numbers. At most 32 of 255 characters are used. */
  texts: readonly string[];
  /** Values it is found by when nothing better is: the names of a person's skills. At most 64. */
  related: readonly string[];
  /** Persons: whether they are agents. */
  agent: boolean;
  skillDbids: readonly number[];
  groupDbids: readonly number[];
  dnType?: DnType;
}

export type DocumentKey = Pick<SearchDocument, 'kind' | 'dbid'>;

export interface SearchQuery {
  /** Nothing of another tenant is ever found. */
  tenantDbid: number;
  /** At least one. */
  kinds: readonly SearchKind[];
  term: string;
  /**
   * `words`: each word of the term is a word of the object, or begins one, or is one but for a typing mistake; the better the match, the
   * earlier. `part`: the term is a part of one value. `exact`: it is a whole value. Case and accents never matter; an empty term finds all.
   */
  match: 'words' | 'part' | 'exact';
  /** Only enabled objects. */
  enabledOnly?: boolean;
  /** Of the persons only agents. */
  agentsOnly?: boolean;
  /** Only persons with this skill, or in this group. */
  skillDbid?: number;
  groupDbid?: number;
  dnTypes?: readonly DnType[];
  /** By name within each kind, instead of by how well it matches; kinds in the order of `searchKinds`. */
  byName?: boolean;
  /** Names from Z to A. */
  descending?: boolean;
  /** 0 or more; with `limit` at most 10,000. */
  offset: number;
  /** 1 to 1,000. */
  limit: number;
}

export interface SearchPage {
  hits: readonly DocumentKey[];
  /** How many there are in all. */
  total: number;
}

/**
 * `down`: does not answer. `missing`: answers, but has no index: it must be rebuilt. `unknown`: not looked yet.
 */
export type SearchHealth = 'unknown' | 'up' | 'missing' | 'down';

/**
 * The searchable copy of a region's configuration. It may vanish at any time and is made again from the configuration. Every call throws
 * `search.unavailable` when it cannot be answered; a search does so within a second.
 */
export interface SearchIndex {
  /** `server`: one index for all nodes of the region. `embedded`: this node's own. */
  readonly kind: 'server' | 'embedded';
  search(query: SearchQuery): Promise<SearchPage>;
  /** Looks now. */
  check(): Promise<SearchHealth>;
  /** As last looked, without I/O. */
  readonly health: SearchHealth;
  /** Builds a new index and lets it take the place of the old one at once: whoever searches meanwhile finds the old one complete. */
  rebuild(documents: Iterable<SearchDocument>, progress: (done: number) => void): Promise<number>;
  /** Makes the index equal to the documents, writing only what differs. */
  sync(documents: Iterable<SearchDocument>): Promise<Result<{ written: number; removed: number }, 'missing'>>;
  /** The same document twice changes nothing; at most 10,000 at once. Found within a second. */
  apply(put: readonly SearchDocument[], remove: readonly DocumentKey[]): Promise<Result<true, 'missing'>>;
  /** Of what agents did, kept for a week. */
  readonly history: StatisticsHistory;
  close(): Promise<void>;
}

/** What an agent did within a quarter of an hour. */
export interface QuarterRecord {
  tenantDbid: number;
  personDbid: number;
  /** Epoch ms of its start, a multiple of 900,000. */
  startMs: number;
  /** Seconds in each state, e.g. `Ready`. At most 32 states. */
  stateS: Readonly<Record<string, number>>;
  /** Interactions handled per media, e.g. `voice`. At most 32. */
  handled: Readonly<Record<string, number>>;
}

export const quarterMs = 900_000;

/** A run-time record: what was lost with the server is not made again. */
export interface StatisticsHistory {
  /** A later record of the same person and quarter replaces the earlier one. At most 10,000 at once. */
  record(records: readonly QuarterRecord[]): Promise<void>;
  /** In order of time; quarters that start in [fromMs, toMs). At most 1,000. */
  read(query: { tenantDbid: number; personDbid: number; fromMs: number; toMs: number }): Promise<QuarterRecord[]>;
}
