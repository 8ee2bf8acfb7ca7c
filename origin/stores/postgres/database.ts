import { AppError } from '@handover/shared/errors';
import type { Logger } from '@handover/shared/log';
import { sleep, type Clock } from '@handover/shared/time';
import type { Sql } from 'postgres';
import type { ReadFrom, TimelineMemory } from '../../contracts/stores.ts';
import { createServer } from './server.ts';
import type { ServerAddress } from './address.ts';
import { createTimelines } from './timelines.ts';
import { readOrder, writableServer } from './topology.ts';
import { createWriter } from './writer.ts';

const lookEveryMs = 1_000;
const writeMs = 1_900;
const readMs = 1_800;
const oneReadMs = 900;

export interface Database {
  /** Whether a primary was there at the last look; without I/O. */
  readonly writable: boolean;
  read<T>(from: ReadFrom, statement: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Runs on the primary. Within 2 s it rejects with `store.read-only` when there is no primary (nothing was written), or `store.unavailable`
   * when the primary did not answer (it may have been written).
   */
  write<T>(statement: (sql: Sql) => Promise<T>): Promise<T>;
  /** The primary's address; rejects with `store.read-only` when there is none. */
  primaryAddress(): Promise<ServerAddress>;
  lookAround(): Promise<void>;
  /** Looks now: whether there is a primary that answers. */
  canWrite(): Promise<boolean>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Chooses the server of each statement from a list; looks at every server once a second. */
export function createDatabase(addresses: readonly ServerAddress[], clock: Clock, log: Logger, memory?: TimelineMemory): Database {
  const servers = addresses.map(address => createServer(address, clock));
  const timelines = createTimelines(memory, clock, log);
  let stopped = false;
  let cancelLook = (): void => undefined;
  let told = '';

  const lookOnce = async (): Promise<number | undefined> => {
    await Promise.all(servers.map(server => server.look()));
    const views = servers.map(server => server.view);
    const known = await timelines.observe(views);
    const found = writableServer(timelines.highest, views);
    // More commits would only wait in vain, and nobody could say what became of them.
    const stalled = found.kind === 'one' && views[found.index]?.stalled === true;
    const chosen = known && !stalled && found.kind === 'one' ? found.index : undefined;
    tell(chosen !== undefined ? nameOf(addresses[chosen]) : stalled ? 'stalled' : known ? found.kind : 'unknown');
    return chosen;
  };
  const writer = createWriter(lookOnce, index => servers[index]?.sure === true);
  const lookAround = (): Promise<void> => writer.look();
  const tell = (primary: string): void => {
    if (primary === told) return;
    told = primary;
    if (primary === 'several') log.error('several servers may be the primary: nothing is written', { primary });
    else if (primary === 'stalled') log.warn('commits wait for a standby that does not answer: nothing more is written', { primary });
    else log.info('primary', { server: primary, timeline: Math.max(0, ...timelines.highest.values()) });
  };
  const lookAgain = (): void => {
    if (stopped) return;
    cancelLook = clock.after(lookEveryMs, () => void lookAround().finally(lookAgain));
  };
  // A look that a loss of a connection overtook says nothing.
  const trusted = (): number | undefined => {
    const server = writer.index === undefined ? undefined : servers[writer.index];
    return server?.view.reachable === true && server.sure ? writer.index : undefined;
  };
  const primary = async (deadlineMs: number): Promise<number> => {
    const known = trusted();
    if (known !== undefined) return known;
    for (let more = true; more; await sleep(clock, 100)) {
      await lookAround();
      const found = trusted();
      if (found !== undefined) return found;
      more = !stopped && clock.monotonic() + 1_000 < deadlineMs;
    }
    throw new AppError('store.read-only', { detail: 'no primary' });
  };
  const onPrimary = async <T>(statement: (sql: Sql) => Promise<T>): Promise<T> => {
    const deadlineMs = clock.monotonic() + writeMs;
    for (;;) {
      const server = servers[await primary(deadlineMs)];
      if (server === undefined) throw new AppError('store.read-only');
      try {
        return await server.run(statement, Math.max(1, deadlineMs - clock.monotonic()));
      } catch (error) {
        const kind = faultKind(error);
        if (kind === 'ours') throw ours(error);
        writer.forget();
        if (kind === 'not-begun' && clock.monotonic() + 200 < deadlineMs) continue;
        throw new AppError(kind === 'not-begun' ? 'store.read-only' : 'store.unavailable', { detail: detailOf(error), cause: error });
      }
    }
  };
  const onAny = async <T>(statement: (sql: Sql) => Promise<T>): Promise<T> => {
    const deadlineMs = clock.monotonic() + readMs;
    let last: unknown;
    const views = servers.map(server => server.view);
    for (const index of readOrder(timelines.highest, views)) {
      const leftMs = deadlineMs - clock.monotonic();
      if (leftMs <= 0) break;
      try {
        const server = servers[index];
        if (server !== undefined) return await server.run(statement, Math.min(oneReadMs, leftMs));
      } catch (error) {
        if (faultKind(error) === 'ours') throw ours(error);
        last = error;
      }
    }
    throw new AppError('store.unavailable', { detail: detailOf(last), cause: last });
  };
  return {
    get writable() {
      return writer.index !== undefined;
    },
    read: (from, statement) => (from === 'primary' ? onPrimary(statement) : onAny(statement)),
    write: onPrimary,
    async primaryAddress() {
      const address = addresses[await primary(clock.monotonic() + writeMs)];
      if (address === undefined) throw new AppError('store.read-only');
      return address;
    },
    lookAround,
    async canWrite() {
      await lookAround();
      return writer.index !== undefined;
    },
    async start() {
      await lookAround();
      lookAgain();
    },
    async stop() {
      stopped = true;
      cancelLook();
      await Promise.all(servers.map(server => server.stop()));
    },
  };
}

const nameOf = (address: ServerAddress | undefined): string => (address === undefined ? 'none' : `${address.host}:${address.port}`);
const detailOf = (error: unknown): string => (error instanceof Error ? error.message : 'no server answered');

// A table that is not there: this server has not seen the migrations yet.
const ours = (error: unknown): unknown =>
  codeOf(error) === '42P01' ? new AppError('store.unavailable', { detail: 'the schema is not there yet', cause: error }) : error;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
/** Whether a statement broke a constraint of this kind. */
export const isViolation = (error: unknown, kind: 'unique' | 'foreign-key'): boolean =>
  codeOf(error) === (kind === 'unique' ? '23505' : '23503');
// No connection was made, or the server says it is not (or no longer) a primary or only starting: nothing was begun.
const notBegun = new Set(['ECONNREFUSED', 'CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', '25006', '57P03', '53300']);
// The connection broke, the server ended the session, or it has no room for what was to be written.
const broken = new Set([
  '53100',
  '53200',
  '58030',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'ECONNRESET',
  'EPIPE',
  '57P01',
  '57P02',
  '57014',
  '55P03',
  '40001',
]);

function faultKind(error: unknown): 'not-begun' | 'unknown' | 'ours' {
  if (error instanceof AppError) return error.code === 'store.unavailable' ? 'unknown' : 'ours';
  const code = codeOf(error);
  if (notBegun.has(code)) return 'not-begun';
  return broken.has(code) ? 'unknown' : 'ours';
}
