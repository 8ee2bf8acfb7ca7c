import type { Client } from '@elastic/elasticsearch';
import { randomHex } from '@handover/shared/ids';
import type { Logger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { sleep, systemClock } from '@handover/shared/time';
import type { SearchHealth, SearchIndex, SearchKind } from '../../../contracts/search.ts';
import { AppError } from '@handover/shared/errors';
import { idOf, prepared, slicesOf, type PreparedDocument } from '../prepared.ts';
import { askedTerm } from '../query.ts';
import { isMissing, kindOf, MissingIndex, openClient, searchTimeoutMs, unavailable, type SearchAddress } from './client.ts';
import { createHistory } from './history.ts';
import { namesOf, templatesOf, type Names } from './mapping.ts';
import { requestOf } from './query.ts';

const perBulk = 1_000;
const perPage = 5_000;
const leftoverMs = 3_600_000;

/**
 * Elasticsearch, one index for all nodes of a region. What is searched is an alias: a rebuild fills a new index and moves the alias, so
 * that a search never finds less than before. `prefix` begins every name, e.g. `handover-us-east`.
 */
export function createElasticsearch({ prefix, log, ...address }: SearchAddress & { prefix: string; log: Logger }): SearchIndex {
  const client = openClient(address);
  const names = namesOf(prefix);
  let health: SearchHealth = 'unknown';

  const found = (now: SearchHealth, fault?: unknown): SearchHealth => {
    if (now !== health) log.info('search is', { health: now, ...(now === 'down' ? { reason: kindOf(fault) } : {}) });
    return (health = now);
  };
  const putTemplates = async (): Promise<void> => {
    for (const template of templatesOf(names)) await client.indices.putIndexTemplate(template);
  };
  const failed = (fault: unknown): AppError => {
    found(isMissing(fault) ? 'missing' : 'down', fault);
    return fault instanceof AppError ? fault : unavailable(fault);
  };

  return {
    kind: 'server',
    get health() {
      return health;
    },
    async check() {
      try {
        const exists = await client.indices.existsAlias({ name: names.objects }, { requestTimeout: searchTimeoutMs });
        return found(exists ? 'up' : 'missing');
      } catch (fault) {
        return found('down', fault);
      }
    },
    async search(query) {
      const asked = askedTerm(query);
      // One that is known to hang is not waited for; whether it is back, `check` finds out.
      if (health === 'down') throw new AppError('search.unavailable', { detail: 'down' });
      try {
        const answer = await client.search({ index: names.objects, ...requestOf(query, asked) }, { requestTimeout: searchTimeoutMs });
        const { total } = answer.hits;
        return {
          hits: answer.hits.hits.map(hit => keyFrom(hit._id ?? '')),
          total: typeof total === 'number' ? total : (total?.value ?? 0),
        };
      } catch (fault) {
        throw failed(fault);
      }
    },
    async rebuild(documents, progress) {
      const index = names.newObjects(Date.now(), randomHex(4));
      try {
        await putTemplates();
        await client.indices.create({ index, settings: { refresh_interval: '-1' } });
        const done = await fill(client, index, slicesOf(documents, perBulk), progress);
        await client.indices.putSettings({ index, settings: { refresh_interval: '500ms' } });
        await client.indices.refresh({ index });
        void removeLater(client, await moveAlias(client, names, index));
        found('up');
        log.info('search index rebuilt', { index, documents: done });
        return done;
      } catch (fault) {
        await client.indices.delete({ index, ignore_unavailable: true }).catch(() => undefined);
        throw failed(fault);
      }
    },
    async sync(documents) {
      try {
        const kept = await fingerprints(client, names.objects);
        const seen = new Set<string>();
        let written = 0;
        for await (const slice of slicesOf(documents, perBulk)) {
          for (const document of slice) seen.add(document.id);
          const changed = slice.filter(document => kept.get(document.id) !== document.fingerprint);
          await write(client, names.objects, changed, []);
          written += changed.length;
        }
        const surplus = [...kept.keys()].filter(id => !seen.has(id));
        for (let at = 0; at < surplus.length; at += perBulk) await write(client, names.objects, [], surplus.slice(at, at + perBulk));
        return ok({ written, removed: surplus.length });
      } catch (fault) {
        return missingOr(fault);
      }
    },
    async apply(put, remove) {
      try {
        const documents = put.map(prepared);
        for (let at = 0; at < documents.length; at += perBulk) await write(client, names.objects, documents.slice(at, at + perBulk), []);
        await write(client, names.objects, [], remove.map(idOf));
        return ok(true as const);
      } catch (fault) {
        return missingOr(fault);
      }
    },
    history: createHistory(client, names, putTemplates),
    close: () => client.close(),
  };

  function missingOr(fault: unknown): ReturnType<typeof refuse<'missing'>> {
    const error = failed(fault);
    if (!isMissing(fault)) throw error;
    return refuse('missing');
  }
}

function keyFrom(id: string): { kind: SearchKind; dbid: number } {
  const [kind = '', dbid = ''] = id.split('/');
  return { kind: kind as SearchKind, dbid: Number(dbid) };
}

async function fill(
  client: Client,
  index: string,
  slices: AsyncIterable<PreparedDocument[]>,
  progress: (done: number) => void,
): Promise<number> {
  let done = 0;
  for await (const slice of slices) {
    await write(client, index, slice, [], false);
    progress((done += slice.length));
  }
  return done;
}

/** Writes through the alias never make an index: one that appears from nothing would have no mapping, and look complete. */
async function write(
  client: Client,
  index: string,
  put: readonly PreparedDocument[],
  remove: readonly string[],
  alias = true,
): Promise<void> {
  if (put.length === 0 && remove.length === 0) return;
  const operations = [
    ...put.flatMap(({ id, ...document }): object[] => [{ index: { _id: id } }, document]),
    ...remove.map(id => ({ delete: { _id: id } })),
  ];
  const answer = await client.bulk({ index, operations, ...(alias ? { require_alias: true } : {}) });
  if (!answer.errors) return;
  const refused = answer.items.map(item => item.index ?? item.delete).filter(item => item?.error !== undefined);
  const [first] = refused;
  if (first === undefined) return;
  if (first.error?.type === 'index_not_found_exception') throw new MissingIndex();
  throw new AppError('search.unavailable', { detail: `${refused.length} documents refused: ${first.error?.type ?? ''}` });
}

/** The fingerprint of every document of the index, by id. */
async function fingerprints(client: Client, index: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await client.indices.refresh({ index });
  for (let after: [number, number] | undefined; ;) {
    const page = await client.search<{ fingerprint: string }>({
      index,
      size: perPage,
      sort: [{ rank: 'asc' }, { dbid: 'asc' }],
      _source: ['fingerprint'],
      track_total_hits: false,
      ...(after === undefined ? {} : { search_after: after }),
    });
    const { hits } = page.hits;
    for (const hit of hits) found.set(hit._id ?? '', hit._source?.fingerprint ?? '');
    const last = hits.at(-1)?.sort;
    if (hits.length < perPage || last === undefined) return found;
    after = [Number(last[0]), Number(last[1])];
  }
}

/** In one step, so that there is always exactly one index behind the alias. Answers the indices that are not needed any more. */
async function moveAlias(client: Client, names: Names, index: string): Promise<string[]> {
  const all = await client.indices.get({ index: names.objectIndices, features: ['aliases'], allow_no_indices: true });
  const before = Object.entries(all).flatMap(([name, { aliases }]) => (aliases?.[names.objects] === undefined ? [] : [name]));
  await client.indices.updateAliases({
    actions: [
      ...before.map(name => ({ remove: { index: name, alias: names.objects } })),
      { add: { index, alias: names.objects, is_write_index: true } },
    ],
  });
  // A young one that is not searched may be filled by another node at this moment.
  return Object.keys(all).filter(name => before.includes(name) || names.madeAtMs(name) < Date.now() - leftoverMs);
}

/** Not at once: a search that began before the alias moved still reads the old index. What is left nevertheless, a later rebuild removes. */
async function removeLater(client: Client, indices: readonly string[]): Promise<void> {
  if (indices.length === 0) return;
  await sleep(systemClock, searchTimeoutMs);
  await client.indices.delete({ index: [...indices], ignore_unavailable: true }).catch(() => undefined);
}
