import { createHash } from 'node:crypto';
import { searchKinds, type DocumentKey, type SearchDocument } from '../../contracts/search.ts';
import { folded, wordsOf } from './fold.ts';

/** A document as both indexes keep it. */
export interface PreparedDocument {
  id: string;
  kind: SearchDocument['kind'];
  /** Place of its kind in the order of kinds. */
  rank: number;
  dbid: number;
  tenant: number;
  enabled: boolean;
  agent: boolean;
  /** Folded name, for the order. */
  sort: string;
  texts: string[];
  words: string[];
  related: string[];
  skills: readonly number[];
  groups: readonly number[];
  dnType: string;
  /** Differs when anything of the document does. */
  fingerprint: string;
}

const maxTexts = 32;
const maxRelated = 64;

export const idOf = (key: DocumentKey): string => `${key.kind}/${key.dbid}`;

export function prepared(document: SearchDocument): PreparedDocument {
  const texts = unique([document.name, ...document.texts].slice(0, maxTexts).map(folded));
  const content = {
    kind: document.kind,
    rank: searchKinds.indexOf(document.kind),
    dbid: document.dbid,
    tenant: document.tenantDbid,
    enabled: document.enabled,
    agent: document.agent,
    sort: folded(document.name),
    texts,
    words: unique(texts.flatMap(wordsOf)),
    related: unique(document.related.slice(0, maxRelated).map(folded).flatMap(wordsOf)),
    skills: document.skillDbids,
    groups: document.groupDbids,
    dnType: document.dnType ?? '',
  };
  return { id: idOf(document), ...content, fingerprint: createHash('sha1').update(JSON.stringify(content)).digest('base64url') };
}

const unique = (list: readonly string[]): string[] => [...new Set(list)].filter(text => text !== '');

const perSlice = 500;

/** Documents in slices, with a pause between them in which the node serves others: folding 100,000 takes a second. */
export async function* slicesOf(documents: Iterable<SearchDocument>, most = perSlice): AsyncGenerator<PreparedDocument[]> {
  let slice: PreparedDocument[] = [];
  for (const document of documents) {
    slice.push(prepared(document));
    if (slice.length < most) continue;
    yield slice;
    slice = [];
    await new Promise<void>(resolve => void setImmediate(resolve));
  }
  if (slice.length > 0) yield slice;
}
