import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '@handover/shared/log';
import { ok, refuse, type Result } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import type { OpenedStatistic, StatisticRefusal, StatReading, WantedStatistic } from '../../contracts/statistics.ts';
import type { StatServer, Upstream } from './server.ts';

type Listener = (reading: StatReading) => void;

interface Shared {
  readonly wanted: WantedStatistic;
  readonly listeners: Set<Listener>;
  last: StatReading | undefined;
  /** Where it is open, or being opened. */
  server: StatServer | undefined;
  upstream: Upstream | undefined;
  opening: Promise<Result<true, StatisticRefusal>> | undefined;
  /** Rises with each opening: an older one's outcome no longer counts. */
  turn: number;
}

const maxOpen = 20_000;
const retryMs = 1_000;

/** Opens each statistic once, however many want it; moves all of them when another server serves. */
export class SharedStatistics {
  readonly #open = new Map<string, Shared>();
  readonly #clock: Clock;
  readonly #log: Logger;
  #server: StatServer | undefined;

  constructor({ clock, log }: { clock: Clock; log: Logger }) {
    this.#clock = clock;
    this.#log = log;
  }

  get size(): number {
    return this.#open.size;
  }

  /** This server serves now (perhaps the same one, on a new connection); undefined: none does. */
  serve(server: StatServer | undefined): void {
    this.#server = server;
    for (const shared of this.#open.values()) {
      if (server !== undefined && shared.server === server) shared.upstream = undefined;
      else shared.upstream?.close();
      shared.upstream = shared.server = shared.opening = undefined;
      if (server !== undefined) void this.#ensure(shared);
    }
  }

  async open(wanted: WantedStatistic, listener: Listener): Promise<Result<OpenedStatistic, StatisticRefusal>> {
    const key = keyOf(wanted);
    let shared = this.#open.get(key);
    if (shared === undefined) {
      if (this.#open.size >= maxOpen) return refuse({ kind: 'too-many' });
      shared = { wanted, listeners: new Set(), last: undefined, server: undefined, upstream: undefined, opening: undefined, turn: 0 };
      this.#open.set(key, shared);
    }
    // Each user's own function, so that the same listener may be given twice.
    const own: Listener = reading => listener(reading);
    shared.listeners.add(own);
    const opened = shared.last === undefined ? await this.#ensure(shared) : ok(true as const);
    const { last } = shared;
    if (!opened.ok || last === undefined) {
      this.#leave(key, shared, own);
      return opened.ok ? refuse({ kind: 'unavailable' }) : opened;
    }
    const present = shared;
    return ok({
      get last() {
        return present.last ?? last;
      },
      async peek() {
        const reading = await present.upstream?.peek();
        if (reading !== undefined) present.last = reading;
        return present.last ?? last;
      },
      close: () => this.#leave(key, present, own),
    });
  }

  #leave(key: string, shared: Shared, listener: Listener): void {
    shared.listeners.delete(listener);
    if (shared.listeners.size > 0 || this.#open.get(key) !== shared) return;
    this.#open.delete(key);
    shared.upstream?.close();
    shared.upstream = undefined;
  }

  #ensure(shared: Shared): Promise<Result<true, StatisticRefusal>> {
    const server = this.#server;
    if (server === undefined) return Promise.resolve(refuse({ kind: 'unavailable' }));
    if (shared.opening !== undefined) return shared.opening;
    shared.server = server;
    shared.turn += 1;
    const opening = this.#openAt(server, shared, shared.turn);
    shared.opening = opening;
    return opening;
  }

  async #openAt(server: StatServer, shared: Shared, turn: number): Promise<Result<true, StatisticRefusal>> {
    const before = shared.last;
    let isFirst = true;
    const opened = await server.open(shared.wanted, reading => {
      const isNews = !isFirst || before === undefined || !isSame(before, reading);
      isFirst = false;
      // Another server begins with the value that is known: nothing has happened.
      if (isNews) this.#tell(shared, reading);
      else shared.last = reading;
    });
    if (!opened.ok) {
      if (shared.turn !== turn) return opened;
      shared.opening = undefined;
      if (shared.last === undefined) return opened;
      this.#log.warn('a statistic cannot be opened again', { kind: opened.reason.kind, objectId: shared.wanted.objectId });
      this.#clock.after(retryMs, () => {
        if (shared.turn === turn && this.#isOpen(shared)) void this.#ensure(shared);
      });
      return opened;
    }
    const isWanted = shared.turn === turn && shared.server === server && this.#isOpen(shared);
    if (isWanted) shared.upstream = opened.value;
    else opened.value.close();
    return ok(true);
  }

  #isOpen(shared: Shared): boolean {
    return this.#open.get(keyOf(shared.wanted)) === shared;
  }

  #tell(shared: Shared, reading: StatReading): void {
    shared.last = reading;
    for (const listener of [...shared.listeners]) {
      try {
        listener(reading);
      } catch (fault) {
        this.#log.error('listener failed', { fault: fault instanceof Error ? fault.message : 'unknown' });
      }
    }
  }
}

/** The same but for how long it has lasted. */
const isSame = (one: StatReading, other: StatReading): boolean =>
  one.valid === other.valid && isDeepStrictEqual({ ...one.value, lastedS: 0 }, { ...other.value, lastedS: 0 });

const keyOf = ({ tenantName, objectId, objectType, statType, definition }: WantedStatistic): string =>
  JSON.stringify([tenantName, objectType, objectId, statType ?? null, definition ?? null]);
