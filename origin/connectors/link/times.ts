import type { CfgApplication, CfgConnection } from '@handover/shared/genesys';

/**
 * Silence after which a server is asked for a sign of life: half of the connection's local time-out, so that it is lost when that has passed.
 * Undefined without ADDP.
 */
export const idleMsFrom = ({ connProtocol, timeoutLocalS }: Pick<CfgConnection, 'connProtocol' | 'timeoutLocalS'>): number | undefined =>
  connProtocol === 'addp' && timeoutLocalS > 0 ? timeoutLocalS * 500 : undefined;

/**
 * The longest pause between two rounds of attempts: the shortest reconnect time-out of the servers. Their number of attempts means nothing to
 * a client that alternates between the addresses for ever.
 */
export function maxRetryMsFrom(servers: readonly Pick<CfgApplication, 'serverInfo'>[]): number | undefined {
  const timeouts = servers.flatMap(({ serverInfo }) => (serverInfo !== undefined && serverInfo.timeoutS > 0 ? [serverInfo.timeoutS] : []));
  return timeouts.length === 0 ? undefined : Math.min(...timeouts) * 1_000;
}
