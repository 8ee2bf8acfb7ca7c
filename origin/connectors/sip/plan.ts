import type { CfgApplication, CfgConnection, CfgSwitch } from '@handover/shared/genesys';
import type { Configuration } from '../../contracts/configuration.ts';
import { idleMsFrom, maxRetryMsFrom, type Endpoint, type PairMode } from '../link/index.ts';
import { byLocation } from './location.ts';

/** A SIP Server to be connected to, as the configuration describes it. */
export interface PlannedServer {
  readonly switchName: string;
  readonly location: string;
  readonly mode: PairMode;
  /** The primary's name and address first. */
  readonly names: readonly string[];
  readonly endpoints: readonly Endpoint[];
  /** Idle time after which the server is asked for a sign of life; undefined without ADDP. */
  readonly idleMs: number | undefined;
  readonly maxRetryMs: number | undefined;
}

export interface Plan {
  /** The server to prefer first. */
  readonly servers: readonly PlannedServer[];
  /** How many of them serve our location. */
  readonly local: number;
  /** Connections that cannot be used, for the log. */
  readonly faults: readonly string[];
}

/** The SIP Servers that our Application object is connected to, ordered for a node at `location`. */
export function planFrom(configuration: Pick<Configuration, 'get' | 'all'>, applicationName: string, location: string): Plan {
  const own = configuration.all('CfgApplication').find(application => application.name === applicationName);
  if (own === undefined) return { servers: [], local: 0, faults: [`application ${applicationName} is not in the configuration`] };
  const faults: string[] = [];
  const seen = new Set<string>();
  const connections: { location: string | undefined; server: PlannedServer }[] = [];
  for (const connection of own.appServers) {
    const server = serverFrom(configuration, connection, faults);
    if (server === undefined || seen.has(server.switchName)) continue;
    seen.add(server.switchName);
    connections.push({ location: connection.location, server });
  }
  const { ordered, local } = byLocation(connections, location);
  return { servers: ordered.map(entry => entry.server), local, faults };
}

/** Undefined for servers of other kinds; those that cannot be used leave a fault. */
function serverFrom(
  configuration: Pick<Configuration, 'get' | 'all'>,
  connection: CfgConnection,
  faults: string[],
): PlannedServer | undefined {
  const named = configuration.get('CfgApplication', connection.applicationDBID);
  if (named === undefined) {
    faults.push(`connection to application ${connection.applicationDBID}, which does not exist`);
    return undefined;
  }
  if (named.appType !== 'TServer') return undefined;
  const primary = primaryOf(configuration, named);
  const theSwitch = switchOf(configuration, primary) ?? switchOf(configuration, named);
  if (theSwitch === undefined) {
    faults.push(`application ${named.name} serves no switch`);
    return undefined;
  }
  const backup = backupOf(configuration, primary);
  const applications = [primary, ...(backup === undefined ? [] : [backup])].filter(application => application.state === 'Enabled');
  const endpoints = applications.flatMap(({ serverInfo }) =>
    serverInfo === undefined ? [] : [{ host: serverInfo.host, port: serverInfo.port }],
  );
  if (endpoints.length === 0) {
    faults.push(`application ${named.name} has no address`);
    return undefined;
  }
  return {
    switchName: theSwitch.name,
    location: theSwitch.location,
    mode: endpoints.length < 2 ? 'single' : primary.redundancyType === 'hot' ? 'hot' : 'warm',
    names: applications.map(application => application.name),
    endpoints,
    idleMs: idleMsFrom(connection),
    maxRetryMs: maxRetryMsFrom(applications),
  };
}

/** A connection may name the backup of a pair. */
const primaryOf = (configuration: Pick<Configuration, 'all'>, named: CfgApplication): CfgApplication =>
  named.isPrimary
    ? named
    : (configuration.all('CfgApplication').find(application => application.serverInfo?.backupServerDBID === named.dbid) ?? named);

function backupOf(configuration: Pick<Configuration, 'get'>, primary: CfgApplication): CfgApplication | undefined {
  const dbid = primary.serverInfo?.backupServerDBID;
  return dbid === undefined || dbid === primary.dbid ? undefined : configuration.get('CfgApplication', dbid);
}

const switchOf = (configuration: Pick<Configuration, 'all'>, application: CfgApplication): CfgSwitch | undefined =>
  configuration.all('CfgSwitch').find(candidate => candidate.tServerDBID === application.dbid);
