import { createOwnership, type EnsureContext } from '@handover/origin/ownership';
import { silentLogger } from '@handover/shared/log';
import { sleep, systemClock } from '@handover/shared/time';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

/**
 * What the ownership checks add to a request and to a command on the normal path, where the session is owned here: `node bench/ownership.ts [--save]`.
 * The registry and the referee answer at once, so only our own code is measured; on this path neither is asked.
 */
const rounds = 40;
/** Short enough that the lease is renewed between two rounds. */
const times = 50_000;

const live = { held: true as const, taken: [] };
const registryCalls = { count: 0 };
const counted = <T>(value: T): Promise<T> => {
  registryCalls.count += 1;
  return Promise.resolve(value);
};
const registry = {
  createLease: () => counted(live),
  extendLease: () => counted(live),
  dropLease: () => counted(undefined),
  read: () => counted(undefined),
  take: () => counted({ kind: 'taken', epoch: 2 ** 50, before: [] }),
  go: () => counted({ kind: 'active' }),
  leave: () => counted(undefined),
  strays: () => counted([]),
  orphans: () => counted([]),
  nodes: () => counted([]),
  passport: () => counted(undefined),
  putPassport: () => counted(undefined),
};
const referee = {
  register: () => Promise.resolve(),
  say: () => Promise.resolve(),
  query: () => Promise.resolve(),
  drained: () => true,
  on: () => () => undefined,
};

const ownership = createOwnership({
  registry: registry as unknown as Parameters<typeof createOwnership>[0]['registry'],
  referee,
  clock: systemClock,
  random: Math.random,
  log: silentLogger,
  node: { id: 'us-east/1', number: 0, region: 'us-east', url: undefined },
  sealer: { seal: text => Promise.resolve(text), open: text => Promise.resolve(text) },
  hooks: { adopt: () => Promise.resolve(), lost: () => undefined },
});
ownership.start();

const key = { tenant: 'acme', person: 'agent1' };
const context = (): EnsureContext => ({ stampMs: Date.now(), excludedNodes: [] });
async function own() {
  for (;;) {
    const owned = await ownership.ensure(key, context(), { fresh: true });
    if (owned.ok) return owned.value;
  }
}
const owned = await own();
const attached = await owned.attachDn({ number: '7001', switchName: 'SIP_us-east' });
if (!attached.ok) throw new Error(`the DN was not attached: ${attached.reason}`);
const fenced = owned.fence(Date.now());
if (!fenced.ok) throw new Error(`the fence is closed: ${fenced.reason}`);
const callsBefore = registryCalls.count;

const sessions = new Map([['acme:agent1', { epoch: 1 }]]);
const work = {
  'request without checks (a map look-up)': () => sessions.get(`${key.tenant}:${key.person}`)?.epoch,
  'request with ensure': () => {
    const answer = ownership.ensure(key, context());
    return 'ok' in answer && answer.ok ? answer.value.epoch : 0;
  },
  'command without checks': () => ({ ok: true, value: { epoch: 1 } }),
  'command with admission and fence': () => {
    const admission = owned.admission(Date.now());
    return 'ok' in admission && admission.ok ? admission.value() : undefined;
  },
};

let sink: unknown;
const measure = (run: () => unknown): number => {
  const startedNs = process.hrtime.bigint();
  for (let i = 0; i < times; i += 1) sink = run();
  return Number(process.hrtime.bigint() - startedNs) / times;
};
const rows: { what: string; medianNs: number; worstNs: number }[] = [];
for (const [what, run] of Object.entries(work)) {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    samples.push(measure(run));
    await sleep(systemClock, 10);
  }
  samples.sort((a, b) => a - b);
  rows.push({ what, medianNs: Math.round(samples[rounds / 2] ?? 0), worstNs: Math.round(samples[rounds - 1] ?? 0) });
}
const last = owned.fence(Date.now());
if (!last.ok) throw new Error(`the fence closed while it was measured: ${last.reason}`);
const result = {
  rows,
  /** Lease renewals only; none belongs to a request. */
  registryCalls: registryCalls.count - callsBefore,
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  machine: `${cpus().length} × ${cpus()[0]?.model ?? ''}`,
  loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  node: process.version,
};
console.log(JSON.stringify(result, null, 2));
if (process.argv.includes('--save'))
  writeFileSync(join(import.meta.dirname, 'results/ownership.json'), `${JSON.stringify(result, null, 2)}\n`);
process.exit(sink === undefined ? 1 : 0);
