import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure } from '../options.ts';
import { isSameProcess, processIdOf, signalOne, signalTree, untilGone } from '../process/index.ts';
import { launch, type Launched, type LaunchSpec } from '../process/launch.ts';
import { postgresBinaries, postgresRoot, serverUid } from './binaries.ts';
import {
  coldCopy,
  finishHotCopy,
  follow,
  forgetSync,
  hotCopy,
  initialise,
  isInitialised,
  isStandby,
  lockedBy,
  removeStaleLock,
  type DatabaseLogin,
} from './data.ts';
import { databaseLogin } from './login.ts';
import { openServer, standbyState, viewOf, type StandbyState } from './replication.ts';
import { serverSettings } from './settings.ts';

export { makePassable } from './binaries.ts';
export { openServer, standbyState, viewOf, type ServerView, type StandbyState } from './replication.ts';
export { createSyncGuard, type SyncGuard, type SyncWish } from './sync-guard.ts';
export type { DatabaseLogin } from './data.ts';

/** Where one region's server listens and logs. */
export interface PostgresPlace {
  region: string;
  host: string;
  port: number;
  log: string;
  namespace: string | undefined;
}

/** The embedded servers of one system: a primary and a streaming standby per other region. */
export interface PostgresServers {
  readonly login: DatabaseLogin;
  /** Creates what is missing: the primary's data, the standbys as cold copies. Nothing may be running. */
  prepare(regions: readonly string[]): Promise<void>;
  start(place: PostgresPlace, onSpawn?: LaunchSpec['onSpawn']): Promise<Launched>;
  /** Makes the region's standby the primary. At most 10 s. */
  promote(place: PostgresPlace): Promise<void>;
  /**
   * Makes the region's data a fresh standby of the running primary if another region was promoted since it last ran as one, or always with
   * `anyway`. True when it did. Ends the server that runs on that data.
   */
  reseed(region: string, primary: PostgresPlace, anyway?: boolean): Promise<boolean>;
  /** How the region's running standby stands to the primary; waits a moment for one that has just started. */
  standbyOf(place: PostgresPlace, primary: PostgresPlace): Promise<StandbyState>;
  /** The region whose server takes writes, as last promoted here. */
  primaryRegion(): string | undefined;
  /** Tells where the primary is now, for standbys that start later. */
  setPrimaryPlace(place: PostgresPlace): void;
}

interface Cluster {
  primary: string;
  /** Grows with every promotion. */
  generation: number;
  /** The generation each region's data belongs to. */
  generations: Record<string, number>;
}

const startTimeoutMs = 30_000;
const promoteTimeoutMs = 10_000;
const attachMs = 5_000;

/** The version of the embedded binaries. */
const embeddedMajor = 18;

/**
 * `sync`: commits of the primary may wait for a standby; otherwise what an earlier run set is forgotten. `installed`: other binaries than the
 * embedded ones, for tests.
 */
export function createPostgresServers(
  stateDir: string,
  options: { sync?: boolean; installed?: { dir: string; major: number } | undefined } = {},
): PostgresServers {
  const major = options.installed?.major ?? embeddedMajor;
  const root = postgresRoot(stateDir);
  const login = databaseLogin(root);
  const clusterFile = join(root, 'cluster.json');
  let native: string | undefined;
  let primaryPlace: PostgresPlace | undefined;
  const dataOf = (region: string): string => join(root, region);
  const binaries = (): string => (native ??= options.installed?.dir ?? postgresBinaries(root));
  const readCluster = (): Cluster | undefined => {
    try {
      return JSON.parse(readFileSync(clusterFile, 'utf8')) as Cluster;
    } catch {
      return undefined;
    }
  };
  const writeCluster = (cluster: Cluster): void => writeFileSync(clusterFile, JSON.stringify(cluster), { mode: 0o600 });

  const prepare = async (regions: readonly string[]): Promise<void> => {
    const first = regions[0];
    if (first === undefined) throw new CommandFailure('a system has at least one region');
    let cluster = readCluster();
    if (cluster === undefined || !isInitialised(dataOf(cluster.primary))) {
      await initialise(binaries(), dataOf(first), login, major);
      cluster = { primary: first, generation: 1, generations: { [first]: 1 } };
      writeCluster(cluster);
    }
    if (!regions.includes(cluster.primary))
      throw new CommandFailure(
        `the database's primary is in ${cluster.primary}, which is not among --regions; add it or choose another --state`,
      );
    for (const region of regions) await settle(region);
    // A standby of an older generation has diverged from the primary: never start it, copy anew.
    for (const region of regions.filter(name => name !== cluster.primary)) {
      if (isInitialised(dataOf(region)) && isStandby(dataOf(region)) && cluster.generations[region] === cluster.generation) continue;
      coldCopy(dataOf(cluster.primary), dataOf(region));
      cluster.generations[region] = cluster.generation;
    }
    writeCluster(cluster);
  };

  /** Ends what a crash left over on this data directory. */
  const settle = async (region: string): Promise<void> => {
    const pid = lockedBy(dataOf(region));
    if (pid === undefined) return;
    const left = processIdOf(pid);
    if (isSameProcess(left) && commandLineOf(pid).includes(dataOf(region))) {
      signalTree(left, 'SIGKILL');
      await untilGone(left, 5_000);
    }
    removeStaleLock(dataOf(region));
  };

  const start = async (place: PostgresPlace, onSpawn?: LaunchSpec['onSpawn']): Promise<Launched> => {
    await settle(place.region);
    const uid = serverUid();
    if (isStandby(dataOf(place.region)) && primaryPlace !== undefined) follow(dataOf(place.region), primaryPlace, login, place.region);
    else if (options.sync !== true) forgetSync(dataOf(place.region));
    const settings = serverSettings(place, major);
    return launch({
      name: `postgres ${place.region}`,
      file: join(binaries(), 'bin', 'postgres'),
      args: ['-D', dataOf(place.region), ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
      env: { LC_ALL: 'C.UTF-8' },
      ...(uid === undefined ? {} : { uid }),
      ...(place.namespace === undefined ? {} : { namespace: place.namespace }),
      log: place.log,
      ready: /ready to accept (read-only )?connections/,
      timeoutMs: startTimeoutMs,
      ...(onSpawn === undefined ? {} : { onSpawn }),
    });
  };

  const promote = async (place: PostgresPlace): Promise<void> => {
    const data = dataOf(place.region);
    const cluster = readCluster();
    const pid = lockedBy(data);
    if (cluster === undefined || pid === undefined) throw new CommandFailure(`the PostgreSQL server of ${place.region} is not running`);
    if (cluster.primary === place.region) throw new CommandFailure(`${place.region} is the primary already`);
    if (!isStandby(data)) throw new CommandFailure(`the server of ${place.region} is not a standby`);
    writeFileSync(join(data, 'promote'), '');
    signalOne(pid, 'SIGUSR1');
    for (const deadline = Date.now() + promoteTimeoutMs; isStandby(data);) {
      if (Date.now() > deadline) throw new CommandFailure(`${place.region} was not promoted within ${promoteTimeoutMs / 1000} s`);
      await new Promise(resolve => setTimeout(resolve, 25));
    }
    const generation = cluster.generation + 1;
    writeCluster({ primary: place.region, generation, generations: { ...cluster.generations, [place.region]: generation } });
    primaryPlace = place;
  };

  const reseed = async (region: string, primary: PostgresPlace, anyway = false): Promise<boolean> => {
    const cluster = readCluster();
    if (cluster === undefined || cluster.primary === region) return false;
    if (!anyway && cluster.generations[region] === cluster.generation) return false;
    await settle(region);
    await copyRunning(primary, dataOf(cluster.primary), dataOf(region), login);
    writeCluster({ ...cluster, generations: { ...cluster.generations, [region]: cluster.generation } });
    return true;
  };

  const standbyOf = async (place: PostgresPlace, primary: PostgresPlace): Promise<StandbyState> => {
    const servers = [place, primary].map(server => openServer(server, login, 2));
    const [own, first] = servers;
    if (own === undefined || first === undefined) return 'disconnected';
    try {
      for (const deadline = Date.now() + attachMs; ; await new Promise(resolve => setTimeout(resolve, 100))) {
        const [standby, leader] = await Promise.all([viewOf(own), viewOf(first).catch(() => undefined)]);
        if (standby.role === 'primary') return 'streaming';
        const state = standbyState(standby, leader?.role === 'primary' ? leader : undefined);
        if (state !== 'disconnected' || leader === undefined || Date.now() > deadline) return state;
      }
    } catch {
      return 'disconnected';
    } finally {
      await Promise.all(servers.map(sql => sql.end({ timeout: 0 }).catch(() => undefined)));
    }
  };

  return {
    login,
    prepare,
    start,
    promote,
    reseed,
    standbyOf,
    primaryRegion: () => readCluster()?.primary,
    setPrimaryPlace: place => void (primaryPlace = place),
  };
}

/** A base backup without tools: the server is told, its files are copied, and the label it answers with makes the copy consistent. */
async function copyRunning(primary: PostgresPlace, from: string, to: string, login: DatabaseLogin): Promise<void> {
  const sql = openServer(primary, login, 5);
  try {
    // The driver never hands out a reserved connection when that is the first thing asked of it and it fetches no types.
    await sql`select 1`;
    const session = await sql.reserve();
    await session`select pg_backup_start('reseed', true)`;
    hotCopy(from, to);
    const [row] = await session<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`;
    if (row === undefined) throw new CommandFailure('the primary did not finish the backup');
    finishHotCopy(to, row.labelfile);
    session.release();
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Ends a server by PostgreSQL's fast shutdown: clients are disconnected, nothing is lost. */
export const fastShutdownSignal: NodeJS.Signals = 'SIGINT';
