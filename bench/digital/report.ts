import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Step } from './chats.ts';
import type { StatisticsStep } from './statistics.ts';

/** What was measured with so many agents logged in. */
export interface Row {
  readonly agents: number;
  readonly steps: readonly Step[];
  readonly statistics: readonly StatisticsStep[];
  readonly watchers: number;
  /** What one more open chat of ten lines keeps at the origin. */
  readonly openChat: { readonly chats: number; readonly heapKib: number; readonly rssKib: number };
}
interface SavedRow extends Row {
  readonly machine: string;
  readonly commit: string;
  /** Average over the last minute, before and at the end. */
  readonly load: readonly [number, number];
}

const out = join(import.meta.dirname, '../results/digital');
export const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

/** Writes bench/results/digital.{json,md}; a row of the same number of agents is replaced. */
export function save(row: Row, loadBefore: number): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
  const saved: SavedRow = { ...row, machine, commit, load: [loadBefore, loadNow()] };
  const rows = [...known().filter(each => each.agents !== row.agents), saved].sort((a, b) => a.agents - b.agents);
  writeFileSync(`${out}.json`, `${JSON.stringify(rows, undefined, 1)}\n`);
  writeFileSync(`${out}.md`, markdown(rows));
}

function known(): SavedRow[] {
  try {
    return JSON.parse(readFileSync(`${out}.json`, 'utf8')) as SavedRow[];
  } catch {
    return [];
  }
}

/** The best that was carried, as cells of the table. */
export function cellsOf({ agents, steps, statistics, openChat }: Row): string[] {
  const best = steps.findLast(step => step.carried);
  const updates = statistics.findLast(step => step.carried);
  const pair = (of: { p50: number; p99: number } | undefined): string => `${of?.p50 ?? '-'} / ${of?.p99 ?? '-'}`;
  return [
    String(agents),
    String(best?.rate ?? 0),
    String(best?.linesPerS ?? 0),
    pair(best?.lineMs),
    pair(best?.commandMs),
    String(best?.cpuMsPerChat ?? '-'),
    String(updates?.updatesPerS ?? 0),
    pair(updates?.updateMs),
    `${openChat.heapKib} / ${openChat.rssKib}`,
  ];
}

function markdown(rows: readonly SavedRow[]): string {
  const line = (row: SavedRow): string => `| ${[...cellsOf(row), row.commit, row.load.join(' … ')].join(' | ')} |`;
  return `# Digital work at one origin

\`npm run bench:digital -- --save\`: ${rows.at(-1)?.machine ?? ''}. Origin, simulated site, stores and all clients share the machine's processors; no edge in between.

A chat: a customer is offered to an agent, who accepts, hears the first line, hears a question and answers it, twice, and completes it (4 commands; lines
count with those of joining and leaving). A rate counts as carried when 98 % of the chats come to their end within 5 s a step and the 99th percentile of a
line, from the Interaction Server's stamp to the agent's client, is below 250 ms; the next higher rate was not. Statistics: ${rows.at(-1)?.watchers ?? 0} people each watch the state of
up to 200 agents who change between Ready and NotReady; a rate is carried when 98 % of the updates come and their 99th percentile, from the Stat Server's stamp,
is below 500 ms. Up to 50 ms of that the origin waits on purpose, to gather. An open chat has ten lines; its memory is measured after a collection of garbage, over
as many open chats as there are agents. Load: average over a minute before … at the end; it tells how much of the machine others had.

| agents logged in | chats/s carried | lines/s | line p50 / p99 ms | command p50 / p99 ms | origin CPU ms per chat | statistics updates/s | update p50 / p99 ms | KiB per open chat, heap / resident | commit | load |
|---|---|---|---|---|---|---|---|---|---|---|
${rows.map(line).join('\n')}
`;
}
