import { parseArgs } from 'node:util';
import { startEdge } from '@handover/edge/serve';
import { createSigner, encodePin } from '@handover/shared/pin';
import { drive, openFilesLimit, quantile } from './load.ts';
import { costOfApi, costOfPolls, eventTimes, memoryOf, type Cost, type Target } from './measures.ts';
import { startOrigin } from './origin.ts';
import { startPassThrough, type Proxy } from './pass-through.ts';
import { startHaproxy, startNginx } from './proxies.ts';
import { isWithin, ratiosOf, save, type Result } from './report.ts';

// What the edge's logic costs on bare workerd: node bench/edge/main.ts [--quick] [--rounds 5] [--save]. Ours against an empty pass-through, nginx and
// HAProxy in alternating rounds. Prints one JSON line; exit 1 when a budget is broken. --save writes bench/results/edge.{json,md}.
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    save: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const requests = values.quick ? 2_000 : 8_000;
const polls = values.quick ? 500 : 1_000;
const holdMs = values.quick ? 2_000 : 10_000;
// A poll takes more than its two connections' open files; where they are few, fewer polls are parked.
const mostParked = openFilesLimit() >= 60_000 ? 10_000 : 4_000;
const parked = values.quick ? [1_000] : [1_000, mostParked];
const samples = values.quick ? 100 : 400;
const otherPolls = 100;

const origin = await startOrigin();
const keyring = { active: 'k1', keys: { k1: Buffer.alloc(32, 7).toString('base64') } };
const regions = [
  { name: 'us-east', location: '/us-east', failover: ['eu-west'], origins: [{ node: 'us-east/1', url: origin.url }] },
  {
    name: 'eu-west',
    location: '/eu-west',
    failover: ['us-east'],
    origins: [{ node: 'eu-west/1', url: origin.url.replace('127.0.0.1', '127.0.0.2') }],
  },
];
const pin = await encodePin(createSigner(keyring), {
  region: 'us-east',
  epoch: 7,
  expiry: Math.floor(Date.now() / 1_000) + 28_000,
  node: '1',
});
const cookie = `WORKSPACE_SESSIONID=${'s'.repeat(300)}; BAYEUX_BROWSER=${'b'.repeat(32)}; HANDOVER_PIN=${pin}`;
const api = { path: '/workspace/v3/current-session', method: 'GET', headers: { cookie }, connections: 32, total: requests };
const poll = {
  path: '/workspace/v3/notifications/connect',
  method: 'POST',
  body: JSON.stringify([{ id: '7', channel: '/meta/connect', connectionType: 'long-polling', clientId: 'c'.repeat(40) }]),
  headers: { cookie, 'content-type': 'application/json;charset=UTF-8' },
  connections: polls,
  total: polls,
};

const started = {
  edge: await startEdge({ regions: { regions }, keyring, logLevel: 'error' }),
  'pass-through': await startPassThrough(origin.url),
  nginx: await startNginx(origin.url),
  haproxy: await startHaproxy(origin.url),
};
const proxies = Object.entries(started).filter((entry): entry is [string, Proxy] => entry[1] !== undefined);
const skipped = Object.keys(started).filter(name => !proxies.some(([known]) => known === name));

/** Medians of alternating rounds, so that a machine that gets slower does so for all. */
async function compare(times: number, measure: (target: Target) => Promise<Cost>): Promise<Record<string, Cost>> {
  const seen = new Map<string, Cost[]>(proxies.map(([name]) => [name, []]));
  for (let round = 0; round < times; round += 1) for (const [name, proxy] of proxies) seen.get(name)?.push(await measure(proxy));
  const middle = (costs: readonly Cost[], key: keyof Cost): number =>
    quantile(
      costs.map(each => each[key]),
      0.5,
    );
  return Object.fromEntries(
    [...seen].map(([name, costs]) => [
      name,
      { cpuUs: middle(costs, 'cpuUs'), p50Ms: middle(costs, 'p50Ms'), p99Ms: middle(costs, 'p99Ms') },
    ]),
  );
}

async function measureAll(): Promise<Result> {
  for (const [, { url }] of proxies) await drive({ ...api, url, total: 3_000 });
  const apiCosts = await compare(rounds, target => costOfApi(target, api));
  const pollCosts = await compare(Math.max(1, Math.floor(rounds / 2)), target => costOfPolls(target, poll, origin, holdMs));
  const events: Record<string, { p50Ms: number; p99Ms: number }> = {};
  for (const [name, target] of [['direct', { url: origin.url, pid: 0 }] as const, ...proxies]) {
    const times = await eventTimes(target, poll, origin, samples, otherPolls);
    events[name] = { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
  }
  const memoryMib: Record<string, readonly number[]> = {};
  for (const [name, proxy] of proxies) memoryMib[name] = await memoryOf(proxy, poll, origin, parked);
  return { api: apiCosts, poll: pollCosts, memoryMib, parked, events, skipped, holdMs };
}

try {
  const result = await measureAll();
  const ratios = ratiosOf(result);
  if (values.save) save(result);
  console.log(JSON.stringify({ ratios, ...result }));
  process.exitCode = isWithin(ratios) ? 0 : 1;
} finally {
  await Promise.all(proxies.map(([, proxy]) => proxy.stop()));
  origin.stop();
}
