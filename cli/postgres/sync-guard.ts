import type { Sql } from 'postgres';
import type { DatabaseLogin } from './data.ts';
import { openServer, standbyName, viewOf, type PrimaryView, type ServerPlace } from './replication.ts';

/** What commits do when their standby is gone. `stallS` 0: they wait for it, however long. */
export interface SyncWish {
  /** Seconds of waiting after which commits go on without the standby, with an alarm. */
  stallS: number;
}

export type SyncStep = 'keep' | 'engage' | 'release';

/** A standby that is nearer than this keeps up: waiting for it costs a round trip, not a catch-up. */
const caughtUpBytes = 1 << 20;

/**
 * What to do about one primary. `absentMs`: how long its standby has not been attached. Waiting begins only with a standby that keeps up,
 * so a system that starts or was just promoted is never stalled by this.
 */
export function syncStep(view: PrimaryView, standby: string, absentMs: number, wish: SyncWish): SyncStep {
  const wanted = namesFor(standby);
  const attached = attachedStandby(view, standby);
  if (attached !== undefined && attached.behind < caughtUpBytes && view.names !== wanted) return 'engage';
  if (view.names === '' || wish.stallS === 0) return 'keep';
  return Math.max(absentMs, view.waitingMs) >= wish.stallS * 1_000 ? 'release' : 'keep';
}

export const attachedStandby = (view: PrimaryView, standby: string): PrimaryView['standbys'][number] | undefined =>
  view.standbys.find(other => other.name === standbyName(standby) && other.state === 'streaming');

const namesFor = (region: string): string => `FIRST 1 (${standbyName(region)})`;

export interface SyncGuard {
  /** Looks once, now; answers when commits wait for the standby, or after the time. */
  engage(withinMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

export interface SyncGuardParts {
  login: DatabaseLogin;
  wish: SyncWish;
  /** Where the primary is, and the region of the standby that commits wait for; undefined while there is none. */
  pair: () => { primary: ServerPlace; standby: string } | undefined;
  /** Told of every change of mode. */
  alarm: (text: string) => void;
}

const lookEveryMs = 500;
const lookTimeoutMs = 2_000;

/** Keeps commits waiting for the named standby, and lets them go on without it when the operator wants that: looks twice a second. */
export function createSyncGuard(parts: SyncGuardParts): SyncGuard {
  let stopped = false;
  let absentSinceMs: number | undefined;
  let engaged = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  const step = async (): Promise<void> => {
    const pair = parts.pair();
    if (pair === undefined) return;
    const sql = openServer(pair.primary, parts.login);
    try {
      await within(lookTimeoutMs, act(sql, pair.standby));
    } catch {
      // No primary answers: nothing to decide, and its absence says nothing about its standby.
      absentSinceMs = undefined;
    } finally {
      void sql.end({ timeout: 0 }).catch(() => undefined);
    }
  };
  const act = async (sql: Sql, standby: string): Promise<void> => {
    const view = await viewOf(sql);
    if (view.role !== 'primary') return;
    absentSinceMs = attachedStandby(view, standby) === undefined ? (absentSinceMs ?? Date.now()) : undefined;
    const decided = syncStep(view, standby, absentSinceMs === undefined ? 0 : Date.now() - absentSinceMs, parts.wish);
    engaged = view.names !== '' && decided !== 'release';
    if (decided === 'keep') return;
    // Neither statement writes to the log, so neither waits for the standby that is gone.
    await sql.unsafe(`alter system set synchronous_standby_names = '${decided === 'engage' ? namesFor(standby) : ''}'`);
    await sql`select pg_reload_conf()`;
    engaged = decided === 'engage';
    parts.alarm(
      engaged
        ? `commits wait for ${standby}`
        : `ALARM: ${standby} did not answer for ${parts.wish.stallS} s; commits go on without it and may be lost with the primary`,
    );
  };
  const look = (): Promise<void> => (looking ??= step().finally(() => (looking = undefined)));
  const again = (): void => {
    if (!stopped) timer = setTimeout(() => void look().finally(again), lookEveryMs);
  };
  again();
  return {
    async engage(withinMs) {
      for (const deadline = Date.now() + withinMs; !stopped && Date.now() < deadline;) {
        await look();
        if (engaged) return true;
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      return engaged;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
