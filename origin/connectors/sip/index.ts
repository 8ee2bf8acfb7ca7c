import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { Configuration } from '../../contracts/configuration.ts';
import type { VoiceServer, VoiceServers } from '../../contracts/voice.ts';
import type { LinkDriver, ServerStatus } from '../link/index.ts';
import { planFrom } from './plan.ts';
import { createSipServer, type SipServer } from './server.ts';

export interface VoiceConnectorOptions {
  readonly configuration: Configuration;
  /** Name of our Application object, whose connections name the servers. */
  readonly application: string;
  /** Location path of this origin, e.g. `/us-east`. */
  readonly location: string;
  /** Id of this node, which signs every command. */
  readonly node: string;
  readonly driver: LinkDriver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

export interface VoiceConnector extends VoiceServers {
  bySwitch(switchName: string): SipServer | undefined;
  /** Waits for the configuration's first complete read, then connects to every SIP Server it names. Does not wait for these. */
  start(): Promise<void>;
  /** Closes the connections. Nobody is logged out by it. */
  stop(): void;
  status(): readonly ServerStatus[];
}

/** Several objects change at once when an operator moves a server: one new plan is enough. */
const settleMs = 50;

/** Links to the SIP Servers of the configuration; follows its changes without a restart. */
export function createVoiceServers(options: VoiceConnectorOptions): VoiceConnector {
  const { configuration, clock, log } = options;
  const servers = new Map<string, SipServer>();
  let order: readonly SipServer[] = [];
  let local = 0;
  let running = false;
  let cancelReplan: (() => void) | undefined;
  let unsubscribe = (): void => undefined;

  function replan(): void {
    cancelReplan = undefined;
    if (!running) return;
    const plan = planFrom(configuration, options.application, options.location);
    for (const fault of plan.faults) log.warn('connection not usable', { fault });
    const named = new Set(plan.servers.map(planned => planned.switchName));
    for (const [switchName, server] of servers) {
      if (named.has(switchName)) continue;
      servers.delete(switchName);
      server.stop();
    }
    order = plan.servers.map(planned => {
      const present = servers.get(planned.switchName);
      if (present !== undefined) {
        present.configure(planned);
        return present;
      }
      const server = createSipServer({ ...options, applicationName: options.application }, planned);
      servers.set(planned.switchName, server);
      server.start();
      return server;
    });
    local = plan.local;
  }

  return {
    bySwitch: switchName => servers.get(switchName),
    local: () => (local > 0 ? order[0] : undefined),
    all: (): readonly VoiceServer[] => order,
    async start() {
      running = true;
      unsubscribe = configuration.onChange(change => {
        if (change.type === 'CfgApplication' || change.type === 'CfgSwitch') cancelReplan ??= clock.after(settleMs, replan);
      });
      await configuration.ready();
      replan();
    },
    stop() {
      running = false;
      cancelReplan?.();
      unsubscribe();
      for (const server of servers.values()) server.stop();
    },
    status: () => order.flatMap(server => server.status()),
  };
}

export { byLocation } from './location.ts';
export { createReferee } from './referee.ts';
