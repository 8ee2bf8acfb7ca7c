import { isDeepStrictEqual } from 'node:util';
import { refuse } from '@handover/shared/result';
import type { Configuration } from '../../contracts/configuration.ts';
import type { VoiceServers } from '../../contracts/voice.ts';
import type { Statistics } from '../../contracts/statistics.ts';
import type { ServerStatus } from '../link/index.ts';
import { pairsFrom } from './plan.ts';
import { createStatServer, type StatServer, type StatServerOptions } from './server.ts';
import { SharedStatistics } from './shared-statistics.ts';

export { pairsFrom, type PlannedPair } from './plan.ts';

export interface StatConnectorOptions extends StatServerOptions {
  readonly configuration: Configuration;
  /** Say whether a site is there: another site's Stat Server means its own queues by the same numbers. */
  readonly voice: VoiceServers;
  /** Location path of this origin, e.g. `/us-east`. */
  readonly location: string;
}

export interface StatConnector extends Statistics {
  /** Waits for the configuration's first complete read, then connects to every Stat Server it names. Does not wait for these. */
  start(): Promise<void>;
  stop(): void;
  status(): readonly ServerStatus[];
}

/** Several objects change at once when an operator moves a server: one new plan is enough. */
const settleMs = 50;
/** How often the sites are looked at again. */
const lookMs = 1_000;
/** A nearer server is returned to when it has served for so long: one that comes and goes is not worth opening everything each time. */
const returnAfterMs = 5_000;

/**
 * Links to the Stat Servers of the configuration; follows it without a restart. The nearest site's is asked, and another one's only while the
 * nearer site is lost altogether: with its SIP Server alive but its Stat Servers gone, no value is better than the other site's.
 */
export function createStatServers(options: StatConnectorOptions): StatConnector {
  const { configuration, clock, log } = options;
  const shared = new SharedStatistics(options);
  const listeners = new Set<(state: 'up' | 'down') => void>();
  let servers: readonly StatServer[] = [];
  let serving: StatServer | undefined;
  let running = false;
  let cancelReplan: (() => void) | undefined;
  let cancelLook: (() => void) | undefined;
  let unsubscribe = (): void => undefined;

  function replan(): void {
    cancelReplan = undefined;
    if (!running) return;
    const before = servers;
    servers = pairsFrom(configuration, options.application, options.location, 'StatServer').ordered.map(planned => {
      const present = before.find(server => isDeepStrictEqual(server.planned, planned));
      if (present !== undefined) return present;
      const server: StatServer = createStatServer(options, planned, () => choose(server));
      return server;
    });
    for (const server of before) if (!servers.includes(server)) server.stop();
    for (const server of servers) if (!before.includes(server)) server.start();
    choose();
  }

  /** `changed`: what was open at this server is gone. */
  function choose(changed?: StatServer): void {
    const next = chosen();
    if (next === serving && changed !== serving) return;
    const before = serving;
    serving = next;
    log.info('statistics are served', { server: next?.planned.name, open: shared.size });
    shared.serve(next);
    if ((before === undefined) === (next === undefined)) return;
    for (const listener of [...listeners]) listener(next === undefined ? 'down' : 'up');
  }

  function chosen(): StatServer | undefined {
    for (const server of servers) {
      if (server === serving && server.serves) return server;
      if (server.serves && (serving?.serves !== true || server.servesForMs >= returnAfterMs)) return server;
      // Until it has served for long enough the present one goes on.
      if (server.serves) continue;
      const isSiteUp = options.voice.all().some(({ location, state }) => location === server.planned.location && state === 'up');
      if (isSiteUp) return undefined;
    }
    return undefined;
  }

  function look(): void {
    choose();
    cancelLook = clock.after(lookMs, look);
  }

  return {
    get state() {
      return serving === undefined ? 'down' : 'up';
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    open: (wanted, listener) => shared.open(wanted, listener),
    get: wanted => serving?.get(wanted) ?? Promise.resolve(refuse({ kind: 'unavailable' })),
    async start() {
      running = true;
      unsubscribe = configuration.onChange(change => {
        if (change.type === 'CfgApplication') cancelReplan ??= clock.after(settleMs, replan);
      });
      await configuration.ready();
      replan();
      look();
    },
    stop() {
      running = false;
      cancelReplan?.();
      cancelLook?.();
      unsubscribe();
      for (const server of servers) server.stop();
    },
    status: () => servers.flatMap(server => server.status()),
  };
}
