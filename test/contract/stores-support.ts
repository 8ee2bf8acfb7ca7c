import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresServers, fastShutdownSignal, type PostgresPlace } from '../../cli/postgres/index.ts';
import { processIdOf, signalTree } from '../../cli/process/index.ts';

/** A free TCP port of the loopback address. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>(resolve => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Waits for a condition, at most `deadlineMs`. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, deadlineMs = 20_000): Promise<void> {
  for (const end = Date.now() + deadlineMs; !(await condition()); await new Promise(resolve => setTimeout(resolve, 25)))
    if (Date.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface TestPostgres {
  /** Connection text with the own region's server first. */
  url(...order: string[]): string;
  pid(region: string): number;
  /** To the server and all its processes. */
  signalAll(region: string, signal: NodeJS.Signals): void;
  /** Kills without warning and waits until it is gone. */
  kill(region: string): Promise<void>;
  start(region: string): Promise<void>;
  promote(region: string): Promise<void>;
  stop(): Promise<void>;
}

/** The versions that a suite runs on: the embedded one always, Debian's when it is installed. */
export const debianPostgres = { dir: '/usr/lib/postgresql/15', major: 15 };
export const hasDebianPostgres = existsSync(join(debianPostgres.dir, 'bin', 'pg_dump'));

/** A real primary in the first region and a streaming standby in each other one. */
export async function startPostgres(regions: string[], installed?: { dir: string; major: number }): Promise<TestPostgres> {
  const state = await mkdtemp(join(tmpdir(), 'handover-stores-'));
  const servers = createPostgresServers(state, { installed });
  const places = new Map<string, PostgresPlace>();
  const running = new Map<string, number>();
  for (const region of regions)
    places.set(region, { region, host: '127.0.0.1', port: await freePort(), log: join(state, `${region}.log`), namespace: undefined });
  const placeOf = (region: string): PostgresPlace => {
    const place = places.get(region);
    if (place === undefined) throw new Error(`no region ${region}`);
    return place;
  };
  const start = async (region: string): Promise<void> => {
    const launched = await servers.start(placeOf(region));
    running.set(region, launched.process.pid);
  };
  const end = async (region: string, signal: NodeJS.Signals): Promise<void> => {
    const server = running.get(region);
    if (server === undefined) return;
    signalTree(processIdOf(server), 'SIGCONT');
    process.kill(server, signal);
    await until(`${region}'s server has ended`, () => !isRunning(server));
    running.delete(region);
  };
  const [first = ''] = regions;
  await servers.prepare([first]);
  // Its settings come into the control file, which a standby compares with its own, when it runs for the first time.
  await start(first);
  await end(first, fastShutdownSignal);
  await servers.prepare(regions);
  servers.setPrimaryPlace(placeOf(first));
  const stop = async (): Promise<void> => {
    await Promise.all([...running.keys()].map(region => end(region, fastShutdownSignal)));
    await rm(state, { recursive: true, force: true });
  };
  try {
    for (const region of regions) await start(region);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: (...order) => {
      const hosts = order.map(region => `127.0.0.1:${placeOf(region).port}`).join(',');
      return `postgres://${servers.login.user}:${servers.login.password}@${hosts}/${servers.login.name}`;
    },
    pid: region => running.get(region) ?? 0,
    signalAll: (region, signal) => void signalTree(processIdOf(running.get(region) ?? 0), signal),
    kill: region => end(region, 'SIGKILL'),
    start,
    promote: region => servers.promote(placeOf(region)),
    stop,
  };
}

export interface TestRedis {
  url: string;
  signal(signal: NodeJS.Signals): void;
  kill(): Promise<void>;
}

/** A real redis-server that keeps nothing on disk. */
export async function startRedis(port?: number): Promise<TestRedis> {
  const listens = port ?? (await freePort());
  const child: ChildProcess = spawn(
    'redis-server',
    ['--port', String(listens), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until('redis-server', () => output.includes('Ready to accept connections'));
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  return {
    url: `redis://127.0.0.1:${listens}/0`,
    signal: signal => void child.kill(signal),
    async kill() {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
