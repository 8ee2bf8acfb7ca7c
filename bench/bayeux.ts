import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { measure, type Case, type Pattern, type Row } from './bayeux/measure.ts';
import type { Transport } from './bayeux/load-client.ts';
import { installPeers, type ServerName } from './bayeux/servers.ts';

// Our Bayeux server beside its peers, under one Node binary, on one machine, in one run. Ratios are what counts.
//   --quick       a few cases, within a minute     --json   {rows:[…]} and nothing else
//   --clients N,N --seconds S --repeat R           --only fan-out|one-to-one
//   --save        also writes bench/results/bayeux.json and .md

const quick = process.argv.includes('--quick');
const asJson = process.argv.includes('--json');
const seconds = Number(option('seconds') ?? (quick ? 2.5 : 20));
const deliveries = quick ? 40_000 : 100_000;
const effort = { warmUp: { deliveries, atMostMs: (seconds * 1_000) / 2 }, measured: { deliveries, atMostMs: seconds * 1_000 } };
const repeat = Number(option('repeat') ?? 1);
const sizes = (option('clients') ?? (quick ? '200' : '200,1000,5000')).split(',').map(Number);
const only = option('only') as Pattern | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const cases = casesFor(sizes).filter(each => only === undefined || each.pattern === only);
const peers = installPeers();
const rows: Row[] = [];
for (const each of cases) {
  // Of several runs the one that cost least: what else the machine did can only add.
  const runs: Row[] = [];
  for (let n = 0; n < repeat; n++) runs.push(await measure(each, peers, effort));
  runs.sort((a, b) => a.cpuUsPerDelivery - b.cpuUsPerDelivery);
  const [best] = runs;
  if (best === undefined) continue;
  rows.push(best);
  if (!asJson) console.log(lineOf(best));
}
if (asJson) console.log(JSON.stringify({ rows }));
else console.log(`\n${ratios().join('\n')}`);
if (process.argv.includes('--save')) save();
process.exit(rows.some(row => row.wrong > 0) ? 1 : 0);

function casesFor(clients: readonly number[]): Case[] {
  const list: Case[] = [];
  for (const count of clients) {
    const add = (transport: Transport, ack: boolean, pattern: Pattern, servers: readonly ServerName[]): void => {
      for (const server of servers) list.push({ server, transport, clients: count, ack, pattern });
    };
    add('long-polling', false, 'fan-out', ['node-bayeux', 'floor', 'cometd-nodejs-server', 'faye']);
    add('websocket', false, 'fan-out', ['node-bayeux', 'faye']);
    if (quick) continue;
    add('long-polling', true, 'fan-out', ['node-bayeux', 'cometd-nodejs-server']);
    add('websocket', true, 'fan-out', ['node-bayeux']);
    add('long-polling', false, 'one-to-one', ['node-bayeux', 'floor', 'cometd-nodejs-server', 'faye']);
    add('websocket', false, 'one-to-one', ['node-bayeux', 'faye']);
    add('long-polling', true, 'one-to-one', ['node-bayeux', 'cometd-nodejs-server']);
  }
  return list;
}

function lineOf(row: Row): string {
  const what = `${row.pattern} ${row.transport}${row.ack ? ' ack' : ''} ${row.clients}`;
  return (
    `${row.server.padEnd(21)} ${what.padEnd(34)} ${String(row.deliveriesPerS).padStart(8)}/s ${row.cpuUsPerDelivery.toFixed(1).padStart(7)} us ` +
    `p50 ${row.p50Ms.toFixed(1)} p99 ${row.p99Ms.toFixed(1)} ms ${row.rssKbPerIdleClient.toFixed(1).padStart(6)} KB/client${row.wrong > 0 ? ` WRONG ${row.wrong}` : ''}`
  );
}

function ratios(): string[] {
  const lines: string[] = [];
  for (const row of rows.filter(each => each.server === 'node-bayeux')) {
    for (const peer of rows) {
      if (peer.server === row.server || peer.transport !== row.transport || peer.clients !== row.clients) continue;
      if (peer.ack !== row.ack || peer.pattern !== row.pattern) continue;
      const cpu = (row.cpuUsPerDelivery / peer.cpuUsPerDelivery).toFixed(2);
      const memory = (row.rssKbPerIdleClient / peer.rssKbPerIdleClient).toFixed(2);
      lines.push(
        `against ${peer.server}: ${row.pattern} ${row.transport}${row.ack ? ' ack' : ''} ${row.clients}: CPU per delivery ${cpu}, memory per idle client ${memory}`,
      );
    }
  }
  return lines;
}

function save(): void {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
  writeFileSync(join(folder, 'bayeux.json'), `${JSON.stringify({ machine, commit, deliveries, seconds, repeat, rows }, undefined, 1)}\n`);
  const text = [
    '# Bayeux servers side by side',
    '',
    `${machine}; commit ${commit}; ${deliveries} deliveries per case (at most ${seconds} s), best of ${repeat}.`,
    '',
    '```',
    ...rows.map(lineOf),
    '',
    ...ratios(),
    '```',
    '',
  ];
  writeFileSync(join(folder, 'bayeux.md'), text.join('\n'));
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}
