import MiniSearch from 'minisearch';
import type { SearchQuery } from '../../../contracts/search.ts';
import { mistakesIn } from '../fold.ts';
import type { PreparedDocument } from '../prepared.ts';
import { worth, type AskedTerm } from '../query.ts';
import { worthOf } from './worth.ts';

/** The documents of one index in memory, with their words. */
export interface DocumentTable {
  readonly size: number;
  put(documents: readonly PreparedDocument[]): void;
  remove(id: string): void;
  ids(): IterableIterator<string>;
  fingerprint(id: string): string | undefined;
  /** All that match, in order. */
  find(query: SearchQuery, asked: AskedTerm): PreparedDocument[];
}

export function createDocumentTable(): DocumentTable {
  const documents = new Map<string, PreparedDocument>();
  const index = new MiniSearch<PreparedDocument>({
    fields: ['words', 'related'],
    // Words are folded and cut already; a space is in none of them.
    extractField: (document, field) => {
      const value = document[field as keyof PreparedDocument];
      return Array.isArray(value) ? value.join(' ') : String(value);
    },
    tokenize: text => text.split(' '),
    processTerm: term => term,
  });
  /** By kind, then by name; undefined after a change. */
  let ordered: PreparedDocument[] | undefined;

  const inOrder = (): readonly PreparedDocument[] => (ordered ??= [...documents.values()].sort(ascending));

  function find(query: SearchQuery, asked: AskedTerm): PreparedDocument[] {
    if (query.match === 'words' && asked.whole !== '') return findByWords(query, asked);
    const accepts = (document: PreparedDocument): boolean => {
      if (asked.whole === '') return true;
      if (query.match === 'exact') return document.texts.includes(asked.whole);
      return document.texts.some(text => text.includes(asked.whole));
    };
    const found = inOrder().filter(document => isMeant(document, query) && accepts(document));
    return query.descending === true ? found.sort(descending) : found;
  }

  function findByWords(query: SearchQuery, asked: AskedTerm): PreparedDocument[] {
    if (asked.words.length === 0) return [];
    // The library counts swapped neighbours as two mistakes, we as one: it looks one further, and `worthOf` decides.
    const fuzzy = (word: string): number | false => (mistakesIn(word) === 0 ? false : mistakesIn(word) + 1);
    const results = index.search(asked.words.join(' '), { prefix: true, fuzzy, combineWith: 'AND' });
    const known = new Map<string, number>();
    const value = (word: string, term: string): number => {
      const key = `${word} ${term}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const now = worthOf(word, term);
      known.set(key, now);
      return now;
    };
    const found: { document: PreparedDocument; worth: number }[] = [];
    for (const { id, match } of results) {
      const document = documents.get(id as string);
      if (document === undefined || !isMeant(document, query)) continue;
      const total = totalWorth(asked.words, match, value);
      if (total > 0) found.push({ document, worth: total });
    }
    const byName = query.descending === true ? descending : ascending;
    const order = (a: { document: PreparedDocument }, b: { document: PreparedDocument }): number => byName(a.document, b.document);
    found.sort((a, b) => (query.byName === true ? 0 : b.worth - a.worth) || order(a, b));
    return found.map(each => each.document);
  }

  const put = (list: readonly PreparedDocument[]): void => {
    for (const document of list) {
      if (documents.has(document.id)) index.replace(document);
      else index.add(document);
      documents.set(document.id, document);
    }
    ordered = undefined;
  };
  return {
    get size() {
      return documents.size;
    },
    put,
    remove(id) {
      if (!documents.delete(id)) return;
      index.discard(id);
      ordered = undefined;
    },
    ids: () => documents.keys(),
    fingerprint: id => documents.get(id)?.fingerprint,
    find,
  };
}

/** 0 when a word of the term is not there. */
function totalWorth(
  words: readonly string[],
  match: Readonly<Record<string, string[]>>,
  value: (word: string, term: string) => number,
): number {
  let total = 0;
  for (const word of words) {
    let best = 0;
    for (const [term, fields] of Object.entries(match)) {
      if (fields.includes('words')) best = Math.max(best, value(word, term));
      else if (term.startsWith(word)) best = Math.max(best, worth.related);
    }
    if (best === 0) return 0;
    total += best;
  }
  return total;
}

const isMeant = (document: PreparedDocument, query: SearchQuery): boolean =>
  document.tenant === query.tenantDbid &&
  query.kinds.includes(document.kind) &&
  (query.enabledOnly !== true || document.enabled) &&
  (query.agentsOnly !== true || document.kind !== 'person' || document.agent) &&
  (query.skillDbid === undefined || document.skills.includes(query.skillDbid)) &&
  (query.groupDbid === undefined || document.groups.includes(query.groupDbid)) &&
  (query.dnTypes === undefined || query.dnTypes.some(type => type === document.dnType));

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const ascending = (a: PreparedDocument, b: PreparedDocument): number => a.rank - b.rank || compared(a.sort, b.sort) || a.dbid - b.dbid;
const descending = (a: PreparedDocument, b: PreparedDocument): number => a.rank - b.rank || compared(b.sort, a.sort) || a.dbid - b.dbid;
