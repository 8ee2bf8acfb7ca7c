import { setTimeout as sleep } from 'node:timers/promises';
import { startSystem, type RunningSystem } from '../../test/support/index.ts';
import { disasters } from './disasters.ts';
import { SiteLog } from './sites.ts';
import { boardDifferences, statTruth } from './stat-truth.ts';
import {
  losesCalls,
  movesEverybody,
  workFor,
  type FloorPace,
  type AgentTruth,
  type Details,
  type Fault,
  type FloorOptions,
  type Spread,
  type Verdict,
  type WorkerReport,
} from './types.ts';
import { startWorkers, type Workers } from './workers.ts';

export { faults, isGood, works, type Details, type Fault, type FloorOptions, type Transport, type Verdict, type Work } from './types.ts';

const windowsMs: Readonly<Record<FloorPace, { before: number; after: number; mended: number }>> = {
  long: { before: 15_000, after: 20_000, mended: 8_000 },
  quick: { before: 5_000, after: 8_000, mended: 2_000 },
  brief: { before: 2_000, after: 3_500, mended: 1_000 },
};
const firstPauseMs = 1_000;
const briefPauseMs = 300;
const pausePerAgentMs = 5;

/** Starts a system of its own, lets the agents work, does the damage, lets everything come to rest, and judges. Stops the system. */
export async function runFloor(options: FloorOptions): Promise<{ verdict: Verdict; details: Details }> {
  const { agents, fault, stateDir, progress = () => undefined } = options;
  const { nodes, netns, syncStallS } = disasters[fault];
  const surroundings = await disasters[fault].surround?.();
  const stall = syncStallS === undefined ? {} : { syncStallS };
  const kept = stateDir === undefined ? {} : { stateDir };
  const system = await startSystem({ agents, nodes, netns, ...stall, ...surroundings, ...kept }).catch(async (error: unknown) => {
    await disasters[fault].clean?.();
    throw error;
  });
  progress(`system ${system.url}`);
  const { transport, work = workFor(fault) } = options;
  const pauseMs = options.pace === 'brief' ? briefPauseMs : Math.max(firstPauseMs, agents * pausePerAgentMs);
  // Who does two things at once takes as long for both.
  const thinkMs = work === 'both' ? 2 * pauseMs : pauseMs;
  const workers = startWorkers({ url: system.url, transport, fault, work, count: agents, thinkMs }, progress);
  try {
    return await observe(system, workers, options, progress);
  } finally {
    workers.end();
    await disasters[fault].clean?.();
    await system.stop();
  }
}

async function observe(
  system: RunningSystem,
  workers: Workers,
  { agents, fault, pace }: FloorOptions,
  progress: (text: string) => void,
): Promise<{ verdict: Verdict; details: Details }> {
  const disaster = disasters[fault];
  const windows = windowsMs[pace];
  const log = new SiteLog(system.stateDir);
  await disaster.prepare?.(system);
  const startedMs = Date.now();
  await workers.signIn();
  progress(`${agents} agents signed in after ${Date.now() - startedMs} ms`);
  await log.read();
  const workedMs = Date.now();
  workers.tell({ kind: 'work' });
  await sleep(windows.before);
  await log.read();
  const reading = setInterval(() => void log.read(), 10_000);
  await disaster.strike(system, atMs => {
    workers.tell({ kind: 'fault', atMs, keen: movesEverybody(fault) });
    progress(`fault ${fault} at ${new Date(atMs).toISOString()}`);
  });
  await sleep(windows.after);
  await log.read();
  if (disaster.heal !== undefined) {
    await disaster.heal(system);
    progress('healed');
    await sleep(windows.mended);
  }
  const reports = await workers.report();
  clearInterval(reading);
  await log.read();
  return judged(reports, log, { workedMs, fault, agents, stateDir: system.stateDir });
}

async function judged(
  reports: readonly WorkerReport[],
  log: SiteLog,
  { workedMs, fault, agents, stateDir }: { workedMs: number; fault: Fault; agents: number; stateDir: string },
): Promise<{ verdict: Verdict; details: Details }> {
  const sum = (of: (report: WorkerReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  const failedByKind: Record<string, number> = {};
  for (const report of reports)
    for (const [kind, count] of Object.entries(report.failedByKind)) failedByKind[kind] = (failedByKind[kind] ?? 0) + count;
  const truths = reports.flatMap(report => report.agents);
  const apart = truths
    .filter(each => each.toldState !== each.apiState || each.toldCalls !== 0 || each.apiCalls !== 0 || !isDeskClear(each))
    .map(each => `not converged: ${JSON.stringify(each)}`);
  const watched = truths.filter(each => each.board !== undefined).map(each => each.dn);
  const boards = watched.length === 0 ? [] : boardDifferences(truths, await statTruth(stateDir, watched));
  const differences = [...(await log.differences(truths)), ...boards];
  const twoOwners = log.twoOwners();
  const switchLogins = losesCalls(fault) ? 0 : log.logins(workedMs);
  const verdict: Verdict = {
    agents,
    commands: sum(report => report.commands),
    requestsFailed: Object.values(failedByKind).reduce((total, count) => total + count, 0),
    eventsLost: sum(report => report.lost),
    eventsDoubled: sum(report => report.doubled),
    twoOwnerSessions: twoOwners.length,
    logins: sum(report => report.signIns + report.handshakes) + switchLogins,
    converged: apart.length + differences.length + sum(report => report.stuck) === 0 && truths.length === agents,
    firstActionMs: spreadOf(reports.flatMap(report => report.firstActionMs)),
    firstEventMs: spreadOf(reports.flatMap(report => report.firstEventMs)),
  };
  const stuck = sum(report => report.stuck);
  const examples = [
    ...reports.flatMap(report => report.examples),
    ...twoOwners.slice(0, 10),
    ...apart.slice(0, 10),
    ...differences.slice(0, 10),
    ...(stuck === 0 ? [] : [`${stuck} scripts did not come to their end`]),
  ];
  return { verdict, details: { failedByKind, examples } };
}

/** What the agent was told of her media is what the API says, ready for all, and nothing is left in hand. */
const isDeskClear = ({ digital }: AgentTruth): boolean =>
  digital === undefined ||
  (digital.toldMedia === digital.apiMedia &&
    !/NotReady|LoggedOut/.test(digital.toldMedia) &&
    digital.toldItems === 0 &&
    digital.apiItems === 0);

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), worst: at(1) };
}
