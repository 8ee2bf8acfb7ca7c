import type { Client } from '@elastic/elasticsearch';
import type { QuarterRecord, StatisticsHistory } from '../../../contracts/search.ts';
import { searchTimeoutMs, unavailable, writeTimeoutMs } from './client.ts';
import type { Names } from './mapping.ts';

interface StoredQuarter {
  tenant: number;
  person: number;
  startMs: number;
  stateS: Record<string, number>;
  handled: Record<string, number>;
}

const maxRead = 1_000;
const keptDays = 7;
const dayMs = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '.');

/** An index per day, so that a day is forgotten by dropping one. */
export function createHistory(client: Client, names: Names, putTemplates: () => Promise<void>): StatisticsHistory {
  let templated: Promise<void> | undefined;
  return {
    async record(records) {
      if (records.length === 0) return;
      const operations = records.flatMap((record): object[] => [
        { index: { _index: names.history(dayOf(record.startMs)), _id: `${record.tenantDbid}/${record.personDbid}/${record.startMs}` } },
        storedFrom(record),
      ]);
      try {
        await (templated ??= putTemplates());
        const answer = await client.bulk({ operations }, { requestTimeout: writeTimeoutMs });
        if (answer.errors) throw new Error('some records were refused');
        await forget(Math.max(...records.map(record => record.startMs)));
      } catch (fault) {
        templated = undefined;
        throw unavailable(fault);
      }
    },
    async read({ tenantDbid, personDbid, fromMs, toMs }) {
      try {
        const answer = await client.search<StoredQuarter>(
          {
            index: names.histories,
            allow_no_indices: true,
            query: {
              bool: {
                filter: [
                  { term: { tenant: tenantDbid } },
                  { term: { person: personDbid } },
                  { range: { startMs: { gte: fromMs, lt: toMs, format: 'epoch_millis' } } },
                ],
              },
            },
            sort: [{ startMs: 'asc' }],
            size: maxRead,
          },
          { requestTimeout: searchTimeoutMs },
        );
        return answer.hits.hits.flatMap(hit => (hit._source === undefined ? [] : [recordFrom(hit._source)]));
      } catch (fault) {
        throw unavailable(fault);
      }
    },
  };

  async function forget(nowMs: number): Promise<void> {
    const oldest = names.history(dayOf(nowMs - keptDays * dayMs));
    const known = Object.keys(await client.indices.get({ index: names.histories, allow_no_indices: true, features: ['aliases'] }));
    const old = known.filter(name => name < oldest);
    if (old.length > 0) await client.indices.delete({ index: old, ignore_unavailable: true });
  }
}

const storedFrom = (record: QuarterRecord): StoredQuarter => ({
  tenant: record.tenantDbid,
  person: record.personDbid,
  startMs: record.startMs,
  stateS: record.stateS,
  handled: record.handled,
});

const recordFrom = (stored: StoredQuarter): QuarterRecord => ({
  tenantDbid: stored.tenant,
  personDbid: stored.person,
  startMs: stored.startMs,
  stateS: stored.stateS,
  handled: stored.handled,
});
