import { execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { openFilesLimit } from '../edge/load.ts';
import { faults, targetMs, type Fault, type Spread, type Transport, type Verdict } from './types.ts';

// Floor after floor, and the table of what they saw: node bench/floor/series.ts [--agents 200] [--transport websocket] [--faults region,freeze]
// Without options: two hundred agents through every fault, and two thousand (one thousand where open files are few) through the loss and the
// silence of a region, over both transports, about 45 minutes. A row that was measured before is replaced; the results are written after each run,
// into bench/results/floor.{json,md}.
// Exit 1 when a verdict is bad.
interface Row {
  readonly agents: number;
  readonly transport: Transport;
  readonly fault: Fault;
  readonly commit: string;
  readonly at: string;
  /** Over the last minute, before and after. */
  readonly load: readonly [number, number];
  readonly good: boolean;
  readonly verdict?: Verdict;
  /** The last lines that a run without a verdict said. */
  readonly failure?: string;
}

const { values } = parseArgs({
  options: { agents: { type: 'string' }, transport: { type: 'string' }, faults: { type: 'string' }, out: { type: 'string' } },
});
const out = values.out ?? join(import.meta.dirname, '../results/floor');
const few: readonly Fault[] = ['none', 'region', 'freeze', 'cut', 'cut-in', 'cut-out', 'site', 'drain', 'roll', 'flap', 'edge'];
const many: readonly Fault[] = ['region', 'freeze'];
const transports: readonly Transport[] = ['long-polling', 'websocket'];
const runTimeoutMs = 900_000;

const asked = values.faults?.split(',');
const unknown = asked?.find(name => !faults.some(fault => fault === name));
if (unknown !== undefined) throw new Error(`--faults: ${unknown} is none of ${faults.join(', ')}`);
// An edge on bare workerd holds about ten files open for each agent, and ends when there are no more.
const most = openFilesLimit() >= 40_000 ? 2_000 : 1_000;
const numbers = values.agents === undefined ? [200, most] : values.agents.split(',').map(Number);
const plan = numbers.flatMap(agents =>
  transports
    .filter(transport => values.transport === undefined || transport === values.transport)
    .flatMap(transport =>
      faults
        .filter(fault => (asked === undefined ? (agents > 200 ? many : few) : asked).some(name => name === fault))
        .map(fault => ({ agents, transport, fault })),
    ),
);

const rows = new Map(known().map(row => [nameOf(row), row]));
const commit = (await promisify(execFile)('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname })).stdout.trim();
let bad = 0;
for (const each of plan) {
  const row = await run(each);
  rows.set(nameOf(each), row);
  if (!row.good) bad += 1;
  save();
  console.error(`${nameOf(each)}: ${row.good ? 'good' : 'BAD'} ${row.failure ?? ''}`);
}
process.exit(bad === 0 ? 0 : 1);

function nameOf({ agents, transport, fault }: Pick<Row, 'agents' | 'transport' | 'fault'>): string {
  return `${agents} ${transport} ${fault}`;
}

function known(): Row[] {
  try {
    return JSON.parse(readFileSync(`${out}.json`, 'utf8')) as Row[];
  } catch {
    return [];
  }
}

async function run({ agents, transport, fault }: Pick<Row, 'agents' | 'transport' | 'fault'>): Promise<Row> {
  const before = loadavg()[0] ?? 0;
  const options = ['--agents', String(agents), '--transport', transport, '--fault', fault, '--quick', '--json'];
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2_000)));
  const timer = setTimeout(() => child.kill('SIGTERM'), runTimeoutMs);
  const code = await new Promise<number | null>(resolve => void child.once('close', resolve));
  clearTimeout(timer);
  const round = (value: number): number => Math.round(value * 10) / 10;
  const facts = { agents, transport, fault, commit, at: new Date().toISOString(), good: code === 0 };
  const row: Row = { ...facts, load: [round(before), round(loadavg()[0] ?? 0)] };
  // What happened, not where: the stack would push it out.
  const said = stderr.split('\n').filter(line => line.trim() !== '' && !/^\s+at |^Node\.js /.test(line));
  if (stdout === '') return { ...row, failure: said.slice(-5).join(' | ') };
  return { ...row, verdict: JSON.parse(stdout) as Verdict };
}

function save(): void {
  const order = (row: Row): number => row.agents * 1_000 + transports.indexOf(row.transport) * 100 + faults.indexOf(row.fault);
  const sorted = [...rows.values()].toSorted((a, b) => order(a) - order(b));
  writeFileSync(`${out}.json`, `${JSON.stringify(sorted, undefined, 1)}\n`);
  writeFileSync(`${out}.md`, markdown(sorted));
}

function markdown(sorted: readonly Row[]): string {
  const spread = ({ p50, p95, worst }: Spread): string => [p50, p95, worst].map(ms => ms.toLocaleString('en')).join(' / ');
  const line = (row: Row): string => {
    const { agents, transport, fault, verdict, load } = row;
    const target = targetMs[fault];
    const cells = [String(agents), transport, fault, row.good ? 'good' : '**bad**'];
    if (verdict === undefined) cells.push('no verdict', ...Array.from({ length: 8 }, () => ''));
    else {
      const { requestsFailed, eventsLost, eventsDoubled, twoOwnerSessions, logins } = verdict;
      cells.push(
        verdict.commands.toLocaleString('en'),
        ...[requestsFailed, eventsLost, eventsDoubled, twoOwnerSessions, logins].map(String),
      );
      cells.push(target === undefined ? '' : target.toLocaleString('en'), spread(verdict.firstActionMs), spread(verdict.firstEventMs));
    }
    return `| ${[...cells, row.commit, load.join(' … ')].join(' | ')} |`;
  };
  return `# Working agents while something is lost

\`node bench/floor/series.ts\`, on a machine with ${cpus().length} processors. Each row is a system of its own with so many agents at work; the ledger of every command
and of every event that had to follow gives the verdict. Failed requests are attempts that were answered with an error or not at all; the agent
tries again, as a person does. Times in ms from the fault, median / 95 % / worst of the agents: the first command that succeeded, and the first event. Where the
fault takes a region away, only what comes from elsewhere counts, and every agent acts at once; in the other rows (none, drain, roll, edge) the agents go
on at their own pace, and the times are those of their pauses. Target: design §4, for who acts. Load: average over a minute before … after the run.

| agents | transport | fault | verdict | commands | failed | lost | doubled | two owners | logins | target | first action | first event | commit | load |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
${sorted.map(line).join('\n')}

What a loss consists of, for one agent: \`region-loss.md\`.
`;
}
