import { readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { KeyringWire } from '@handover/shared/pin';
import { createSealer } from '@handover/shared/seal';
import { startSystem } from '../../test/support/index.ts';
import { usageOf } from '../edge/load.ts';
import { stateOf } from '../floor/sites.ts';
import { createSiteAgent } from './agent.ts';
import { carry, type Step } from './calls.ts';
import { tapServer } from './tap.ts';

// What one origin carries: calls per second with so many agents logged in, and what an agent costs. No edge in between.
//   node bench/site/main.ts [--agents 200,1000,5000] [--seconds 8] [--json] [--save]
const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '200,1000,5000' },
    seconds: { type: 'string', default: '8' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const rates = [10, 25, 50, 100, 150, 200, 250, 300, 350, 400, 500, 600];
const lanes = 32;
const tapped = 200;
const warmUpRate = 50;
const idleMs = 10_000;

interface Row {
  readonly agents: number;
  readonly idleCpuPercent: number;
  readonly memoryKibPerAgent: number;
  /** The highest rate that was carried. */
  readonly callsPerS: number;
  readonly cpuMsPerCall: number;
  readonly steps: readonly Step[];
}

const rows: Row[] = [];
for (const agents of values.agents.split(',').map(Number)) {
  const row = await measure(agents);
  rows.push(row);
  if (!values.json) console.log(lineOf(row));
}
if (values.json) console.log(JSON.stringify({ rows }));
if (values.save) save();

async function measure(count: number): Promise<Row> {
  const system = await startSystem({ agents: count, regions: ['us-east'] });
  try {
    const state = stateOf(system.stateDir);
    const part = (kind: string): { host: string; port: number; pid: number } => {
      const found = state.parts.find(each => each.kind === kind);
      if (found === undefined) throw new Error(`no ${kind} is running`);
      return { host: found.host, port: found.port, pid: found.process?.pid ?? 0 };
    };
    const [node, sip] = [part('node'), part('sip')];
    const secrets = JSON.parse(readFileSync(join(system.stateDir, 'secrets.json'), 'utf8')) as { keyring: KeyringWire };
    const sealer = createSealer(secrets.keyring);
    const people = Array.from({ length: count }, (_, index) => createSiteAgent(index + 1, `http://${node.host}:${node.port}`));
    const empty = usageOf(node.pid);
    const waiting = [...people];
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        for (let agent = waiting.shift(); agent !== undefined; agent = waiting.shift()) await agent.begin(sealer);
      }),
    );
    await sleep(2_000);
    const before = usageOf(node.pid);
    await sleep(idleMs);
    const idle = usageOf(node.pid);
    const busy = people.slice(0, tapped);
    const site = state.regions[0]?.simulator ?? '';
    const steps: Step[] = [];
    await carry(busy, { rate: warmUpRate, seconds, tap: undefined, pid: node.pid, site });
    for (const rate of rates) {
      // A new one each time: a client that says nothing is dropped by the server after a while.
      const tap = await tapServer(
        sip.host,
        sip.port,
        busy.map(agent => agent.dn),
      );
      const step = await carry(busy, { rate, seconds, tap, pid: node.pid, site });
      tap.end();
      steps.push(step);
      if (!values.json) console.error(`  ${count} agents: ${JSON.stringify(step)}`);
      if (!step.carried) break;
    }
    for (const agent of people) agent.end();
    const best = steps.findLast(step => step.carried);
    return {
      agents: count,
      idleCpuPercent: Math.round(((idle.cpuMs - before.cpuMs) / idleMs) * 10_000) / 100,
      memoryKibPerAgent: Math.round(((idle.rssMib - empty.rssMib) * 1_024) / count),
      callsPerS: best?.rate ?? 0,
      cpuMsPerCall: best?.cpuMsPerCall ?? 0,
      steps,
    };
  } finally {
    await system.stop();
  }
}

function lineOf({ agents, idleCpuPercent, memoryKibPerAgent, callsPerS, cpuMsPerCall, steps }: Row): string {
  const best = steps.findLast(step => step.carried);
  const { p50 = 0, p99 = 0 } = best?.eventMs ?? {};
  const idle = ((idleCpuPercent * 10_000) / agents).toFixed(0);
  return `| ${agents} | ${callsPerS} | ${cpuMsPerCall} | ${p50} / ${p99} | ${best?.commandMs.p50 ?? 0} / ${best?.commandMs.p99 ?? 0} | ${memoryKibPerAgent} | ${idle} |`;
}

function save(): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, load average ${loadavg()[0]?.toFixed(1) ?? ''} at the end`;
  const folder = join(import.meta.dirname, '../results');
  writeFileSync(join(folder, 'site.json'), `${JSON.stringify({ machine, commit, seconds, rows }, undefined, 1)}\n`);
  const text = [
    '# What one origin carries',
    '',
    `\`node bench/site/main.ts --save\`: ${machine}; commit ${commit}. Origin, simulated site, stores and the agents share the machine's processors.`,
    'A call: a customer calls, the agent answers, releases and completes it (3 commands, 4 events). A rate counts as carried when 98 % of the calls',
    'come to their end within 5 s and the 99th percentile of an event is below 250 ms; the next higher rate was not.',
    '',
    '| agents logged in | calls/s carried | origin CPU ms per call | event p50 / p99 ms, server to client | command p50 / p99 ms | memory KiB per agent | idle CPU, µs per agent and second |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(lineOf),
    '',
  ];
  writeFileSync(join(folder, 'site.md'), text.join('\n'));
}
