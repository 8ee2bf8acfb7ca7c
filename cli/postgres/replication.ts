import postgres, { type Sql } from 'postgres';
import type { DatabaseLogin } from './data.ts';

/** How a region's server stands to the others. `out-of-wal`: the primary has removed what this standby still needs; only a fresh copy helps. */
export type StandbyState = 'streaming' | 'disconnected' | 'out-of-wal';

export interface AttachedStandby {
  /** Its `application_name`: see `standbyName`. */
  name: string;
  state: string;
  /** `sync` for the one that commits wait for. */
  sync: string;
  /** Bytes of log that it has not yet on its disk. */
  behind: number;
}

export interface PrimaryView {
  role: 'primary';
  /** `synchronous_standby_names`: empty when no commit waits. */
  names: string;
  standbys: AttachedStandby[];
  /** How long the oldest commit has been waiting for its standby. */
  waitingMs: number;
  /** Number of the oldest log segment that is still there; null when the login may not ask. */
  oldestSegment: number | null;
}

export interface StandbyView {
  role: 'standby';
  receiving: boolean;
  /** Number of the log segment that it needs next. */
  nextSegment: number;
}
export type ServerView = PrimaryView | StandbyView;

export interface ServerPlace {
  host: string;
  port: number;
}

/** What a standby calls itself at its primary. */
export const standbyName = (region: string): string => region.replaceAll('-', '_');

/** One connection of short patience; the caller ends it. */
export function openServer(place: ServerPlace, login: DatabaseLogin, connectS = 1): Sql {
  return postgres({
    host: place.host,
    port: place.port,
    user: login.user,
    password: login.password,
    database: login.name,
    max: 1,
    connect_timeout: connectS,
    fetch_types: false,
    connection: { application_name: 'handover-cli' },
    onnotice: () => undefined,
  });
}

interface Row {
  standby: boolean;
  names: string;
  standbys: AttachedStandby[] | null;
  waiting: number | null;
  oldest: number | null;
  receiving: boolean;
  next: number | null;
}

/** Asks a server what it is and who follows it: one round trip. */
export async function viewOf(sql: Sql): Promise<ServerView> {
  // A segment's number is in the last 16 digits of its file's name; the timeline before it says nothing about order.
  const [row] = await sql<Row[]>`
    select pg_is_in_recovery() as standby,
      current_setting('synchronous_standby_names') as names,
      case when not pg_is_in_recovery() then (select json_agg(json_build_object('name', application_name, 'state', state, 'sync', sync_state,
        'behind', greatest(0, coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn), 0)))) from pg_stat_replication) end as standbys,
      (select extract(epoch from clock_timestamp() - min(query_start)) * 1000 from pg_stat_activity where wait_event = 'SyncRep')::float8 as waiting,
      case when not pg_is_in_recovery() then (select min(('x' || substr(name, 9, 8))::bit(32)::bigint * 256 + ('x' || substr(name, 17, 8))::bit(32)::bigint)
        from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$')::float8 end as oldest,
      exists (select 1 from pg_stat_wal_receiver where status = 'streaming') as receiving,
      case when pg_is_in_recovery() then floor(pg_wal_lsn_diff(coalesce(pg_last_wal_replay_lsn(), '0/0'), '0/0') / 16777216)::float8 end as next`.simple();
  if (row === undefined) throw new Error('no row');
  if (row.standby) return { role: 'standby', receiving: row.receiving, nextSegment: row.next ?? 0 };
  return {
    role: 'primary',
    names: row.names,
    standbys: row.standbys ?? [],
    waitingMs: row.waiting ?? 0,
    oldestSegment: row.oldest,
  };
}

/** Whether a standby follows, and if not, whether it can still come to follow by itself. */
export function standbyState(standby: StandbyView, primary: PrimaryView | undefined): StandbyState {
  if (standby.receiving) return 'streaming';
  return primary?.oldestSegment != null && standby.nextSegment < primary.oldestSegment ? 'out-of-wal' : 'disconnected';
}
