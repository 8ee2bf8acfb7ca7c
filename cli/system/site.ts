import { applicationName, serverAddresses, siteProcesses, type SitePorts } from '@handover/simulator';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartRecord } from '../state/index.ts';
import type { PartContext } from './context.ts';

type SiteWish = Parameters<typeof serverAddresses>[0];

/** The simulator plans a site on one host; here every server may have its own, so addresses are filled in afterwards, by their port. */
const anyHost = '127.0.0.1';

/** Arguments of one simulated process, after the program. */
export function simulatorArguments(part: PartRecord, context: PartContext): string[] {
  const planned = siteProcesses(part.region ?? '', wishOf(context)).find(
    ({ kind, role }) => kind === part.kind && (role ?? null) === part.role,
  );
  if (planned === undefined) throw new Error(`the simulator knows no ${part.id}`);
  const args = planned.args.filter(arg => arg !== '--watch-stdin').map(arg => withRealHosts(arg, context));
  return args.map((arg, index) => (args[index - 1] === '--host' ? part.host : arg));
}

/** Name of the Application object that a Genesys server runs as; null for other parts. */
export const applicationOf = (part: Pick<PartRecord, 'kind' | 'region' | 'role'>): string | null =>
  (part.kind === 'config' || part.kind === 'sip' || part.kind === 'stat' || part.kind === 'interaction') && part.role !== null
    ? applicationName(part.kind, part.region ?? '', part.role)
    : null;

/** Writes the file that names every server's address; before the first Configuration Server starts. */
export function writeServersFile(context: PartContext): void {
  const addresses = Object.entries(serverAddresses(wishOf(context))).map(([name, { port }]) => [
    name,
    { host: hostAt(port, context), port },
  ]);
  writeFileSync(serversFile(context), JSON.stringify(Object.fromEntries(addresses)), { mode: 0o600 });
}

const serversFile = (context: PartContext): string => join(context.options.stateDir, 'servers.json');

function wishOf(context: PartContext): SiteWish {
  return {
    sites: context.options.regions.map(name => ({ name, host: anyHost, ports: portsOf(name, context) })),
    agents: context.options.agents,
    serversFile: serversFile(context),
  };
}

function portsOf(region: string, context: PartContext): SitePorts {
  const find = (kind: PartRecord['kind'], role: PartRecord['role']): PartRecord | undefined =>
    context.parts.find(part => part.region === region && part.kind === kind && part.role === role);
  const pair = (kind: PartRecord['kind']): { primary: number; backup: number } => ({
    primary: find(kind, 'primary')?.port ?? 0,
    backup: find(kind, 'backup')?.port ?? 0,
  });
  const world = find('world', null);
  return {
    world: world?.port ?? 0,
    worldControl: world?.controlPort ?? 0,
    config: pair('config'),
    sip: pair('sip'),
    stat: pair('stat'),
    interaction: pair('interaction'),
  };
}

const withRealHosts = (arg: string, context: PartContext): string =>
  arg.replaceAll(/127\.0\.0\.1:(\d+)/g, (_, port: string) => `${hostAt(Number(port), context)}:${port}`);

const hostAt = (port: number, context: PartContext): string =>
  context.parts.find(part => part.port === port || part.controlPort === port)?.host ?? anyHost;
