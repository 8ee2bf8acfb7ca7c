import type { StatEvent, StatRequest } from '@handover/shared/genesys';
import type { Logger } from '@handover/shared/log';
import { ok, refuse, type Result } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import type { StatisticRefusal, StatReading, WantedStatistic } from '../../contracts/statistics.ts';
import { createPair, createRequests, serverStatusFrom, type LinkDriver, type ServerStatus, type WireMessage } from '../link/index.ts';
import type { PlannedPair } from './plan.ts';
import { aboutFrom, refusalFrom, statEventFrom, statHandshake, statNewsFrom } from './protocol.ts';

export interface StatServerOptions {
  readonly application: string;
  readonly driver: LinkDriver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** A statistic opened at this server, on its present connection. */
export interface Upstream {
  peek(): Promise<StatReading | undefined>;
  close(): void;
}

export interface StatServer {
  readonly planned: PlannedPair;
  /** Connected to a primary. */
  readonly serves: boolean;
  /** For how long already, ms. */
  readonly servesForMs: number;
  /** The listener hears every value, the first one before this resolves. */
  open(wanted: WantedStatistic, listener: (reading: StatReading) => void): Promise<Result<Upstream, StatisticRefusal>>;
  get(wanted: WantedStatistic): Promise<Result<StatReading, StatisticRefusal>>;
  start(): void;
  stop(): void;
  status(): readonly ServerStatus[];
}

const deadlineMs = 4_000;
const maxQueued = 20_000;
const maxPending = 1_000;

/** One Stat Server, a primary with its backup. `onChange`: it serves, serves no more, or another of the pair serves: what was open is gone. */
export function createStatServer(options: StatServerOptions, planned: PlannedPair, onChange: () => void): StatServer {
  const { clock } = options;
  let lastReference = 0;
  let servesSinceMs = 0;
  const listeners = new Map<number, { tell: (reading: StatReading) => void; last: StatReading | undefined; isValid: boolean }>();
  const nextReference = (): number => (lastReference = (lastReference % 0x7fff_ffff) + 1);
  const requests = createRequests({ clock, nextReference, target: () => pair.active?.link, maxQueued, maxPending });

  const pair = createPair({
    ...options,
    name: `stat ${planned.name}`,
    protocol: 'stat',
    mode: planned.mode,
    endpoints: planned.endpoints,
    idleMs: planned.idleMs,
    maxRetryMs: planned.maxRetryMs,
    handshake: statHandshake(options.application),
    newsFrom: statNewsFrom,
    nextReference,
    handlers: {
      memberUp: () => undefined,
      memberDown: () => undefined,
      message(member, message) {
        if (pair.active !== member) return;
        requests.receive(message);
        const event = statEventFrom(message);
        hear(event);
      },
      drained: member => {
        if (pair.active === member) requests.pump();
      },
      change(change) {
        if (change === 'restored') servesSinceMs = clock.monotonic();
        requests.failAll();
        listeners.clear();
        onChange();
      },
    },
  });

  function hear(event: StatEvent): void {
    const listener = 'statisticID' in event ? listeners.get(event.statisticID) : undefined;
    if (listener === undefined) return;
    if (event.messageName === 'EventInfo') listener.last = { value: event.value, timestamp: event.time };
    else if (event.messageName === 'EventStatisticInvalid') listener.isValid = false;
    else if (event.messageName === 'EventStatisticValid') listener.isValid = true;
    else return;
    if (listener.last !== undefined) listener.tell(listener.isValid ? listener.last : { ...listener.last, valid: false });
  }

  async function ask(
    request: Record<string, unknown>,
    isLast: (event: StatEvent) => boolean,
  ): Promise<Result<StatEvent, StatisticRefusal>> {
    const answer = await requests.request({
      deadlineMs,
      compose: referenceID => ok({ ...request, referenceID } as StatRequest),
      isLast: message => isLast(statEventFrom(message)),
    });
    if (!answer.ok) return refuse({ kind: 'unavailable' });
    const event = statEventFrom(answer.value satisfies WireMessage);
    return event.messageName === 'EventError' ? refuse(refusalFrom(event)) : ok(event);
  }

  const readingOf = (event: StatEvent): StatReading | undefined =>
    event.messageName === 'EventInfo' ? { value: event.value, timestamp: event.time } : undefined;

  return {
    planned,
    get serves() {
      return pair.state === 'up' && pair.active !== undefined;
    },
    get servesForMs() {
      return clock.monotonic() - servesSinceMs;
    },
    async open(wanted, listener) {
      let id = 0;
      const answer = await ask(
        { messageName: 'RequestOpenStatistic', ...aboutFrom(wanted), notification: { mode: 'Immediate' } },
        event => {
          // The first value follows at once: the listener is there before it.
          if (event.messageName !== 'EventStatisticOpened') return true;
          id = event.statisticID;
          listeners.set(id, { tell: listener, last: undefined, isValid: true });
          return false;
        },
      );
      if (!answer.ok) {
        listeners.delete(id);
        return answer;
      }
      return ok({
        peek: async () => {
          const peeked = await ask({ messageName: 'RequestPeekStatistic', statisticID: id }, () => true);
          const reading = peeked.ok ? readingOf(peeked.value) : undefined;
          return reading === undefined || listeners.get(id)?.isValid !== false ? reading : { ...reading, valid: false };
        },
        close() {
          if (listeners.get(id)?.tell !== listener) return;
          listeners.delete(id);
          void ask({ messageName: 'RequestCloseStatistic', statisticID: id }, () => true);
        },
      });
    },
    async get(wanted) {
      const answer = await ask({ messageName: 'RequestGetStatistic', ...aboutFrom(wanted) }, () => true);
      if (!answer.ok) return answer;
      const reading = readingOf(answer.value);
      return reading === undefined ? refuse({ kind: 'unavailable' }) : ok(reading);
    },
    start: () => pair.start(),
    stop: () => pair.stop(),
    status: () =>
      pair
        .status()
        .map((link, index) =>
          serverStatusFrom(link, { name: planned.names[index] ?? planned.name, type: 'stat', location: planned.location }),
        ),
  };
}
