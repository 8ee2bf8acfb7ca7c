import type { CfgPerson, StatDefinition } from '@handover/shared/genesys';
import type { Logger } from '@handover/shared/log';
import { sleep, type Clock } from '@handover/shared/time';
import type { Configuration } from '../../../contracts/configuration.ts';
import { quarterMs, type QuarterRecord, type StatisticsHistory } from '../../../contracts/search.ts';
import type { Statistics } from '../../../contracts/statistics.ts';

/** Writes down at the end of each quarter of an hour what agents did in it. */
export interface Recorder {
  start(): void;
  stop(): void;
}

/** More would not be read before the next quarter ends. */
const maxAgents = 5_000;
const atOnce = 8;
const retryMs = 5_000;
/** Later the Stat Server's last quarter of an hour is not the one that is meant. */
const latestMs = 60_000;

const sliding = { kind: 'Sliding', windowS: quarterMs / 1_000 } as const;
const timeIn = (...mainMask: string[]): StatDefinition => ({
  category: 'TotalTime',
  subject: 'AgentStatus',
  mainMask,
  timeProfile: sliding,
});
const states: Readonly<Record<string, StatDefinition>> = {
  Ready: timeIn('WaitForNextCall'),
  NotReady: timeIn('NotReadyForNextCall'),
  AfterCallWork: timeIn('AfterCallWork'),
  Talking: timeIn('CallInbound', 'CallOutbound', 'CallInternal', 'CallConsult', 'CallUnknown'),
  Hold: timeIn('CallOnHold'),
};
const handled: Readonly<Record<string, StatDefinition>> = {
  voice: {
    category: 'TotalNumber',
    subject: 'DNAction',
    mainMask: ['CallInboundCompleted', 'CallOutboundCompleted', 'CallInternalCompleted'],
    timeProfile: sliding,
  },
};

export function createRecorder(options: {
  configuration: Configuration;
  statistics: Pick<Statistics, 'get'>;
  history: StatisticsHistory;
  /** Whether it is this node that writes. */
  writes: () => boolean;
  clock: Clock;
  log: Logger;
}): Recorder {
  const { configuration, statistics, clock, log } = options;
  let stopped = true;
  let cancel = (): void => undefined;

  function waitForQuarter(): void {
    cancel = clock.after(quarterMs - (clock.now() % quarterMs), () => void quarterOver(clock.now()));
  }

  async function quarterOver(endMs: number): Promise<void> {
    const startMs = Math.floor(endMs / quarterMs) * quarterMs - quarterMs;
    waitForQuarter();
    while (!stopped && options.writes()) {
      try {
        const records = await quarterOf(startMs);
        await options.history.record(records);
        return void log.info('quarter of an hour recorded', { agents: records.length });
      } catch (fault) {
        if (clock.now() - endMs > latestMs) return log.warn('quarter of an hour not recorded', { reason: String(fault) });
        await sleep(clock, retryMs);
      }
    }
  }

  /** Of every agent who did anything. */
  async function quarterOf(startMs: number): Promise<QuarterRecord[]> {
    const agents = configuration
      .all('CfgPerson')
      .filter(person => person.isAgent && person.state === 'Enabled')
      .slice(0, maxAgents);
    const records: QuarterRecord[] = [];
    const left = agents.values();
    const work = async (): Promise<void> => {
      for (const agent of left) {
        const record = await recordOf(agent, startMs);
        if (record !== undefined) records.push(record);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return records;
  }

  async function recordOf(agent: CfgPerson, startMs: number): Promise<QuarterRecord | undefined> {
    const tenantName = configuration.get('CfgTenant', agent.tenantDBID)?.name ?? '';
    const valuesOf = async (definitions: Readonly<Record<string, StatDefinition>>): Promise<Record<string, number>> => {
      const values: Record<string, number> = {};
      for (const [name, definition] of Object.entries(definitions)) {
        const reading = await statistics.get({ tenantName, objectId: agent.employeeID, objectType: 'Agent', definition });
        if (!reading.ok && reading.reason.kind !== 'invalid') throw new Error(`statistics are ${reading.reason.kind}`);
        const value = reading.ok ? (reading.value.value.intValue ?? 0) : 0;
        if (value > 0) values[name] = value;
      }
      return values;
    };
    const stateS = await valuesOf(states);
    // Who was logged out all the time handled nothing.
    if (Object.keys(stateS).length === 0) return undefined;
    return { tenantDbid: agent.tenantDBID, personDbid: agent.dbid, startMs, stateS, handled: await valuesOf(handled) };
  }

  return {
    start() {
      stopped = false;
      waitForQuarter();
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
