import MiniSearch, { type QueryCombination } from 'minisearch';
import type { SearchQuery } from '../../../contracts/search.ts';
import type { PreparedDocument } from '../prepared.ts';
import { worth, type AskedTerm } from '../query.ts';
import { ascending, createOrder, descending, type Entry } from './order.ts';
import { createVocabulary } from './vocabulary.ts';
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
  const documents = new Map<string, Entry>();
  const vocabulary = createVocabulary();
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
  const order = createOrder(() => documents.values());

  function find(query: SearchQuery, asked: AskedTerm): PreparedDocument[] {
    if (query.match === 'words' && asked.whole !== '') return findByWords(query, asked);
    // The cheap look first: it sorts out most.
    const needle = query.match === 'exact' && asked.whole !== '' ? `\n${asked.whole}\n` : asked.whole;
    const found: PreparedDocument[] = [];
    for (const entry of order.list()) if (entry.text.includes(needle) && isMeant(entry.document, query)) found.push(entry.document);
    return query.descending === true ? found.sort(descending) : found;
  }

  function findByWords(query: SearchQuery, asked: AskedTerm): PreparedDocument[] {
    if (asked.words.length === 0) return [];
    const results = index.search({ combineWith: 'AND', queries: asked.words.map(queryOf) });
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
      const document = documents.get(id as string)?.document;
      if (document === undefined || !isMeant(document, query)) continue;
      const total = totalWorth(asked.words, match, value);
      if (total > 0) found.push({ document, worth: total });
    }
    const byName = query.descending === true ? descending : ascending;
    const named = (a: { document: PreparedDocument }, b: { document: PreparedDocument }): number => byName(a.document, b.document);
    found.sort((a, b) => (query.byName === true ? 0 : b.worth - a.worth) || named(a, b));
    return found.map(each => each.document);
  }

  /** A word as it is, or as the beginning of one, or mistyped. */
  const queryOf = (word: string): QueryCombination => ({
    combineWith: 'OR',
    queries: [
      { queries: [word], prefix: true, combineWith: 'OR' },
      { queries: vocabulary.mistaken(word), combineWith: 'OR' },
    ],
  });

  const put = (list: readonly PreparedDocument[]): void => {
    for (const document of list) {
      if (documents.has(document.id)) index.replace(document);
      else index.add(document);
      for (const word of document.words) vocabulary.add(word);
      const entry = { document, text: `\n${document.texts.join('\n')}\n` };
      order.change(documents.get(document.id), entry);
      documents.set(document.id, entry);
    }
  };
  return {
    get size() {
      return documents.size;
    },
    put,
    remove(id) {
      const entry = documents.get(id);
      if (entry === undefined) return;
      documents.delete(id);
      order.change(entry, undefined);
      index.discard(id);
    },
    ids: () => documents.keys(),
    fingerprint: id => documents.get(id)?.document.fingerprint,
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
