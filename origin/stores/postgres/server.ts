import { AppError } from '@handover/shared/errors';
import { assertNever } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import postgres, { type Sql } from 'postgres';
import type { ServerAddress } from './address.ts';
import { createGate } from './gate.ts';
import type { ServerView } from './topology.ts';

const poolSize = 6;
const maxWaiting = 500;
const probeMs = 800;
const statementMs = 1_500;

/** One server of the list: a bounded pool for statements, a connection of its own to look at its role. */
export interface Server {
  readonly address: ServerAddress;
  /** Of the last look. */
  readonly view: ServerView;
  /** No connection was lost since the last look: a server that was away may have been replaced in between. */
  readonly sure: boolean;
  /** Looks at its role and timeline now; at most 800 ms. Never rejects. */
  look(): Promise<ServerView>;
  /** Rejects with `store.unavailable` when there is no answer in time: then nobody knows whether the statement took effect. */
  run<T>(statement: (sql: Sql) => Promise<T>, deadlineMs: number): Promise<T>;
  stop(): Promise<void>;
}

export function createServer(address: ServerAddress, clock: Clock): Server {
  let view: ServerView = { reachable: false, standby: true, timeline: 0, system: '', stalled: false };
  const gate = createGate(clock, poolSize, maxWaiting);
  // Connections that were lost so far, and how many of them when the last good look began.
  let lost = 0;
  let lostBeforeLook = -1;
  const open = (max: number): Sql => connect(address, max, statementMs, () => (lost += 1));
  let pool = open(poolSize);
  let scout = open(1);
  let looking: Promise<ServerView> | undefined;

  const look = async (): Promise<ServerView> => {
    const current = scout;
    const before = lost;
    try {
      view = await within(clock, probeMs, 'the look at its role', role(current));
      lostBeforeLook = before;
    } catch {
      view = { ...view, reachable: false };
      scout = open(1);
      void current.end({ timeout: 0 });
    }
    return view;
  };
  return {
    address,
    get view() {
      return view;
    },
    get sure() {
      return lost === lostBeforeLook;
    },
    look() {
      looking ??= look().finally(() => (looking = undefined));
      return looking;
    },
    async run(statement, deadlineMs) {
      const startedMs = clock.monotonic();
      const leave = await gate.enter(deadlineMs);
      const current = pool;
      const answer = statement(current);
      try {
        return await within(clock, Math.max(1, deadlineMs - (clock.monotonic() - startedMs)), 'a statement', answer);
      } catch (error) {
        // A statement without an answer holds its connection for ever (a frozen server, a commit that waits for its standby): start afresh.
        if (error instanceof AppError && current === pool) {
          pool = open(poolSize);
          void current.end({ timeout: 0 });
          view = { ...view, reachable: false };
        }
        throw error;
      } finally {
        leave();
      }
    },
    async stop() {
      await Promise.all([pool.end({ timeout: 1 }), scout.end({ timeout: 1 })]);
    },
  };
}

/** A pool of `max` connections; statements end after `statementLimitMs`, 0 for no limit. `onLost`: one of them was closed. */
export function connect(address: ServerAddress, max: number, statementLimitMs: number, onLost: () => void = () => undefined): Sql {
  return postgres({
    host: address.host,
    port: address.port,
    database: address.database,
    username: address.user,
    password: address.password,
    ssl: tlsOption(address.tls),
    max,
    connect_timeout: 1,
    idle_timeout: 60,
    backoff: () => 0.1,
    fetch_types: false,
    connection: {
      application_name: 'handover',
      statement_timeout: statementLimitMs,
      lock_timeout: statementLimitMs,
      idle_in_transaction_session_timeout: 5_000,
    },
    onnotice: () => undefined,
    onclose: onLost,
  });
}

function tlsOption(mode: ServerAddress['tls']): false | 'require' | { rejectUnauthorized: true } {
  switch (mode) {
    case 'disable':
      return false;
    case 'require':
      return 'require';
    case 'verify-full':
      return { rejectUnauthorized: true };
    default:
      return assertNever(mode);
  }
}

// On a primary the timeline is the first part of the current log file's name: it is right from the first moment after a promotion, which
// the control file is not. A standby tells the one it receives.
async function role(sql: Sql): Promise<ServerView> {
  const [row] = await sql<{ standby: boolean; timeline: number | null; system: string; stalled: boolean }[]>`
    select pg_is_in_recovery() as standby, (select system_identifier::text from pg_control_system()) as system,
      exists (select 1 from pg_stat_activity where wait_event = 'SyncRep' and query_start < clock_timestamp() - interval '1 second') as stalled,
      case when pg_is_in_recovery() then (select received_tli from pg_stat_wal_receiver)
      else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end as timeline`;
  if (row === undefined) throw new Error('no row');
  return { reachable: true, standby: row.standby, timeline: row.timeline ?? 0, system: row.system, stalled: row.stalled };
}

async function within<T>(clock: Clock, ms: number, what: string, work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => reject(new AppError('store.unavailable', { detail: `${what} had no answer within ${ms} ms` })));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
