import { setTimeout as sleep } from 'node:timers/promises';
import { startEdge } from '@handover/edge/serve';
import type { KeyringWire } from '@handover/shared/pin';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setRedundancy, statusOf, type RunningSystem } from '../../test/support/index.ts';
import type { Disaster } from './disaster.ts';
import { cutOneWay } from './one-way.ts';
import { elasticsearch, indexDeleted } from './search-disasters.ts';
import { stateOf } from './sites.ts';
import { diskFull, oldPrimaryReturns, postgres, redis, redisFlush, registry, standby } from './store-disasters.ts';
import type { Fault } from './types.ts';

/** The region that serves everybody at first: the edge's first by priority. */
const region = 'us-east';
/** Sessions leave at a pace of one each 50 ms. */
const drainTimeoutMs = 240_000;
const lookMs = 500;
const flapTimes = 3;
const flapMs = 4_000;

const plain = (act: 'kill' | 'freeze' | 'cut', ...what: string[]): Disaster => ({
  nodes: 1,
  netns: act === 'cut',
  async strike(system, struck) {
    struck((await system.handover<{ atMs: number }>('fault', act, ...what)).atMs);
  },
  heal: async system => void (await system.handover('fault', 'heal', ...what.slice(0, 2))),
});

/** The server in service is killed while its backup knows nothing. */
const inWarmStandby = (kind: 'sip' | 'stat' | 'interaction'): Disaster => ({
  ...plain('kill', kind, region),
  prepare: system => setRedundancy(system, kind, 'warm', region),
});

/** By process id and not by a command, so that the moment is exact. */
const signalled = (signal: NodeJS.Signals): Disaster => ({
  nodes: 1,
  netns: false,
  async strike({ stateDir }, struck) {
    const pids = stateOf(stateDir).parts.flatMap(part =>
      part.kind === 'node' && part.region === region && part.process ? [part.process.pid] : [],
    );
    const atMs = Date.now();
    for (const pid of pids) process.kill(pid, signal);
    struck(atMs);
  },
  heal: async system => void (await system.handover('fault', 'heal', 'region', region)),
});

/** Region after region is killed as soon as the one before is back. */
const flap: Disaster = {
  nodes: 1,
  netns: false,
  async strike(system, struck) {
    for (let time = 0; time < flapTimes; time += 1) {
      const victim = time % 2 === 0 ? region : 'eu-west';
      const { atMs } = await system.handover<{ atMs: number }>('fault', 'kill', 'region', victim);
      if (time === 0) struck(atMs);
      await sleep(flapMs);
      await system.handover('fault', 'heal', 'region', victim);
    }
  },
};

async function sessionsIn(system: RunningSystem): Promise<number> {
  const nodes = (await statusOf(system)).regions.find(each => each.name === region)?.nodes ?? [];
  return nodes.reduce((sum, node) => sum + node.sessions, 0);
}

const drain: Disaster = {
  nodes: 1,
  netns: false,
  async strike(system, struck) {
    struck((await system.handover<{ atMs: number }>('drain', region)).atMs);
    for (const deadlineMs = Date.now() + drainTimeoutMs; (await sessionsIn(system)) > 0; await sleep(lookMs))
      if (Date.now() > deadlineMs) throw new Error(`${region} still has sessions after ${drainTimeoutMs} ms of its drain`);
  },
  heal: async system => void (await system.handover('undrain', region)),
};

/** Every node of the region is stopped as a deploy does it, and started again. */
const roll: Disaster = {
  nodes: 2,
  netns: false,
  async strike(system, struck) {
    const nodes = stateOf(system.stateDir).parts.filter(part => part.kind === 'node' && part.region === region);
    for (const [index, node] of nodes.entries()) {
      const pid = node.process?.pid ?? 0;
      if (index === 0) struck(Date.now());
      process.kill(pid, 'SIGTERM');
      for (const deadlineMs = Date.now() + 30_000; isAlive(pid); await sleep(50))
        if (Date.now() > deadlineMs) throw new Error(`${node.id} did not end within 30 s of SIGTERM`);
      await system.handover('fault', 'heal', ...node.id.split(' '));
    }
  },
};

function oneWay(direction: 'in' | 'out'): Disaster {
  let mend = async (): Promise<void> => undefined;
  return {
    nodes: 1,
    netns: true,
    async strike({ stateDir }, struck) {
      mend = await cutOneWay(stateDir, region, direction);
      struck(Date.now());
    },
    async heal(system) {
      await mend();
      await system.handover('fault', 'heal', 'region', region);
    },
  };
}

/** The worker is killed with all connections and all it remembered, and started again. */
function edgeRestart(): Disaster {
  let edge: Awaited<ReturnType<typeof startEdge>> | undefined;
  return {
    nodes: 1,
    netns: false,
    async strike({ stateDir }, struck) {
      const { url, regions, parts } = stateOf(stateDir);
      const { edgeKeyring, opsPassword } = JSON.parse(readFileSync(join(stateDir, 'secrets.json'), 'utf8')) as {
        edgeKeyring: KeyringWire;
        opsPassword: string;
      };
      const pid = parts.find(part => part.kind === 'edge')?.process?.pid ?? 0;
      process.kill(pid, 'SIGKILL');
      struck(Date.now());
      while (isAlive(pid)) await sleep(20);
      edge = await startEdge({
        port: Number(new URL(url).port),
        keyring: edgeKeyring,
        opsUser: 'ops',
        opsPassword,
        regions: {
          regions: regions.map(({ name, location }, index) => ({
            name,
            location,
            origins: parts
              .filter(part => part.kind === 'node' && part.region === name)
              .map(part => ({ node: part.id.slice('node '.length), url: `http://${part.host}:${part.port}` })),
            failover: regions.map(other => other.name).filter(other => other !== name),
            priority: 10 * (index + 1),
          })),
        },
      });
    },
    clean: async () => edge?.stop(),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** What each fault does. */
export const disasters: Readonly<Record<Fault, Disaster>> = {
  none: { nodes: 1, netns: false, strike: async (_, struck) => struck(Date.now()) },
  region: signalled('SIGKILL'),
  freeze: signalled('SIGSTOP'),
  cut: plain('cut', 'region', region),
  'cut-in': oneWay('in'),
  'cut-out': oneWay('out'),
  site: plain('kill', 'site', region),
  drain,
  roll,
  flap,
  edge: edgeRestart(),
  sip: plain('kill', 'sip', region),
  'sip-warm': inWarmStandby('sip'),
  config: plain('kill', 'config', region),
  stat: plain('kill', 'stat', region),
  'stat-warm': inWarmStandby('stat'),
  interaction: plain('kill', 'interaction', region),
  'interaction-warm': inWarmStandby('interaction'),
  postgres,
  standby,
  redis,
  'redis-flush': redisFlush,
  registry,
  'old-primary-returns': oldPrimaryReturns,
  'disk-full': diskFull,
  elasticsearch,
  'index-deleted': indexDeleted,
};
