import type { RunningSystem } from './system.ts';
import { until } from './waiting.ts';

/** An agent session as `handover status` shows it. */
export interface SessionStatus {
  agent: string;
  sessionId: string;
  region: string;
  node: string;
  epoch: number;
}
export interface Status {
  regions: {
    name: string;
    state: string;
    nodes: { id: string; pid: number | null; state: string; sessions: number }[];
    stores: { postgres: { role: string; state: string }; redis: { kind: string; state: string } };
    servers: { name: string; type: string; role: string; state: string }[];
  }[];
  sessions: SessionStatus[];
}

export const statusOf = (system: RunningSystem): Promise<Status> => system.handover<Status>('status');

export const sessionsOf = async (system: RunningSystem, agent: string): Promise<SessionStatus[]> =>
  (await statusOf(system)).sessions.filter(session => session.agent === agent);

/** The one session of an agent; waits until there is exactly one, as a busy registry may not be heard in time. */
export const sessionOf = (system: RunningSystem, agent: string): Promise<SessionStatus> =>
  until(`one session of ${agent}`, 60_000, async () => {
    const found = await sessionsOf(system, agent);
    if (found.length !== 1) throw new Error(JSON.stringify(found));
    return found[0];
  });

/** A customer calls a number; answers the call's id. Customers come through the edge, or straight to a site (`/calls` of its world). */
export async function customerCalls(url: string, to: string, from = '+15550100', path = '/simulator/calls'): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from, to }),
  });
  const answer = (await response.json()) as { call?: string };
  if (!response.ok || answer.call === undefined) throw new Error(`${path}: HTTP ${response.status} ${JSON.stringify(answer)}`);
  return answer.call;
}
