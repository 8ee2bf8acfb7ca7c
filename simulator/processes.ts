import { fileURLToPath } from 'node:url';
import type { Role } from './command-line.ts';
import { applicationName } from './configuration/index.ts';

/** The program of every simulated process: `node <simulatorMain> <args>`. */
export const simulatorMain: string = fileURLToPath(new URL('./main.ts', import.meta.url));

export interface SitePorts {
  world: number;
  worldControl: number;
  config: { primary: number; backup: number };
  sip: { primary: number; backup: number };
  /** Without them the site has no Stat Servers. */
  stat?: { primary: number; backup: number };
  /** Without them the site has no Interaction Servers. */
  interaction?: { primary: number; backup: number };
}

export interface SiteWish {
  /** All sites in order; the first holds the master Configuration Server. Each with its host and fixed, free ports. */
  sites: readonly { name: string; host: string; ports: SitePorts }[];
  agents: number;
  /** JSON file of all servers' addresses (`serverAddresses`); written before the first start. */
  serversFile: string;
  redundancy?: 'hot' | 'warm';
  /** Further options for the SIP Servers, e.g. `--logout-on-disconnect true`. */
  sipOptions?: readonly string[];
}

export interface SiteProcess {
  /** Unique in the system, e.g. `sip_us-east_primary`, `world_us-east`. */
  name: string;
  kind: Role;
  role: 'primary' | 'backup' | undefined;
  /** Arguments after `simulatorMain`. */
  args: string[];
  /** The host and the ports of the READY line. */
  host: string;
  ports: number[];
}

/**
 * The processes of one site in the order of their start: each may be started when the one before has said READY. All are told to end with
 * their standard input (`--watch-stdin`): give them a pipe and keep it open.
 */
export function siteProcesses(site: string, wish: SiteWish): SiteProcess[] {
  const own = wish.sites.find(one => one.name === site);
  if (own === undefined) throw new Error(`site ${site} is not among the sites`);
  const { host, ports } = own;
  const common = ['--site', site, '--sites', wish.sites.map(one => one.name).join(','), '--host', host, '--watch-stdin'];
  const world = ['--world', `${host}:${ports.world}`];
  const processes: SiteProcess[] = [
    {
      name: `world_${site}`,
      kind: 'world',
      role: undefined,
      args: ['world', ...common, '--port', String(ports.world), '--control-port', String(ports.worldControl)],
      host,
      ports: [ports.world, ports.worldControl],
    },
  ];
  for (const role of ['primary', 'backup'] as const) {
    const port = ports.config[role];
    const peers = configAddresses(wish).filter(address => address !== `${host}:${port}`);
    const args = ['config', ...common, ...world, '--role', role, '--port', String(port), '--agents', String(wish.agents)];
    args.push('--servers', wish.serversFile, '--master', peers.join(','));
    processes.push({ name: applicationName('config', site, role), kind: 'config', role, args, host, ports: [port] });
  }
  const config = ['--config', `${host}:${ports.config.primary},${host}:${ports.config.backup}`];
  for (const role of ['primary', 'backup'] as const) {
    const args = ['sip', ...common, ...world, ...config, '--role', role, '--port', String(ports.sip[role])];
    args.push('--redundancy', wish.redundancy ?? 'hot', ...(wish.sipOptions ?? []));
    processes.push({ name: applicationName('sip', site, role), kind: 'sip', role, args, host, ports: [ports.sip[role]] });
  }
  const sip = ['--sip', `${host}:${ports.sip.primary},${host}:${ports.sip.backup}`];
  if (ports.stat !== undefined)
    for (const role of ['primary', 'backup'] as const) {
      const args = ['stat', ...common, ...world, ...config, ...sip, '--role', role, '--port', String(ports.stat[role])];
      processes.push({ name: applicationName('stat', site, role), kind: 'stat', role, args, host, ports: [ports.stat[role]] });
    }
  if (ports.interaction !== undefined)
    for (const role of ['primary', 'backup'] as const) {
      const args = ['interaction', ...common, ...world, ...config, '--role', role, '--port', String(ports.interaction[role])];
      args.push('--redundancy', wish.redundancy ?? 'hot');
      const name = applicationName('interaction', site, role);
      processes.push({ name, kind: 'interaction', role, args, host, ports: [ports.interaction[role]] });
    }
  return processes;
}

/** The content of `serversFile`: every server's address by its application's name. */
export function serverAddresses(wish: SiteWish): Record<string, { host: string; port: number }> {
  const addresses: Record<string, { host: string; port: number }> = {};
  for (const { name, host, ports } of wish.sites)
    for (const kind of ['config', 'sip', 'stat', 'interaction'] as const)
      for (const role of ['primary', 'backup'] as const) {
        const port = ports[kind]?.[role];
        if (port !== undefined) addresses[applicationName(kind, name, role)] = { host, port };
      }
  return addresses;
}

const configAddresses = (wish: SiteWish): string[] =>
  wish.sites.flatMap(({ host, ports }) => [`${host}:${ports.config.primary}`, `${host}:${ports.config.backup}`]);
