import { setTimeout as sleep } from 'node:timers/promises';
import { FloorAgent } from './agent.ts';
import { correspond } from './digital-work.ts';
import { Ledger } from './ledger.ts';
import { breathe, colleagues, customersOf, type Pace } from './scripts.ts';
import { losesCalls, losesInteractions, movesEverybody, type FromWorker, type ToWorker, type WorkerTask } from './types.ts';

// One process of the floor's agents; started by `workers.ts`.

const signInsAtOnce = 8;
/** Who works with a colleague; the rest have customers. */
const colleaguesShare = 0.7;
const settleMs = 3_000;
/** Every agent is at work at the other site. */
const siteSwitchMs = 12_000;
const stuckMs = 150_000;

const ledger = new Ledger();
const pace: Pace = { thinkMs: 1_000, quiet: false, callsMayEnd: false, unattendedUntilMs: 0 };
let agents: FloorAgent[] = [];
let working: Promise<unknown>[] = [];
let task: WorkerTask | undefined;

const tell = (message: FromWorker): void => void process.send?.(message);

async function signAllIn(given: WorkerTask): Promise<void> {
  task = given;
  pace.thinkMs = given.thinkMs;
  agents = Array.from({ length: given.count }, (_, index) => new FloorAgent(given.first + index, given.url, given, ledger));
  const waiting = [...agents];
  let count = 0;
  const lane = async (): Promise<void> => {
    for (let agent = waiting.shift(); agent !== undefined; agent = waiting.shift()) {
      await agent.signIn();
      count += 1;
      if (count % 100 === 0) tell({ kind: 'signed-in', count });
    }
  };
  await Promise.all(Array.from({ length: signInsAtOnce }, lane));
  tell({ kind: 'ready' });
}

function work(): void {
  const url = task?.url ?? '';
  if (task?.work !== 'voice') working.push(...agents.map(agent => correspond(agent, url, pace, ledger)));
  if (task?.work === 'digital') return;
  const paired = 2 * Math.floor((agents.length * colleaguesShare) / 2);
  for (let index = 0; index < agents.length; index += 2) {
    const [one, other] = agents.slice(index, index + 2);
    // Colleagues at different switches do not reach each other: a busy machine may have signed one in at the other region.
    if (index < paired && one !== undefined && other !== undefined && one.view.switchName === other.view.switchName)
      working.push(colleagues(one, other, pace));
    else for (const agent of [one, other]) if (agent !== undefined) working.push(customersOf(agent, url, pace, ledger));
  }
}

function fault(atMs: number, keen: boolean): void {
  const kind = task?.fault ?? 'none';
  pace.callsMayEnd = losesCalls(kind);
  if (pace.callsMayEnd) pace.unattendedUntilMs = atMs + siteSwitchMs;
  for (const agent of agents) {
    agent.fault(atMs, movesEverybody(kind));
    agent.desk.mayEnd = losesInteractions(kind);
  }
  if (keen) working.push(...agents.map(agent => breathe(agent, { ...pace, thinkMs: 0 })));
}

async function quiet(): Promise<void> {
  pace.quiet = true;
  pace.thinkMs = Math.min(pace.thinkMs, Math.max(200, pace.thinkMs / 5));
  let stuck = working.length;
  const ended = Promise.all(
    working.map(each => each.catch((error: unknown) => ledger.example(`script: ${String(error)}`)).then(() => (stuck -= 1))),
  );
  await Promise.race([ended, sleep(stuckMs)]);
  working = [];
  await sleep(settleMs);
  const truths: Awaited<ReturnType<FloorAgent['truth']>>[] = [];
  for (const agent of agents) truths.push(await agent.truth());
  const numbers = (of: (agent: FloorAgent) => number | undefined): number[] => agents.map(of).filter(value => value !== undefined);
  const report = {
    commands: ledger.commands,
    failedByKind: ledger.failedByKind,
    lost: ledger.lost,
    doubled: ledger.doubled,
    signIns: ledger.signIns,
    handshakes: agents.reduce((sum, agent) => sum + agent.rehandshakes, 0),
    stuck,
    examples: ledger.examples,
    firstActionMs: numbers(agent => agent.firstActionMs),
    firstEventMs: numbers(agent => agent.firstEventMs),
    agents: truths,
  };
  tell({ kind: 'report', report });
  for (const agent of agents) agent.leave();
  setTimeout(() => process.exit(0), 500);
}

const failed = (error: unknown): void => {
  console.error(error);
  process.exit(1);
};
process.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'task':
      signAllIn(message.task).catch(failed);
      break;
    case 'work':
      work();
      break;
    case 'fault':
      fault(message.atMs, message.keen);
      break;
    case 'quiet':
      quiet().catch(failed);
      break;
  }
});
process.on('disconnect', () => process.exit(0));
