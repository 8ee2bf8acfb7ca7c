import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { startEdge } from '@handover/edge/serve';
import { createSigner, encodePin } from '@handover/shared/pin';
import { drive, quantile, usageOf, type Load } from './load.ts';
import { startPassThrough, type Proxy } from './pass-through.ts';

// What the edge's logic costs on bare workerd: node bench/edge/main.ts [--quick] [--rounds 5]. CPU time of the runtime per request, ours against
// an empty pass-through, in alternating rounds; medians of the rounds. Prints one JSON line; exit 1 when a budget is broken.
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
const requests = values.quick ? 2_000 : 6_000;
const polls = values.quick ? 500 : 1_000;
const holdMs = 10_000;
const budgets = { api: 1.25, poll: 1.1 };

const origin = createServer((request, response) => {
  response.setHeader('x-handover-node', 'us-east/1');
  response.setHeader('x-handover-epoch', '7');
  response.setHeader('content-type', 'application/json');
  request.resume();
  if (request.url === '/health') response.end('{"region":"us-east","node":"us-east/1","state":"up"}');
  else if (request.url?.endsWith('/connect') === true)
    setTimeout(() => response.end('[{"channel":"/meta/connect","successful":true}]'), holdMs);
  else response.end('{"status":{"code":0},"data":{}}');
});
origin.keepAliveTimeout = 60_000;
await new Promise<void>(resolve => origin.listen(0, '127.0.0.1', resolve));
const originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
const keyring = { active: 'k1', keys: { k1: Buffer.alloc(32, 7).toString('base64') } };
const regions = [
  { name: 'us-east', location: '/us-east', failover: ['eu-west'], origins: [{ node: 'us-east/1', url: originUrl }] },
  {
    name: 'eu-west',
    location: '/eu-west',
    failover: ['us-east'],
    origins: [{ node: 'eu-west/1', url: originUrl.replace('127.0.0.1', '127.0.0.2') }],
  },
];
const pin = await encodePin(createSigner(keyring), {
  region: 'us-east',
  epoch: 7,
  expiry: Math.floor(Date.now() / 1_000) + 28_000,
  node: '1',
});
const cookie = `WORKSPACE_SESSIONID=${'s'.repeat(300)}; BAYEUX_BROWSER=${'b'.repeat(32)}; HANDOVER_PIN=${pin}`;
const edge: Proxy = await startEdge({ regions: { regions }, keyring, logLevel: 'error' });
const empty = await startPassThrough(originUrl);

const api = (url: string): Load => ({
  url,
  path: '/workspace/v3/current-session',
  method: 'GET',
  headers: { cookie },
  connections: 32,
  total: requests,
});
const poll = (url: string): Load => ({
  url,
  path: '/workspace/v3/notifications/connect',
  method: 'POST',
  body: JSON.stringify([{ id: '7', channel: '/meta/connect', connectionType: 'long-polling', clientId: 'c'.repeat(40) }]),
  headers: { cookie, 'content-type': 'application/json;charset=UTF-8' },
  connections: polls,
  total: polls,
});

interface Measured {
  cpuUs: number;
  p50Ms: number;
  p99Ms: number;
  rssMib: number;
}

async function measure(proxy: Proxy, load: Load): Promise<Measured> {
  const before = usageOf(proxy.pid).cpuMs;
  const times = await drive(load);
  const { cpuMs, rssMib } = usageOf(proxy.pid);
  return { cpuUs: ((cpuMs - before) * 1_000) / load.total, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99), rssMib };
}

async function compare(load: (url: string) => Load, times: number): Promise<{ edge: Measured; passThrough: Measured; ratio: number }> {
  for (const proxy of [edge, empty])
    await drive({
      ...load(proxy.url),
      total: Math.min(300, load(proxy.url).total),
      connections: 16,
      path: '/workspace/v3/current-session',
    });
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < times; round += 1) {
    theirs.push(await measure(empty, load(empty.url)));
    ours.push(await measure(edge, load(edge.url)));
  }
  const middle = (all: readonly Measured[], key: keyof Measured): number =>
    Math.round(
      quantile(
        all.map(each => each[key]),
        0.5,
      ) * 100,
    ) / 100;
  const medians = (all: readonly Measured[]): Measured => ({
    cpuUs: middle(all, 'cpuUs'),
    p50Ms: middle(all, 'p50Ms'),
    p99Ms: middle(all, 'p99Ms'),
    rssMib: middle(all, 'rssMib'),
  });
  const [a, b] = [medians(ours), medians(theirs)];
  return { edge: a, passThrough: b, ratio: Math.round((a.cpuUs / b.cpuUs) * 1_000) / 1_000 };
}

try {
  const result = { api: await compare(api, rounds), poll: await compare(poll, Math.max(1, Math.floor(rounds / 2))), holdMs, budgets };
  console.log(JSON.stringify(result));
  process.exitCode = result.api.ratio <= budgets.api && result.poll.ratio <= budgets.poll ? 0 : 1;
} finally {
  await Promise.all([edge.stop(), empty.stop()]);
  origin.closeAllConnections();
  origin.close();
}
