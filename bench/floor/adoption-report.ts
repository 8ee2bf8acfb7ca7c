import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

/** One mass adoption, all times in ms from the loss. */
export interface Adoption {
  readonly agents: number;
  readonly adopted: number;
  readonly adoptionMs: { readonly first: number; readonly p50: number; readonly last: number };
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly firstActionMs: { readonly p50: number; readonly p99: number; readonly worst: number };
  readonly firstEventMs: { readonly p50: number; readonly p99: number; readonly worst: number };
  readonly peakQueue: { readonly claims: number; readonly adoptions: number };
  readonly refusedAndSentAgain: number;
  readonly nodeCpuMs: number;
  readonly memoryMib: { readonly before: number; readonly peak: number };
}

type Row = Adoption & { readonly commit: string; readonly load: number };

const out = join(import.meta.dirname, '../results/adoption');

/** Writes bench/results/adoption.{json,md}; a row of the same number of agents is replaced. */
export function saveAdoption(adoption: Adoption, load: number): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname })
    .toString()
    .trim();
  const rows = [...known().filter(row => row.agents !== adoption.agents), { ...adoption, commit, load: Math.round(load * 10) / 10 }];
  rows.sort((a, b) => a.agents - b.agents);
  writeFileSync(`${out}.json`, `${JSON.stringify(rows, undefined, 1)}\n`);
  writeFileSync(`${out}.md`, markdown(rows));
}

function known(): Row[] {
  try {
    return JSON.parse(readFileSync(`${out}.json`, 'utf8')) as Row[];
  } catch {
    return [];
  }
}

export const loadNow = (): number => loadavg()[0] ?? 0;

function markdown(rows: readonly Row[]): string {
  const cell = (value: number): string => value.toLocaleString('en');
  const line = (row: Row): string =>
    `| ${[
      cell(row.agents),
      `${cell(row.perSecond)}`,
      cell(row.perCpuSecond),
      `${cell(row.adoptionMs.first)} / ${cell(row.adoptionMs.p50)} / ${cell(row.adoptionMs.last)}`,
      `${cell(row.firstActionMs.p50)} / ${cell(row.firstActionMs.p99)}`,
      `${cell(row.firstEventMs.p50)} / ${cell(row.firstEventMs.p99)}`,
      `${cell(row.peakQueue.claims)} / ${cell(row.peakQueue.adoptions)}`,
      cell(row.refusedAndSentAgain),
      `${cell(row.memoryMib.before)} / ${cell(row.memoryMib.peak)}`,
      row.commit,
      String(row.load),
    ].join(' | ')} |`;
  return `# Everybody comes over at once

\`node bench/floor/adoption.ts --agents N --save\`, on a machine with ${cpus().length} processors that carries the whole system: registry, switches, both regions, and the
clients. The only node of one region is killed; every agent sends a command and a connect to the only node of the other at the same moment, without the edge,
and again while that says "moving". Times in ms from the loss; the first 1,500 of them are the lease of the dead node. Load: average over the minute before the loss.

| agents | adoptions/s | per CPU second of the node | first / median / last adopted | first action p50 / p99 | first event p50 / p99 | peak queue: claims / adoptions | sent again | MiB before / peak | commit | load |
|---|---|---|---|---|---|---|---|---|---|---|
${rows.map(line).join('\n')}

The target is 500 adoptions/s on a node (design, F11). What limits it, by profile of the surviving node: first the requests themselves. Each agent's command and
connect are checked (signature of the attempt, seal of the cookie), held up to 4 s while the session waits for its turn, refused, and sent again. With Web
Crypto these checks were 24 % of the node's busy time, with Node's own functions they are 8 %; reading and answering requests is another 23 %, garbage
23 %. Then what the node waits for: 128 claims at a time (a read, a take and an announcement each), 32 adoptions at a time; on a machine that carries everything
it is idle half of the time, waiting for the registry and the switch. A node that gets too little of a processor to renew its lease within 1,350 ms
gives up what it holds and begins again, and the rate falls to a tenth: safe, and slow. Rows with a load far above the number of processors show that, and
not what a node can do.
`;
}
