import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger } from '@handover/shared/log';
import { createPostgres } from '../../origin/stores/postgres/index.ts';
import { createRedisCache } from '../../origin/stores/redis/index.ts';
import { startSystem, tokenOf, until, type RunningSystem } from '../../test/support/index.ts';

// What the stores give to people who sign in: node bench/data/main.ts [--seconds 5] [--save] [--json]. Starts a system of its own. Prints
// sign-ins per second, what a checked token costs at the origin and through the edge, and a cache hit against a read of the database.
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    save: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
if (!Number.isInteger(seconds) || seconds < 1 || seconds > 120) {
  console.error('--seconds 1..120');
  process.exit(2);
}
const atOnce = 8;
const agents = 100;

interface Measured {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  failed: number;
}

/** So many callers at once repeat `task` for the time; the first tenth warms up and is not counted. */
async function measure(task: (turn: number) => Promise<boolean>, callers = atOnce): Promise<Measured> {
  const times: number[] = [];
  let failed = 0;
  let turn = 0;
  const fromMs = performance.now() + seconds * 100;
  const endMs = fromMs + seconds * 1_000;
  const call = async (): Promise<void> => {
    while (performance.now() < endMs) {
      turn += 1;
      const startedMs = performance.now();
      const good = await task(turn).catch(() => false);
      if (startedMs < fromMs) continue;
      times.push(performance.now() - startedMs);
      if (!good) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  times.sort((a, b) => a - b);
  const at = (share: number): number => round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  return { perSecond: round(times.length / seconds), p50Ms: at(0.5), p99Ms: at(0.99), failed };
}
const round = (value: number): number => Math.round(value * 100) / 100;

interface Parts {
  database: { user: string; password: string; name: string };
  parts: { id: string; host: string; port: number }[];
}

async function run(system: RunningSystem): Promise<Record<string, Measured>> {
  const state = JSON.parse(readFileSync(join(system.stateDir, 'state.json'), 'utf8')) as Parts;
  const addressOf = (id: string): string => {
    const part = state.parts.find(each => each.id === id);
    if (part === undefined) throw new Error(`there is no ${id}`);
    return `${part.host}:${part.port}`;
  };
  const log = createLogger({ sink: () => undefined, area: 'bench' });
  const { user, password, name } = state.database;
  const store = createPostgres({ url: `postgres://${user}:${password}@${addressOf('postgres us-east')}/${name}`, log });
  const cache = createRedisCache({ url: `redis://${addressOf('redis us-east')}`, log });
  await store.start();
  cache.start();
  await until('the cache', 10_000, () => cache.connected);
  try {
    const token = await tokenOf(system.url, 'agent1');
    const ask = async (url: string): Promise<boolean> => {
      const response = await fetch(`${url}/auth/v3/openid/userinfo`, { headers: { authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      return response.ok;
    };
    const kept = JSON.stringify(await store.clients.find('external_api_client', 'local'));
    await cache.set('auth:bench', kept, 600_000);
    const parse = (text: string | undefined): boolean => text !== undefined && JSON.parse(text) !== null;
    return {
      'sign-in through the edge': await measure(async turn => (await tokenOf(system.url, `agent${(turn % agents) + 1}`)) !== ''),
      'token checked at the origin': await measure(() => ask(`http://${addressOf('node us-east/1')}`)),
      'token checked through the edge': await measure(() => ask(system.url)),
      'hit in Redis, one caller': await measure(async () => parse(await cache.get('auth:bench')), 1),
      'read from PostgreSQL, one caller': await measure(
        async () => (await store.clients.find('external_api_client', 'local')) !== undefined,
        1,
      ),
      'hit in Redis': await measure(async () => parse(await cache.get('auth:bench'))),
      'read from PostgreSQL': await measure(async () => (await store.clients.find('external_api_client', 'local')) !== undefined),
      'write to PostgreSQL': await measure(async () => {
        await store.audit.append({ actor: 'bench', action: 'bench', subject: 'bench', detail: {}, requestId: 'bench' });
        return true;
      }),
    };
  } finally {
    await Promise.all([store.stop(), cache.stop()]);
  }
}

function page(results: Record<string, Measured>): string {
  const rows = Object.entries(results).map(
    ([what, { perSecond, p50Ms, p99Ms, failed }]) => `| ${what} | ${perSecond} | ${p50Ms} | ${p99Ms} | ${failed} |`,
  );
  return [
    '# Stores',
    '',
    `Measured by \`node bench/data/main.ts --save\`: ${seconds} s each, ${atOnce} callers at once unless said otherwise, one system of two regions and the`,
    `client on the same ${cpus().length} cores, which had other work to do as well: the rates are those of a busy machine, not of a site. The ratios hold better.`,
    '',
    '| what | per second | p50 ms | p99 ms | failed |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const system = await startSystem({ agents });
try {
  const results = await run(system);
  if (values.save) {
    const base = join(import.meta.dirname, '../results/data-stores');
    writeFileSync(`${base}.json`, `${JSON.stringify({ seconds, atOnce, cores: cpus().length, results }, null, 2)}\n`);
    writeFileSync(`${base}.md`, page(results));
  }
  writeSync(1, values.json ? `${JSON.stringify(results)}\n` : page(results));
} finally {
  await system.stop();
}
process.exit(0);
