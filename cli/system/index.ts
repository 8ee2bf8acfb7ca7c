import { ftruncateSync, mkdirSync, openSync, closeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure } from '../options.ts';
import { createPostgresServers, makePassable, fastShutdownSignal, type PostgresPlace, type PostgresServers } from '../postgres/index.ts';
import { guardSync } from './sync.ts';
import { isFrozen, isSameProcess, processIdOf, signalTree, untilGone, type ProcessId } from '../process/index.ts';
import { launch } from '../process/launch.ts';
import { writeState, type PartRecord, type SystemState } from '../state/index.ts';
import { findOnPath } from './find.ts';
import { createNamespaces, removeNamespaces } from './namespaces.ts';
import { loopback } from './network.ts';
import { commandOf, locationOf, worldUrl } from './parts.ts';
import type { PartContext } from './context.ts';
import { planSystem, type SystemOptions } from './plan.ts';
import { matching, type What } from './what.ts';
import { applicationOf, writeServersFile } from './site.ts';
import { freePorts } from './ports.ts';
import { untilEdgeServes } from './verdict.ts';
import { secretsOf } from './secrets.ts';

export type { SystemOptions } from './plan.ts';

/** Told what happens while the system starts and stops. */
export interface Progress {
  begin(part: string): void;
  done(part: string, ms: number): void;
  note(text: string): void;
}

/** The edge in front of the system; `process` is the one that listens. */
export interface RunningEdge {
  process: ProcessId;
  stop(): Promise<void>;
}
export type StartEdge = (context: PartContext, log: string, onSpawn: (process: ProcessId) => void) => Promise<RunningEdge>;

/** A whole system on this machine. Nothing is shared between its parts but what goes over their sockets. */
export interface System {
  readonly state: SystemState;
  readonly context: PartContext;
  /** Starts everything; rejects with the first part that fails. Call `stop` then, too. */
  start(): Promise<void>;
  /** Brings the parts back: thawed when frozen, started when dead. PostgreSQL follows a primary promoted meanwhile. */
  heal(what: What): Promise<void>;
  /** Drops the packets of `what`; only in a system with networks of its own. */
  cut(what: What): Promise<void>;
  /** Makes the region's PostgreSQL server the primary. */
  promote(region: string): Promise<void>;
  /** Ends every part, frozen ones too, in reverse order of starting. Never rejects. */
  stop(): Promise<void>;
}

const stopGraceMs = 5_000;
const verdictTimeoutMs = 60_000;
const syncTimeoutMs = 10_000;
const maxLogBytes = 64 << 20;
const logCheckMs = 10_000;

export async function createSystem(
  options: SystemOptions,
  startEdge: StartEdge,
  control: { url: string; token: string },
  progress: Progress,
): Promise<System> {
  makePassable(options.stateDir);
  const logs = join(options.stateDir, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const secrets = secretsOf(options.stateDir);
  const redisServer = findOnPath('redis-server');
  const planned = planSystem(options, redisServer !== undefined);
  const worlds = planned.filter(part => part.kind === 'world');
  const network = options.netns ? createNamespaces(options.stateDir, options.regions, planned) : loopback;
  const ports = await freePorts(planned.length + worlds.length);
  const parts: PartRecord[] = planned.map((part, index) => ({
    ...part,
    host: network.hostOf(part.unit ?? part.id),
    port: ports[index] ?? 0,
    controlPort: part.kind === 'world' ? (ports[planned.length + worlds.indexOf(part)] ?? 0) : null,
    application: applicationOf(part),
    process: null,
    log: join(logs, `${part.id.replaceAll(/[ /]/g, '-')}.log`),
  }));
  const edgePart: PartRecord = {
    id: 'edge',
    kind: 'edge',
    region: null,
    role: null,
    unit: null,
    host: '127.0.0.1',
    port: options.port,
    controlPort: null,
    application: null,
    process: null,
    log: join(logs, 'edge.log'),
  };
  const databases: PostgresServers = createPostgresServers(options.stateDir, { sync: options.sync !== undefined });
  const publicUrl = `http://127.0.0.1:${options.port}`;
  const context: PartContext = { options, publicUrl, secrets, parts, login: databases.login, redisServer };
  const registry = parts.find(part => part.kind === 'registry');
  const state: SystemState = {
    version: 1,
    startedAtMs: Date.now(),
    ready: false,
    process: processIdOf(process.pid),
    url: publicUrl,
    control,
    registry: { url: `http://${registry?.host ?? ''}:${registry?.port ?? 0}`, token: secrets.registryToken },
    ops: { user: 'ops', password: secrets.opsPassword },
    database: databases.login,
    regions: options.regions.map(name => ({
      name,
      location: locationOf(name),
      redisKind: redisServer === undefined ? 'embedded' : 'server',
      simulator: worldUrl(parts, name),
    })),
    network: network.prefix === undefined ? null : { prefix: network.prefix },
    sync: options.sync ?? null,
    parts: [...parts, edgePart],
  };
  let stopping = false;
  let edge: RunningEdge | undefined;

  const save = (): void => writeState(options.stateDir, state);
  const record = (part: PartRecord) => (id: ProcessId) => {
    part.process = id;
    save();
    if (stopping) signalTree(id, 'SIGKILL');
  };
  const timed = async (part: PartRecord, work: () => Promise<unknown>): Promise<void> => {
    if (stopping) throw new CommandFailure('stopped while starting');
    const from = Date.now();
    progress.begin(part.id);
    await work();
    progress.done(part.id, Date.now() - from);
  };
  const startPart = (part: PartRecord): Promise<void> =>
    timed(part, () => {
      const onSpawn = record(part);
      if (part.kind === 'postgres') return databases.start(placeOf(part), onSpawn);
      const namespace = network.namespaceOf(part.unit ?? part.id);
      return launch({
        name: part.id,
        ...commandOf(part, context),
        ...(namespace === undefined ? {} : { namespace }),
        log: part.log,
        onSpawn,
      });
    });
  const placeOf = (part: PartRecord): PostgresPlace => ({
    region: part.region ?? '',
    host: part.host,
    port: part.port,
    log: part.log,
    namespace: network.namespaceOf(part.unit ?? part.id),
  });
  const databaseOf = (region: string | undefined): PartRecord | undefined =>
    parts.find(part => part.kind === 'postgres' && part.region === region);
  const of = (...kinds: PartRecord['kind'][]): PartRecord[] => parts.filter(part => kinds.includes(part.kind));
  const startAll = async (list: readonly PartRecord[]): Promise<void> => void (await Promise.all(list.map(startPart)));

  const guard = guardSync({
    options,
    databases,
    placeOf: region => {
      const part = databaseOf(region);
      return part === undefined ? undefined : placeOf(part);
    },
    logs,
    progress,
  });
  const startDatabases = async (): Promise<void> => {
    const from = Date.now();
    progress.begin('databases');
    await databases.prepare(options.regions);
    progress.done('databases', Date.now() - from);
    const primary = databaseOf(databases.primaryRegion());
    if (primary !== undefined) databases.setPrimaryPlace(placeOf(primary));
    await startAll(of('postgres'));
    await guard?.engage(syncTimeoutMs);
  };
  const startSites = async (): Promise<void> => {
    writeServersFile(context);
    await startAll(of('world'));
    await startAll(of('config', 'sip', 'stat', 'interaction'));
  };
  const startRegistry = async (): Promise<void> => {
    await startAll(of('registry-redis'));
    await startAll(of('registry'));
  };

  const start = async (): Promise<void> => {
    save();
    await network.create();
    const startingEdge = timed(edgePart, async () => {
      edge = await startEdge(context, edgePart.log, record(edgePart));
      record(edgePart)(edge.process);
    });
    startingEdge.catch(() => undefined);
    await Promise.all([startDatabases(), startRegistry(), startAll(of('redis')), startSites()]);
    await startAll(of('node'));
    await startingEdge;
    if (!(await untilEdgeServes(state, of('node').map(nodeName), verdictTimeoutMs)))
      throw new CommandFailure(`the edge does not reach every node; see ${edgePart.log}`);
    state.ready = true;
    save();
  };

  const reviveOne = async (part: PartRecord): Promise<void> => {
    if (part.process !== null && isFrozen(part.process)) signalTree(part.process, 'SIGCONT');
    if (part.kind === 'postgres') return reviveDatabase(part);
    if (part.process === null || !isSameProcess(part.process)) await startPart(part);
  };
  const reviveDatabase = async (part: PartRecord): Promise<void> => {
    const primary = databaseOf(databases.primaryRegion());
    const follows = primary !== undefined && primary !== part;
    const reseeded = async (anyway: boolean): Promise<boolean> => {
      if (!follows || !(await databases.reseed(part.region ?? '', placeOf(primary), anyway))) return false;
      progress.note(`${part.id} follows ${primary.id}, with a fresh copy`);
      return true;
    };
    if (follows) databases.setPrimaryPlace(placeOf(primary));
    // One that runs on as a primary of old (it was frozen while another was promoted) is ended by this, too.
    if ((await reseeded(false)) || part.process === null || !isSameProcess(part.process)) await startPart(part);
    if (!follows || (await databases.standbyOf(placeOf(part), placeOf(primary))) !== 'out-of-wal') return;
    await endParts([part]);
    if (await reseeded(true)) await startPart(part);
  };
  const layers: readonly PartRecord['kind'][][] = [
    ['postgres', 'redis', 'registry-redis', 'world'],
    ['registry', 'config', 'sip', 'stat', 'interaction'],
    ['node'],
  ];
  const heal = async (what: What): Promise<void> => {
    const wanted = matching(what, state);
    await network.mend(what);
    for (const layer of layers) await Promise.all(wanted.filter(part => layer.includes(part.kind)).map(reviveOne));
    const nodes = wanted.filter(part => part.kind === 'node').map(nodeName);
    if (!(await untilEdgeServes(state, nodes, verdictTimeoutMs)))
      throw new CommandFailure(`the edge still finds ${nodes.join(', ')} down after ${verdictTimeoutMs / 1000} s`);
  };

  const promote = async (region: string): Promise<void> => {
    const part = databaseOf(region);
    if (part === undefined) throw new CommandFailure(`there is no PostgreSQL server in ${region}`);
    await databases.promote(placeOf(part));
    await promoteConfiguration(region);
  };
  /** The site's Configuration Server becomes the master as well; a site that has it already, or whose world is gone, is no fault. */
  const promoteConfiguration = async (region: string): Promise<void> => {
    const response = await fetch(`${worldUrl(parts, region)}/promote`, { method: 'POST', signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    if (response?.ok !== true) progress.note(`the Configuration Server of ${region} was not promoted`);
  };

  const logWatch = setInterval(() => state.parts.forEach(part => capLog(part.log)), logCheckMs);
  logWatch.unref();

  const stop = async (): Promise<void> => {
    stopping = true;
    clearInterval(logWatch);
    await guard?.stop();
    await edge?.stop().catch(() => undefined);
    await endParts([edgePart]);
    for (const layer of layers.toReversed()) await endParts(parts.filter(part => layer.includes(part.kind)));
    await network.destroy().catch((error: unknown) => progress.note(`the network was not removed: ${String(error)}`));
  };

  return { state, context, start, heal, cut: what => network.cut(what), promote, stop };
}

const nodeName = (part: PartRecord): string => part.id.slice('node '.length);

/** Asks the processes to end, in parallel; who does not within the grace is killed. */
async function endParts(parts: readonly PartRecord[]): Promise<void> {
  await Promise.all(
    parts.map(async ({ process: id, kind }) => {
      if (id === null || !isSameProcess(id)) return;
      if (kind === 'postgres') endPostgres(id);
      else signalTree(id, 'SIGTERM');
      // A frozen process takes its signals only when it runs again.
      signalTree(id, 'SIGCONT');
      if (await untilGone(id, stopGraceMs)) return;
      signalTree(id, 'SIGKILL');
      await untilGone(id, stopGraceMs);
    }),
  );
}

/** The postmaster ends its children itself, in the order that keeps the data whole. */
function endPostgres(id: ProcessId): void {
  process.kill(id.pid, fastShutdownSignal);
}

/** Empties a log that grew too large; its writers append, so they go on at the start. */
function capLog(path: string): void {
  try {
    const log = openSync(path, 'r+');
    if (fstatSync(log).size > maxLogBytes) ftruncateSync(log, 0);
    closeSync(log);
  } catch {
    // The part has not started yet.
  }
}

/** Ends what a system that crashed left over. */
export async function clearLeftovers(state: SystemState): Promise<number> {
  const left = state.parts.flatMap(part => (part.process !== null && isSameProcess(part.process) ? [part.process] : []));
  for (const id of left) signalTree(id, 'SIGKILL');
  await Promise.all(left.map(id => untilGone(id, stopGraceMs)));
  if (state.network !== null) await removeNamespaces(state.network.prefix);
  return left.length;
}
