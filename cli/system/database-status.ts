import { openServer, standbyState, viewOf, type ServerView, type StandbyState } from '../postgres/index.ts';
import type { PartRecord, SystemState } from '../state/index.ts';
import { processState, type PartState } from './probe.ts';
import { syncStandby } from './sync.ts';

/** `synchronous`: commits wait for a standby; `stalled`: they wait for one that is not there; `asynchronous`: they do not wait. */
export type CommitMode = 'synchronous' | 'stalled' | 'asynchronous';

export interface DatabaseStatus {
  kind: 'server';
  role: 'primary' | 'standby' | 'unknown';
  state: PartState;
  /** Of a primary: how commits are acknowledged; of a standby: whether it follows. Absent when unknown. */
  replication?: CommitMode | StandbyState;
}

export interface DatabaseStatuses {
  of(region: string): DatabaseStatus;
  alarms: string[];
}

interface Asked {
  region: string;
  state: PartState;
  view: ServerView | undefined;
}

const stalledAfterMs = 1_000;
/** A login and one round trip: a loaded machine is slow at the first. */
const askMs = 1_000;

/** Asks all PostgreSQL servers at once, each within a second, and compares what they say. */
export async function databaseStatuses(state: SystemState): Promise<DatabaseStatuses> {
  const asked = await Promise.all(state.parts.filter(part => part.kind === 'postgres').map(part => ask(part, state)));
  const primary = asked.find(server => server.view?.role === 'primary');
  const found = new Map(asked.map(server => [server.region, statusOf(server, primary)]));
  return {
    of: region => found.get(region) ?? { kind: 'server', role: 'unknown', state: 'down' },
    alarms: alarmsOf(state, asked, found, primary),
  };
}

function statusOf({ state, view }: Asked, primary: Asked | undefined): DatabaseStatus {
  if (view === undefined) return { kind: 'server', role: 'unknown', state };
  const replication =
    view.role === 'primary' ? commitMode(view) : standbyState(view, primary?.view?.role === 'primary' ? primary.view : undefined);
  return { kind: 'server', role: view.role, state, replication };
}

function commitMode(view: Extract<ServerView, { role: 'primary' }>): CommitMode {
  if (view.names === '') return 'asynchronous';
  const waitsInVain = !view.standbys.some(standby => standby.sync === 'sync' && standby.state === 'streaming');
  return waitsInVain || view.waitingMs > stalledAfterMs ? 'stalled' : 'synchronous';
}

function alarmsOf(
  state: SystemState,
  asked: readonly Asked[],
  found: ReadonlyMap<string, DatabaseStatus>,
  primary: Asked | undefined,
): string[] {
  const alarms: string[] = [];
  const primaries = asked.filter(server => server.view?.role === 'primary').map(server => server.region);
  if (primaries.length > 1)
    alarms.push(`two servers take themselves for the primary: ${primaries.join(', ')}; heal the one that was replaced`);
  if (primary === undefined) alarms.push('no PostgreSQL primary answers: changes are refused; promote a standby');
  const mode = primary === undefined ? undefined : found.get(primary.region)?.replication;
  const standby = syncStandby(
    asked.map(server => server.region),
    primary?.region,
  );
  if (mode === 'stalled') alarms.push(`changes wait for ${standby ?? 'a standby'}, which does not answer`);
  if (state.sync !== null && mode === 'asynchronous')
    alarms.push(`${standby ?? 'the standby'} is not followed synchronously: changes made now may be lost with the primary`);
  for (const { region } of asked)
    if (found.get(region)?.replication === 'out-of-wal')
      alarms.push(`the standby in ${region} is too far behind to follow by itself: handover fault heal postgres ${region}`);
  return alarms;
}

async function ask(part: PartRecord, state: SystemState): Promise<Asked> {
  const region = part.region ?? '';
  const running = processState(part);
  if (running === 'frozen') return { region, state: 'frozen', view: undefined };
  // Also when our own process has ended: a replaced primary that somebody started again is what an operator must hear of.
  const sql = openServer(part, state.database);
  const asked = viewOf(sql).then(
    view => ({ region, state: 'up' as const, view }),
    () => ({ region, state: 'down' as const, view: undefined }),
  );
  const late = new Promise<Asked>(resolve => setTimeout(() => resolve({ region, state: 'cut', view: undefined }), askMs).unref());
  const answer = await Promise.race([asked, late]);
  void sql.end({ timeout: 0 }).catch(() => undefined);
  return answer;
}
