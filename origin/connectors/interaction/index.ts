import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../../contracts/configuration.ts';
import type { InteractionServers } from '../../contracts/interaction.ts';
import type { ServerStatus } from '../link/index.ts';
import { pairsFrom } from '../stat/index.ts';
import { createInteractionServer, type InteractionServerOptions, type LinkedInteractionServer } from './server.ts';

export interface InteractionConnectorOptions extends InteractionServerOptions {
  readonly configuration: Configuration;
  /** Location path of this origin, e.g. `/us-east`. */
  readonly location: string;
}

export interface InteractionConnector extends InteractionServers {
  /** Waits for the configuration's first complete read, then connects to every Interaction Server it names. Does not wait for these. */
  start(): Promise<void>;
  /** Closes the connections; the servers then take the media logins of this node. */
  stop(): void;
  status(): readonly ServerStatus[];
}

/** Several objects change at once when an operator moves a server: one new plan is enough. */
const settleMs = 50;

/** Links to the Interaction Servers of the configuration; follows its changes without a restart. */
export function createInteractionServers(options: InteractionConnectorOptions): InteractionConnector {
  const { configuration, clock } = options;
  let servers: readonly LinkedInteractionServer[] = [];
  let local = 0;
  let running = false;
  let cancelReplan: (() => void) | undefined;
  let unsubscribe = (): void => undefined;

  function replan(): void {
    cancelReplan = undefined;
    if (!running) return;
    const before = servers;
    const plan = pairsFrom(configuration, options.application, options.location, 'InteractionServer');
    local = plan.local;
    servers = plan.ordered.map(
      planned => before.find(server => isDeepStrictEqual(server.planned, planned)) ?? createInteractionServer(options, planned),
    );
    for (const server of before) if (!servers.includes(server)) server.stop();
    for (const server of servers) if (!before.includes(server)) server.start();
  }

  return {
    at: location => servers.find(server => server.location === location),
    local: () => (local > 0 ? servers[0] : undefined),
    all: () => servers,
    async start() {
      running = true;
      unsubscribe = configuration.onChange(change => {
        if (change.type === 'CfgApplication') cancelReplan ??= clock.after(settleMs, replan);
      });
      await configuration.ready();
      replan();
    },
    stop() {
      running = false;
      cancelReplan?.();
      unsubscribe();
      for (const server of servers) server.stop();
    },
    status: () => servers.flatMap(server => server.status()),
  };
}
