import type { PartRecord, SystemState } from '../state/index.ts';
import { databaseStatuses, type DatabaseStatus } from './database-status.ts';
import { probeHttp, probeSocket, processState, type PartState } from './probe.ts';
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
    postgres: DatabaseStatus;
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
  /** What an operator must see to; empty when all is as it should be. */
  alarms: string[];
}

/** Asks all parts at once, each with a deadline of half a second, whatever is frozen, cut or dead. */
export async function systemStatus(state: SystemState): Promise<SystemStatus> {
  const find = (kind: PartRecord['kind']): PartRecord[] => state.parts.filter(part => part.kind === kind);
  const databases = databaseStatuses(state);
  const [sessions, verdicts, regions, edge, registry] = await Promise.all([
    registrySessions(state.registry),
    edgeVerdicts(state),
    Promise.all(state.regions.map(async region => regionStatus(state, region, databases))),
    worstOf(find('edge')),
    worstOf([...find('registry'), ...find('registry-redis')]),
  ]);
  // The edge's verdict is what agents feel; without an edge, what the nodes say of themselves.
  for (const region of regions) region.state = verdicts?.get(region.name)?.state ?? region.state;
  for (const node of regions.flatMap(region => region.nodes)) node.sessions = sessions.filter(session => session.node === node.id).length;
  const { alarms } = await databases;
  return { url: state.url, edge: { state: edge }, registry: { state: registry }, regions, sessions, alarms };
}

async function worstOf(parts: readonly PartRecord[]): Promise<PartState> {
  const states = await Promise.all(parts.map(probeSocket));
  return states.find(found => found !== 'up') ?? (states.length === 0 ? 'down' : 'up');
}

async function regionStatus(
  state: SystemState,
  region: SystemState['regions'][number],
  databases: ReturnType<typeof databaseStatuses>,
): Promise<RegionStatus> {
  const parts = state.parts.filter(part => part.region === region.name);
  const of = (...kinds: PartRecord['kind'][]): PartRecord[] => parts.filter(part => kinds.includes(part.kind));
  const [inService, nodes, servers, postgres, redis, search] = await Promise.all([
    serversInService(region.simulator),
    Promise.all(of('node').map(nodeStatus)),
    Promise.all(of('config', 'sip', 'stat', 'interaction').map(part => serverStatus(part, region.location))),
    databases.then(found => found.of(region.name)),
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
