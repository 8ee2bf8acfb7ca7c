import type { QuarterRecord, StatisticsHistory } from '../../../contracts/search.ts';

const maxRecords = 100_000;
const maxRead = 1_000;

/** In memory; the oldest records go when there are too many. */
export function createMemoryHistory(): StatisticsHistory {
  const records = new Map<string, QuarterRecord>();
  return {
    record(list) {
      for (const record of list) {
        const key = `${record.tenantDbid}/${record.personDbid}/${record.startMs}`;
        records.delete(key);
        records.set(key, record);
      }
      for (const oldest of records.keys()) {
        if (records.size <= maxRecords) break;
        records.delete(oldest);
      }
      return Promise.resolve();
    },
    read({ tenantDbid, personDbid, fromMs, toMs }) {
      const found = [...records.values()].filter(
        record => record.tenantDbid === tenantDbid && record.personDbid === personDbid && record.startMs >= fromMs && record.startMs < toMs,
      );
      return Promise.resolve(found.sort((a, b) => a.startMs - b.startMs).slice(0, maxRead));
    },
  };
}
