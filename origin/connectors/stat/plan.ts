import type { ApplicationType, CfgApplication } from '@handover/shared/genesys';
import type { Configuration } from '../../contracts/configuration.ts';
import { idleMsFrom, maxRetryMsFrom, type Endpoint, type PairMode } from '../link/index.ts';
import { byLocation } from '../sip/index.ts';

/** A server, with its backup, to be connected to as the configuration describes it. */
export interface PlannedPair {
  /** Of the primary's Application object. */
  readonly name: string;
  readonly location: string | undefined;
  readonly mode: PairMode;
  /** The primary's name and address first. */
  readonly names: readonly string[];
  readonly endpoints: readonly Endpoint[];
  readonly idleMs: number | undefined;
  readonly maxRetryMs: number | undefined;
}

/** The servers of a type that our Application object is connected to, the nearest to `location` first. One without an address is left out. */
export function pairsFrom(
  configuration: Pick<Configuration, 'get' | 'all'>,
  applicationName: string,
  location: string,
  appType: ApplicationType,
): { readonly ordered: readonly PlannedPair[]; readonly local: number } {
  const own = configuration.all('CfgApplication').find(application => application.name === applicationName);
  const planned: PlannedPair[] = [];
  for (const connection of own?.appServers ?? []) {
    const named = configuration.get('CfgApplication', connection.applicationDBID);
    if (named?.appType !== appType) continue;
    const backup = configuration.get('CfgApplication', named.serverInfo?.backupServerDBID ?? -1);
    const reachable = [named, backup].filter(
      (server): server is CfgApplication & { serverInfo: Endpoint } => server?.state === 'Enabled' && server.serverInfo !== undefined,
    );
    if (reachable.length === 0) continue;
    planned.push({
      name: named.name,
      location: connection.location,
      mode: reachable.length < 2 ? 'single' : named.redundancyType === 'hot' ? 'hot' : 'warm',
      names: reachable.map(server => server.name),
      endpoints: reachable.map(({ serverInfo: { host, port } }) => ({ host, port })),
      idleMs: idleMsFrom(connection),
      maxRetryMs: maxRetryMsFrom(reachable),
    });
  }
  return byLocation(planned, location);
}
