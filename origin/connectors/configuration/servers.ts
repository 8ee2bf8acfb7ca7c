import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import {
  type Endpoint,
  type Link,
  type LinkDriver,
  type Pair,
  type PairMember,
  type ServerStatus,
  type WireMessage,
  createPair,
  serverStatusFrom,
  standbyStatusFrom,
} from '../link/index.ts';
import type { ObjectTable } from './objects.ts';
import { configurationHandshake, newsFrom } from './protocol.ts';

/** The Configuration Servers of the site as one. */
export interface ConfigurationServers {
  /** The link to the server that serves, while it is up. */
  readonly active: Link | undefined;
  start(): void;
  stop(): void;
  /** The configuration has changed: connects as its redundancy type says now. */
  follow(): void;
  status(): readonly ServerStatus[];
}

/** Short, because a frozen server is to be left while a sign-in still waits. */
export const idleMs = 1_500;

/**
 * One connection, to whichever server is the primary; or one to each when the configuration says that the pair is in hot standby, which is
 * known only after it has been read. `serving` is said of each server before anything else it says, `left` when it serves no longer.
 */
export function createConfigurationServers(options: {
  servers: readonly Endpoint[];
  application: string;
  location: string | undefined;
  driver: LinkDriver;
  clock: Clock;
  random: () => number;
  log: Logger;
  nextReference: () => number;
  table: ObjectTable;
  handlers: { serving(): void; message(message: WireMessage): void; drained(): void; left(): void };
}): ConfigurationServers {
  const { servers, location, clock, log, table, handlers } = options;
  let mode: 'warm' | 'hot' = 'warm';
  let started = false;
  let served: PairMember | undefined;
  let cancelMove = (): void => undefined;
  let pair = open();

  function open(): Pair {
    const opened: Pair = createPair({
      ...options,
      name: 'configuration',
      mode,
      endpoints: servers,
      protocol: 'configuration',
      handshake: configurationHandshake(options.application),
      idleMs,
      newsFrom,
      handlers: {
        memberUp: () => undefined,
        memberDown(member) {
          if (served === member) leave();
        },
        message(member, message) {
          if (opened.active === member) handlers.message(message);
        },
        drained(member) {
          if (opened.active === member) handlers.drained();
        },
        // A switch, or an event that is missing: either way what follows the last known change is asked for.
        change(change) {
          leave();
          if (change === 'lost') return;
          served = opened.active;
          handlers.serving();
        },
      },
    });
    return opened;
  }

  function leave(): void {
    if (served === undefined) return;
    served = undefined;
    handlers.left();
  }

  /** Hot when the Application objects that have our addresses say so. */
  function wantedMode(): typeof mode {
    const types = servers.flatMap(server => applicationOf(server)?.redundancyType ?? []);
    return servers.length > 1 && types.length > 0 && types.every(type => type === 'hot') ? 'hot' : 'warm';
  }

  function move(): void {
    const wanted = wantedMode();
    if (!started || wanted === mode) return;
    log.info('configuration standby changes', { from: mode, to: wanted });
    mode = wanted;
    pair.stop();
    pair = open();
    pair.start();
  }

  const applicationOf = ({ host, port }: Endpoint) =>
    table.all('CfgApplication').find(({ serverInfo }) => serverInfo?.host === host && serverInfo.port === port);

  return {
    get active() {
      return pair.active?.link;
    },
    start() {
      started = true;
      pair.start();
    },
    stop() {
      started = false;
      cancelMove();
      pair.stop();
    },
    follow() {
      if (!started || wantedMode() === mode) return;
      // Not within the change itself: who tells it is in the middle of a message of the connection that would end.
      cancelMove();
      cancelMove = clock.after(0, move);
    },
    status() {
      const members = pair.status();
      return servers.map(server => {
        const name = applicationOf(server)?.name ?? `${server.host}:${server.port}`;
        const about = { name, type: 'config', location } as const;
        const member = members.find(({ endpoint }) => endpoint.host === server.host && endpoint.port === server.port);
        return member === undefined ? standbyStatusFrom(server, about) : serverStatusFrom(member, about);
      });
    },
  };
}
