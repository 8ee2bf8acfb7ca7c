import type { RegionRegistryWire } from '@handover/regions';
import { join } from 'node:path';
import type { LaunchSpec } from '../process/launch.ts';
import type { PartRecord } from '../state/index.ts';
import { simulatorArguments } from './site.ts';
import type { PartContext } from './context.ts';

const root = join(import.meta.dirname, '../..');
const readyLine = /^READY (\d+)/m;
const startTimeoutMs = 30_000;

type Command = Pick<LaunchSpec, 'file' | 'args' | 'ready' | 'timeoutMs'> & { env?: Record<string, string> };

const nodeScript = (script: string, args: readonly string[], env?: Record<string, string>): Command => ({
  file: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', '--enable-source-maps', join(root, script), ...args],
  ready: readyLine,
  timeoutMs: startTimeoutMs,
  ...(env === undefined ? {} : { env }),
});

/** How a part is started. PostgreSQL and the edge have launchers of their own. */
export function commandOf(part: PartRecord, context: PartContext): Command {
  const address = ['--host', part.host, '--port', String(part.port)];
  switch (part.kind) {
    case 'registry-redis':
      return redisCommand(part, context);
    case 'redis':
      return context.redisServer === undefined ? nodeScript('cli/redis/main.ts', address) : redisCommand(part, context);
    case 'registry': {
      const behind = context.parts.find(other => other.kind === 'registry-redis');
      const redis = behind === undefined ? [] : ['--redis', `redis://${behind.host}:${behind.port}`];
      return nodeScript('cli/registry/main.ts', [...address, ...redis], { REGISTRY_TOKEN: context.secrets.registryToken });
    }
    case 'node':
      return nodeScript('origin/main.ts', [], originEnvironment(part, context));
    case 'world':
    case 'config':
    case 'sip':
    case 'stat':
    case 'interaction':
      return nodeScript('simulator/main.ts', simulatorArguments(part, context));
    case 'postgres':
    case 'search':
    case 'edge':
      throw new Error(`${part.kind} is not started by a plain command`);
  }
}

function redisCommand(part: PartRecord, context: PartContext): Command {
  const settings = {
    bind: part.host,
    port: String(part.port),
    save: '',
    appendonly: 'no',
    'protected-mode': 'no',
    maxmemory: '256mb',
    daemonize: 'no',
  };
  return {
    file: context.redisServer ?? 'redis-server',
    args: Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]),
    ready: /Ready to accept connections/,
    timeoutMs: startTimeoutMs,
  };
}

const addressesOf = (context: PartContext, kind: PartRecord['kind'], region: string | null): string =>
  context.parts
    .filter(part => part.kind === kind && part.region === region)
    .map(part => `${part.host}:${part.port}`)
    .join(',');

const ownFirst = (regions: readonly string[], own: string | null): string[] =>
  [...regions].sort((a, b) => Number(b === own) - Number(a === own));

/** Where a region's world takes orders. */
export function worldUrl(parts: readonly PartRecord[], region: string): string {
  const world = parts.find(part => part.kind === 'world' && part.region === region);
  return `http://${world?.host ?? ''}:${world?.controlPort ?? 0}`;
}

/** The regions as the edge and the origins read them, with the addresses of this system. */
export function regionsOf(context: PartContext): RegionRegistryWire {
  const { regions } = context.options;
  return {
    regions: regions.map((name, index) => ({
      name,
      location: locationOf(name),
      origins: context.parts
        .filter(part => part.kind === 'node' && part.region === name)
        .map(part => ({ node: part.id.slice('node '.length), url: `http://${part.host}:${part.port}` })),
      failover: regions.filter(other => other !== name),
      priority: 10 * (index + 1),
    })),
    ...(regions[0] === undefined ? {} : { homes: { acme: regions[0] } }),
  };
}

export const locationOf = (region: string): string => `/${region}`;

function originEnvironment(part: PartRecord, context: PartContext): Record<string, string> {
  const { options, secrets, login } = context;
  const region = part.region ?? '';
  const databases = ownFirst(options.regions, region).map(name => addressesOf(context, 'postgres', name));
  const registry = context.parts.find(other => other.kind === 'registry');
  const simulators = ownFirst(options.regions, region).map(name => worldUrl(context.parts, name));
  return {
    HANDOVER_REGION: region,
    HANDOVER_NODE: part.id.slice('node '.length),
    HANDOVER_NODE_NUMBER: String(context.parts.filter(other => other.kind === 'node').indexOf(part)),
    HANDOVER_HOST: part.host,
    HANDOVER_PORT: String(part.port),
    HANDOVER_REGIONS: JSON.stringify(regionsOf(context)),
    HANDOVER_PUBLIC_URL: context.publicUrl,
    HANDOVER_CONFIG_SERVERS: addressesOf(context, 'config', region),
    HANDOVER_KEYRING: JSON.stringify(secrets.keyring),
    HANDOVER_EDGE_KEYRING: JSON.stringify(secrets.edgeKeyring),
    HANDOVER_SIGNING_KEYS: JSON.stringify(secrets.signingKeys),
    HANDOVER_OPS_PASSWORD: secrets.opsPassword,
    HANDOVER_DEMO_DATA: 'true',
    HANDOVER_SIMULATOR_URL: simulators.join(','),
    DATABASE_URL: `postgres://${login.user}:${login.password}@${databases.join(',')}/${login.name}`,
    REDIS_URL: `redis://${addressesOf(context, 'redis', region)}`,
    REGISTRY_URL: `http://${registry?.host ?? ''}:${registry?.port ?? 0}`,
    REGISTRY_TOKEN: secrets.registryToken,
    ...(options.elasticsearchUrl === undefined ? {} : { ELASTICSEARCH_URL: options.elasticsearchUrl }),
  };
}
