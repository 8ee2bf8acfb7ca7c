import type { CfgPerson } from '@handover/shared/genesys';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { createFakeClock } from '@handover/shared/time';
import { describe, expect, it } from 'vitest';
import { createObjectTable } from '../../../connectors/configuration/objects.ts';
import type { Configuration } from '../../../contracts/configuration.ts';
import { quarterMs, type QuarterRecord } from '../../../contracts/search.ts';
import type { Statistics, WantedStatistic } from '../../../contracts/statistics.ts';
import { createRecorder } from './recorder.ts';

const common = { tenantDBID: 1, state: 'Enabled' as const, userProperties: [] };
const person = (dbid: number, more: Partial<CfgPerson> = {}): CfgPerson => ({
  ...common,
  type: 'CfgPerson',
  dbid,
  userName: `agent${dbid}`,
  employeeID: `E${dbid}`,
  firstName: 'Ann',
  lastName: 'Lee',
  isAgent: true,
  roles: [],
  ...more,
});
const startMs = 1_700_000_100_000 - (1_700_000_100_000 % quarterMs);

function opened(options: { writes?: boolean; failing?: number; value: (wanted: WantedStatistic) => number }) {
  const clock = createFakeClock(startMs + 1_000);
  const table = createObjectTable();
  table.put({ ...common, type: 'CfgTenant', dbid: 1, name: 'acme' });
  for (const each of [person(1), person(2), person(3, { isAgent: false }), person(4, { state: 'Disabled' })]) table.put(each);
  const configuration = {
    all: type => table.all(type),
    get: (type, dbid) => table.get(type, dbid),
  } satisfies Partial<Configuration> as unknown as Configuration;
  const asked: WantedStatistic[] = [];
  let failing = options.failing ?? 0;
  const statistics: Pick<Statistics, 'get'> = {
    get: wanted => {
      asked.push(wanted);
      if (failing-- > 0) return Promise.resolve(refuse({ kind: 'unavailable' }));
      return Promise.resolve(ok({ value: { intValue: options.value(wanted) }, timestamp: 0 }));
    },
  };
  const records: QuarterRecord[] = [];
  const recorder = createRecorder({
    configuration,
    statistics,
    history: {
      record: list => {
        records.push(...list);
        return Promise.resolve();
      },
      read: () => Promise.resolve([]),
    },
    writes: () => options.writes !== false,
    clock,
    log: silentLogger,
  });
  recorder.start();
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 5_000) {
      clock.advance(Math.min(5_000, left));
      for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
    }
  };
  return { recorder, records, asked, pass };
}

const ready = (wanted: WantedStatistic): number =>
  wanted.objectId === 'E1' && ['WaitForNextCall', 'CallInboundCompleted'].includes(wanted.definition?.mainMask[0] ?? '') ? 7 : 0;

describe('the recorder', () => {
  it('writes at the end of a quarter what each agent did in it, and of who did nothing nothing', async () => {
    const { pass, records, asked } = opened({ value: ready });
    await pass(quarterMs - 2_000);
    expect(asked).toEqual([]);
    await pass(5_000);
    expect(records).toEqual([{ tenantDbid: 1, personDbid: 1, startMs, stateS: { Ready: 7 }, handled: { voice: 7 } }]);
    expect(new Set(asked.map(wanted => wanted.objectId))).toEqual(new Set(['E1', 'E2']));
    await pass(quarterMs);
    expect(records.map(record => record.startMs)).toEqual([startMs, startMs + quarterMs]);
  });
  it('leaves it to the node that writes', async () => {
    const { pass, asked } = opened({ writes: false, value: ready });
    await pass(2 * quarterMs);
    expect(asked).toEqual([]);
  });
  it('tries again while no Stat Server answers, but not when the quarter is another', async () => {
    const short = opened({ failing: 8, value: ready });
    await short.pass(quarterMs + 30_000);
    expect(short.records).toHaveLength(1);
    const long = opened({ failing: 1_000_000, value: ready });
    await long.pass(quarterMs + 120_000);
    const before = long.asked.length;
    await long.pass(120_000);
    expect([long.records.length, long.asked.length]).toEqual([0, before]);
  });
  it('ends', async () => {
    const { recorder, pass, asked } = opened({ value: ready });
    recorder.stop();
    await pass(2 * quarterMs);
    expect(asked).toEqual([]);
  });
});
