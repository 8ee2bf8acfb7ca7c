import { AppError } from '@handover/shared/errors';
import { ok, refuse } from '@handover/shared/result';
import type { SearchIndex } from '../../../contracts/search.ts';
import { idOf, prepared, slicesOf } from '../prepared.ts';
import { askedTerm } from '../query.ts';
import { createMemoryHistory } from './history.ts';
import { createDocumentTable, type DocumentTable } from './table.ts';

/** MiniSearch: an index in this node's memory, made anew with every start. */
export function createMiniSearch(): SearchIndex {
  let table: DocumentTable | undefined;
  return {
    kind: 'embedded',
    get health() {
      return table === undefined ? 'missing' : 'up';
    },
    check: () => Promise.resolve(table === undefined ? 'missing' : 'up'),
    search(query) {
      try {
        const asked = askedTerm(query);
        if (table === undefined) throw new AppError('search.unavailable', { detail: 'not built yet' });
        const found = table.find(query, asked);
        const hits = found.slice(query.offset, query.offset + query.limit).map(({ kind, dbid }) => ({ kind, dbid }));
        return Promise.resolve({ hits, total: found.length });
      } catch (fault) {
        return Promise.reject(fault instanceof AppError ? fault : new AppError('search.unavailable', { cause: fault }));
      }
    },
    async rebuild(documents, progress) {
      const made = createDocumentTable();
      for await (const slice of slicesOf(documents)) {
        made.put(slice);
        progress(made.size);
      }
      table = made;
      return made.size;
    },
    async sync(documents) {
      const kept = table;
      if (kept === undefined) return refuse('missing' as const);
      const seen = new Set<string>();
      let written = 0;
      for await (const slice of slicesOf(documents)) {
        for (const document of slice) seen.add(document.id);
        const changed = slice.filter(document => kept.fingerprint(document.id) !== document.fingerprint);
        kept.put(changed);
        written += changed.length;
      }
      const surplus = [...kept.ids()].filter(id => !seen.has(id));
      for (const id of surplus) kept.remove(id);
      return ok({ written, removed: surplus.length });
    },
    apply(put, remove) {
      if (table === undefined) return Promise.resolve(refuse('missing' as const));
      table.put(put.map(prepared));
      for (const key of remove) table.remove(idOf(key));
      return Promise.resolve(ok(true as const));
    },
    history: createMemoryHistory(),
    close: () => Promise.resolve(),
  };
}
