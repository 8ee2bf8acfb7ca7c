import { createHash } from 'node:crypto';
import { NotApplicable } from '../options.ts';
import { findOnPath } from './find.ts';
import { askIp, ip } from './ip.ts';
import type { Network } from './network.ts';
import type { PlannedPart } from './plan.ts';
import type { What } from './what.ts';

/** One part's own network: a namespace with one interface, plugged into a bridge. */
interface Unit {
  name: string;
  /** Position of its region, or -1 for what belongs to none. */
  region: number;
  isNode: boolean;
  address: string;
  mac: string;
  /** Name of its plug at the bridge. */
  port: string;
}

/**
 * A network for each part, a bridge for each region in a namespace of the region's own, and a bridge on the host that joins the regions,
 * the registry and the edge. A cut unplugs from a bridge, so packets vanish as they do on a dead line: nobody is told, nothing is refused.
 * Cut off are: a part from everything; `site`, the region's bridge from the host's; `region`, the region's origin nodes from
 * everything outside the region, while they still reach its Genesys servers and stores. Needs root and iproute2.
 */
export function createNamespaces(stateDir: string, regions: readonly string[], parts: readonly PlannedPart[]): Network {
  if (process.getuid?.() !== 0) throw new NotApplicable('--netns needs root');
  for (const program of ['ip', 'nsenter'])
    if (findOnPath(program) === undefined) throw new NotApplicable(`--netns needs the program ${program} (Debian: iproute2, util-linux)`);
  const digest = createHash('sha256').update(stateDir).digest();
  const prefix = `h${digest.toString('hex').slice(0, 5)}`;
  const net = 64 + ((digest[8] ?? 0) % 128);
  const units = unitsOf(regions, parts, net, digest.toString('hex'));
  const regionSpace = (index: number): string => `${prefix}-${regions[index] ?? ''}`;
  const unitSpace = (unit: Unit): string => `${prefix}-${unit.port}`;
  const uplink = (index: number): string => `${prefix}r${index}`;
  const hostPort = (unit: Unit): string => `${prefix}${unit.port}`;
  const hostMac = macOf(digest.toString('hex'), 0, 1);
  const hostAddress = `10.${net}.0.1`;
  const find = (name: string): Unit | undefined => units.find(unit => unit.name === name);

  const create = async (): Promise<void> => {
    await destroy();
    await ip([
      `link add name ${prefix} address ${hostMac} type bridge`,
      `addr add ${hostAddress}/16 dev ${prefix}`,
      `link set dev ${prefix} up`,
    ]);
    for (const space of [...regions.map((_, index) => regionSpace(index)), ...units.map(unitSpace)]) await ip([`netns add ${space}`]);
    await ip(regions.flatMap((_, index) => regionUplink(prefix, uplink(index), regionSpace(index))));
    await Promise.all(
      regions.map((_, index) =>
        ip(
          ['link add name bridge0 type bridge', 'link set dev bridge0 up', 'link set dev uplink master bridge0', 'link set dev uplink up'],
          regionSpace(index),
        ),
      ),
    );
    await ip(
      units.flatMap(unit =>
        unit.region < 0
          ? hostPlug(prefix, hostPort(unit), unitSpace(unit))
          : [`link add name ${unit.port} netns ${regionSpace(unit.region)} type veth peer name eth0 netns ${unitSpace(unit)}`],
      ),
    );
    const plugged = regions.map((_, index) =>
      units.filter(unit => unit.region === index).flatMap(({ port }) => [`link set dev ${port} master bridge0`, `link set dev ${port} up`]),
    );
    await Promise.all(plugged.map((commands, index) => ip(commands, regionSpace(index))));
    // Fixed neighbours: a cut line would otherwise be found out by a failed address look-up, and connections refused instead of silent.
    const known = [{ address: hostAddress, mac: hostMac }, ...units];
    await Promise.all(
      units.map(unit =>
        ip(
          [
            ...interfaceOf(unit),
            ...neighbours(
              known.filter(other => other !== unit),
              'eth0',
            ),
          ],
          unitSpace(unit),
        ),
      ),
    );
    await ip(neighbours(units, prefix));
  };

  const destroy = (): Promise<void> => removeNamespaces(prefix);

  const plug = async (unit: Unit, joined: boolean): Promise<void> => {
    if (unit.region < 0) return ip([`link set dev ${hostPort(unit)} ${joined ? `master ${prefix}` : 'nomaster'}`]);
    return ip([`link set dev ${unit.port} ${joined ? 'master bridge0' : 'nomaster'}`], regionSpace(unit.region));
  };
  /** Isolated ports of a bridge do not see each other, but everybody else. */
  const isolate = (index: number, isolated: boolean): Promise<void> => {
    const nodes = units.filter(unit => unit.region === index && unit.isNode).map(unit => unit.port);
    return ip(
      ['uplink', ...nodes].map(port => `link set dev ${port} type bridge_slave isolated ${isolated ? 'on' : 'off'}`),
      regionSpace(index),
    );
  };
  const set = async (what: What, passing: boolean): Promise<void> => {
    const named = unitNames(what).flatMap(name => find(name) ?? []);
    switch (what.kind) {
      case 'site':
        return ip([`link set dev ${uplink(regions.indexOf(what.region))} ${passing ? `master ${prefix}` : 'nomaster'}`]);
      case 'region':
        return isolate(regions.indexOf(what.region), !passing);
      default:
        for (const unit of named) await plug(unit, passing);
    }
  };
  const mend = async (what: What): Promise<void> => {
    await set(what, true);
    if (what.kind !== 'site' && what.kind !== 'region') return;
    const index = regions.indexOf(what.region);
    await isolate(index, false);
    for (const unit of units.filter(each => each.region === index && (what.kind === 'site' || each.isNode))) await plug(unit, true);
  };

  return {
    prefix,
    create,
    destroy,
    hostOf: unit => find(unit)?.address ?? hostAddress,
    namespaceOf: name => {
      const unit = find(name);
      return unit === undefined ? undefined : unitSpace(unit);
    },
    cut: what => set(what, false),
    mend,
  };
}

/** Removes every namespace and interface of the system with this prefix. What is not there is no fault. */
export async function removeNamespaces(prefix: string): Promise<void> {
  const spaces = (await askIp('netns', 'list')).split('\n').flatMap(line => line.split(' ')[0] ?? []);
  for (const space of spaces.filter(name => name.startsWith(`${prefix}-`))) await askIp('netns', 'del', space);
  const links = (await askIp('-br', 'link')).split('\n').flatMap(line => line.split(/[ @]/)[0] ?? []);
  for (const link of links.filter(name => name.startsWith(prefix))) await askIp('link', 'del', link);
}

function unitsOf(regions: readonly string[], parts: readonly PlannedPart[], net: number, digest: string): Unit[] {
  const names = [...new Set(parts.flatMap(part => part.unit ?? []))];
  return names.map((name, index) => {
    const part = parts.find(candidate => candidate.unit === name);
    const region = part?.region == null ? -1 : regions.indexOf(part.region);
    const isNode = part?.kind === 'node';
    return {
      name,
      region,
      isNode,
      address: `10.${net}.${region + 2}.${index + 1}`,
      mac: macOf(digest, region + 2, index + 1),
      port: `u${index}`,
    };
  });
}

/** The units that a fault of a single thing concerns; a server named without its role is both of them. */
function unitNames(what: What): string[] {
  switch (what.kind) {
    case 'registry':
      return ['registry'];
    case 'node':
      return [`node ${what.node}`];
    case 'region':
    case 'site':
      return [];
    default: {
      const name = `${what.kind} ${what.region}`;
      return what.role === undefined ? [name, `${name}/primary`, `${name}/backup`] : [`${name}/${what.role}`];
    }
  }
}

/** A locally administered address; different systems on one machine have different ones. */
const macOf = (digest: string, high: number, low: number): string =>
  ['02', digest.slice(0, 2), digest.slice(2, 4), '00', ...[high, low].map(byte => byte.toString(16).padStart(2, '0'))].join(':');

const regionUplink = (bridge: string, port: string, space: string): string[] => [
  `link add name ${port} type veth peer name uplink netns ${space}`,
  `link set dev ${port} master ${bridge}`,
  `link set dev ${port} up`,
];
const hostPlug = (bridge: string, port: string, space: string): string[] => [
  `link add name ${port} type veth peer name eth0 netns ${space}`,
  `link set dev ${port} master ${bridge}`,
  `link set dev ${port} up`,
];
const interfaceOf = (unit: Unit): string[] => [
  'link set dev lo up',
  `link set dev eth0 address ${unit.mac}`,
  'link set dev eth0 up',
  `addr add ${unit.address}/16 dev eth0`,
];
const neighbours = (known: readonly { address: string; mac: string }[], device: string): string[] =>
  known.map(({ address, mac }) => `neigh replace ${address} lladdr ${mac} dev ${device} nud permanent`);
