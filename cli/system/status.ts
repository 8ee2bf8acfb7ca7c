import type { PartRecord, SystemState } from '../state/index.ts';
import { probeHttp, probeSocket, probeTimeoutMs, processState, type PartState } from './probe.ts';
import { edgeVerdicts } from './verdict.ts';
import { serversInService } from './service.ts';
import { searchStatus, type SearchStatus } from './search-status.ts';
import { registrySessions, type SessionStatus } from './sessions.ts';

export interface NodeStatus {
  id: string;
  /** The process that listens; null when there is none. */
  pid: number | null;
  state: PartState | 'draining';
  sessions: number;
}
export interface ServerStatus {
  name: string;
  type: string;
  location: string;
  role: 'primary' | 'backup';
  state: PartState;
}
export interface RegionStatus {
  name: string;
  state: 'up' | 'draining' | 'down';
  nodes: NodeStatus[];
  stores: {
    postgres: { kind: 'server'; role: 'primary' | 'standby' | 'unknown'; state: PartState };
    redis: { kind: 'server' | 'embedded'; state: PartState };
    search: SearchStatus;
  };
  servers: ServerStatus[];
}
export interface SystemStatus {
  url: string;
  edge: { state: PartState };
  registry: { state: PartState };
  regions: RegionStatus[];
  sessions: SessionStatus[];
}

/** Asks all parts at once, each with a deadline of half a second, whatever is frozen, cut or dead. */
export async function systemStatus(state: SystemState): Promise<SystemStatus> {
  const find = (kind: PartRecord['kind']): PartRecord[] => state.parts.filter(part => part.kind === kind);
  const [sessions, verdicts, regions, edge, registry] = await Promise.all([
    registrySessions(state.registry),
    edgeVerdicts(state),
    Promise.all(state.regions.map(region => regionStatus(state, region))),
    worstOf(find('edge')),
    worstOf([...find('registry'), ...find('registry-redis')]),
  ]);
  // The edge's verdict is what agents feel; without an edge, what the nodes say of themselves.
  for (const region of regions) region.state = verdicts?.get(region.name)?.state ?? region.state;
  for (const node of regions.flatMap(region => region.nodes)) node.sessions = sessions.filter(session => session.node === node.id).length;
  return { url: state.url, edge: { state: edge }, registry: { state: registry }, regions, sessions };
}

async function worstOf(parts: readonly PartRecord[]): Promise<PartState> {
  const states = await Promise.all(parts.map(probeSocket));
  return states.find(found => found !== 'up') ?? (states.length === 0 ? 'down' : 'up');
}

async function regionStatus(state: SystemState, region: SystemState['regions'][number]): Promise<RegionStatus> {
  const parts = state.parts.filter(part => part.region === region.name);
  const of = (...kinds: PartRecord['kind'][]): PartRecord[] => parts.filter(part => kinds.includes(part.kind));
  const [inService, nodes, servers, postgres, redis, search] = await Promise.all([
    serversInService(region.simulator),
    Promise.all(of('node').map(nodeStatus)),
    Promise.all(of('config', 'sip', 'stat', 'interaction').map(part => serverStatus(part, region.location))),
    postgresStatus(of('postgres')[0], state),
    worstOf(of('redis')),
    searchStatus(state, of('node')),
  ]);
  if (inService.size > 0) for (const server of servers) server.role = inService.has(server.name) ? 'primary' : 'backup';
  return {
    name: region.name,
    state: nodes.some(node => node.state === 'up') ? 'up' : nodes.some(node => node.state === 'draining') ? 'draining' : 'down',
    nodes,
    stores: { postgres, redis: { kind: region.redisKind, state: redis }, search },
    servers,
  };
}

async function nodeStatus(part: PartRecord): Promise<NodeStatus> {
  const running = processState(part);
  const pid = running === 'down' ? null : (part.process?.pid ?? null);
  const status: NodeStatus = { id: part.id.slice('node '.length), pid, state: 'down', sessions: 0 };
  if (running !== 'running') return { ...status, state: running };
  const health = await probeHttp(`http://${part.host}:${part.port}/health`);
  const told = health !== null && typeof health === 'object' && 'state' in health ? health.state : undefined;
  return { ...status, state: told === 'up' || told === 'draining' ? told : 'cut' };
}

async function serverStatus(part: PartRecord, location: string): Promise<ServerStatus> {
  return {
    name: part.application ?? part.id,
    type: part.kind,
    location,
    role: part.role ?? 'primary',
    state: await probeSocket(part),
  };
}

async function postgresStatus(part: PartRecord | undefined, state: SystemState): Promise<RegionStatus['stores']['postgres']> {
  const running = part === undefined ? 'down' : processState(part);
  if (part === undefined || running !== 'running')
    return { kind: 'server', role: 'unknown', state: running === 'running' ? 'down' : running };
  const { default: postgres } = await import('postgres');
  const { user, password, name } = state.database;
  const sql = postgres({
    host: part.host,
    port: part.port,
    user,
    password,
    database: name,
    max: 1,
    connect_timeout: 1,
    fetch_types: false,
    onnotice: () => undefined,
  });
  // One round trip after the login: the deadline is short, and a loaded machine slow.
  const asked = sql<{ standby: boolean }[]>`select pg_is_in_recovery() as standby`.simple().then(
    (rows): 'primary' | 'standby' => (rows[0]?.standby === true ? 'standby' : 'primary'),
    () => 'unknown' as const,
  );
  const late = new Promise<'late'>(resolve => setTimeout(() => resolve('late'), probeTimeoutMs).unref());
  const role = await Promise.race([asked, late]);
  void sql.end({ timeout: 0 }).catch(() => undefined);
  if (role === 'late') return { kind: 'server', role: 'unknown', state: 'cut' };
  return { kind: 'server', role, state: role === 'unknown' ? 'down' : 'up' };
}
