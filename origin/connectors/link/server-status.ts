import type { Endpoint } from './driver.ts';
import type { LinkStatus } from './link.ts';
import type { ServerRole } from './pair.ts';

/** One server as `status` shows it. */
export interface ServerStatus {
  /** Name of its Application object, or its address when that is all that is known. */
  readonly name: string;
  readonly type: 'config' | 'sip' | 'stat' | 'interaction';
  readonly location: string | undefined;
  readonly role: 'primary' | 'backup' | 'unknown';
  /** `waiting`: between two attempts. `standby`: an alternate address, not connected to at the moment. */
  readonly state: 'up' | 'connecting' | 'waiting' | 'stopped' | 'standby';
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
    address: addressText(link.endpoint),
    sinceMs: link.sinceMs,
    losses: link.losses,
    lastError: link.lastError,
  };
}

/** An address that the link would try next. */
export function standbyStatusFrom(endpoint: Endpoint, about: Pick<ServerStatus, 'name' | 'type' | 'location'>): ServerStatus {
  return {
    ...about,
    role: 'unknown',
    state: 'standby',
    address: addressText(endpoint),
    sinceMs: 0,
    losses: 0,
    lastError: undefined,
  };
}

const addressText = (endpoint: Endpoint): string => `${endpoint.host}:${endpoint.port}`;

function stateOf(phase: LinkStatus['phase']): ServerStatus['state'] {
  return phase === 'registering' ? 'connecting' : phase;
}
