import type { LinkStatus } from './link.ts';
import type { ServerRole } from './pair.ts';

/** One server as `status` shows it. `waiting` is between two attempts to connect. */
export interface ServerStatus {
  /** Name of the Application, or of its host and port when only these are known. */
  readonly name: string;
  readonly type: 'config' | 'sip' | 'stat' | 'interaction';
  readonly location: string | undefined;
  readonly role: 'primary' | 'backup' | 'unknown';
  readonly state: 'up' | 'connecting' | 'waiting' | 'stopped';
  readonly address: string;
  readonly sinceMs: number;
  /** Established connections lost since the start. */
  readonly losses: number;
  readonly lastError: string | undefined;
}

export function serverStatusFrom(
  link: LinkStatus & { role?: ServerRole | undefined },
  about: Pick<ServerStatus, 'name' | 'type' | 'location'>,
): ServerStatus {
  return {
    ...about,
    role: link.role === 'Primary' ? 'primary' : link.role === 'Backup' ? 'backup' : 'unknown',
    state: stateOf(link.phase),
    address: `${link.endpoint.host}:${link.endpoint.port}`,
    sinceMs: link.sinceMs,
    losses: link.losses,
    lastError: link.lastError,
  };
}

function stateOf(phase: LinkStatus['phase']): ServerStatus['state'] {
  return phase === 'registering' ? 'connecting' : phase;
}
