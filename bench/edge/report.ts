import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Cost } from './measures.ts';

export const budgets = { api: 1.25, poll: 1.1, eventMs: 1 };

export interface Result {
  /** By name of the proxy. */
  readonly api: Readonly<Record<string, Cost>>;
  readonly poll: Readonly<Record<string, Cost>>;
  /** MiB at rest, and with each number of `parked` polls. */
  readonly memoryMib: Readonly<Record<string, readonly number[]>>;
  readonly parked: readonly number[];
  /** Milliseconds, median and 99 %. */
  readonly events: Readonly<Record<string, { readonly p50Ms: number; readonly p99Ms: number }>>;
  readonly skipped: readonly string[];
  readonly holdMs: number;
}

export interface Ratios {
  readonly api: number;
  readonly poll: number;
  readonly eventMs: number;
}

const round = (value: number, digits = 2): number => Math.round(value * 10 ** digits) / 10 ** digits;

export function ratiosOf({ api, poll, events }: Result): Ratios {
  const ratio = (costs: Readonly<Record<string, Cost>>): number =>
    round((costs['edge']?.cpuUs ?? NaN) / (costs['pass-through']?.cpuUs ?? NaN));
  return { api: ratio(api), poll: ratio(poll), eventMs: round((events['edge']?.p50Ms ?? NaN) - (events['direct']?.p50Ms ?? NaN)) };
}

export const isWithin = ({ api, poll, eventMs }: Ratios): boolean =>
  api <= budgets.api && poll <= budgets.poll && eventMs <= budgets.eventMs;

/** Writes bench/results/edge.{json,md}. */
export function save(result: Result): void {
  const out = join(import.meta.dirname, '../results/edge');
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname })
    .toString()
    .trim();
  const facts = { commit, at: new Date().toISOString(), cpus: cpus().length, load: loadavg().map(value => round(value)) };
  writeFileSync(`${out}.json`, `${JSON.stringify({ ...facts, budgets, ratios: ratiosOf(result), ...result }, undefined, 1)}\n`);
  writeFileSync(`${out}.md`, markdown(result, facts));
}

function markdown(result: Result, facts: { commit: string; cpus: number; load: readonly number[] }): string {
  const { api, poll, memoryMib, events, parked, skipped } = result;
  const ratios = ratiosOf(result);
  const rows = Object.keys(api).map(name => {
    const [a, p, m] = [api[name], poll[name], memoryMib[name] ?? []];
    const cells = [name, a?.cpuUs, a?.p50Ms, a?.p99Ms, p?.cpuUs].map(cell => (typeof cell === 'number' ? String(round(cell)) : cell));
    return `| ${[...cells, ...m.map(mib => String(Math.round(mib)))].join(' | ')} |`;
  });
  const eventRows = Object.entries(events).map(([name, { p50Ms, p99Ms }]) => `| ${name} | ${round(p50Ms)} | ${round(p99Ms)} |`);
  const line = (what: string, value: number, budget: number): string =>
    `| ${what} | ${value} | ${budget} | ${value <= budget ? 'kept' : '**broken**'} |`;
  return `# What the edge costs

\`node bench/edge/main.ts\`, commit ${facts.commit}, ${facts.cpus} processors, load average ${facts.load.join(', ')} at the end. The edge's bundle and an empty
pass-through on the same bare workerd; nginx and HAProxy as plain reverse proxies, one process each, in the same run. CPU is what the proxy's process used, user and
system, for each request: medians of alternating rounds. ${skipped.length === 0 ? '' : `Not installed here, so left out: ${skipped.join(', ')}.`}

| what | is | budget | |
|---|---|---|---|
${line('CPU for each API request, edge ÷ pass-through', ratios.api, budgets.api)}
${line(`CPU for each poll held ${result.holdMs / 1_000} s, edge ÷ pass-through`, ratios.poll, budgets.poll)}
${line('call event, median, edge − direct, ms', ratios.eventMs, budgets.eventMs)}

| | CPU µs/request | p50 ms | p99 ms | CPU µs/poll | MiB at rest | ${parked.map(count => `MiB, ${count.toLocaleString('en')} polls`).join(' | ')} |
|---|---|---|---|---|---|${parked.map(() => '---|').join('')}
${rows.join('\n')}

An event of the origin until the client of a parked poll has it, one at a time with 100 other polls parked:

| through | p50 ms | p99 ms |
|---|---|---|
${eventRows.join('\n')}
`;
}
