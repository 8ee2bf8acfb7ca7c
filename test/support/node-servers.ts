import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningSystem } from './system.ts';

/** A Genesys server as a node sees it over its own links. */
interface LinkedServer {
  name: string;
  type: 'config' | 'sip' | 'stat' | 'interaction';
  role: 'primary' | 'backup' | 'unknown';
  state: 'up' | 'connecting' | 'waiting' | 'stopped' | 'standby';
  /** Established connections lost since the start. */
  losses: number;
}

/** The servers that a node is linked to, as its own status has them. */
export async function serversOfNode(system: Pick<RunningSystem, 'stateDir'>, node = 'us-east/1'): Promise<LinkedServer[]> {
  const { parts, ops } = JSON.parse(readFileSync(join(system.stateDir, 'state.json'), 'utf8')) as {
    parts: { id: string; host: string; port: number }[];
    ops: { user: string; password: string };
  };
  const part = parts.find(({ id }) => id === `node ${node}`);
  const authorization = `Basic ${Buffer.from(`${ops.user}:${ops.password}`).toString('base64')}`;
  const response = await fetch(`http://${part?.host ?? ''}:${part?.port ?? 0}/admin/status`, { headers: { authorization } });
  if (!response.ok) throw new Error(`/admin/status of ${node}: HTTP ${response.status}`);
  return ((await response.json()) as { servers: LinkedServer[] }).servers;
}
