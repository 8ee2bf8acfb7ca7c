import { integer, json, readConfig } from '@handover/shared/config';
import { z } from 'zod';

const ownHosts = ['127.0.0.1', '[::1]', 'localhost'];

const keyBytes = (text: string): number => {
  try {
    return atob(text).length;
  } catch {
    return 0;
  }
};

/** Keys by id with the one that signs or seals now; the others still open what they made. */
export const keyringSchema = z
  .object({
    active: z.string().min(1).max(16),
    keys: z.record(
      z.string().regex(/^[A-Za-z0-9]{1,16}$/),
      z.string().refine(text => keyBytes(text) === 32, 'must be base64 of 32 bytes'),
    ),
  })
  .refine(ring => ring.keys[ring.active] !== undefined, 'the active key must be among the keys');
export type Keyring = z.infer<typeof keyringSchema>;

/** A comma list whose entries all pass `accept`; at most 64. */
const commaList = (accept: (entry: string) => boolean, form: string) =>
  z
    .string()
    .transform(text => text.split(',').filter(part => part !== ''))
    .refine(list => list.length <= 64 && list.every(accept), `must be a comma list of ${form}`);
const hostPorts = commaList(entry => /^[A-Za-z0-9.-]+:\d{1,5}$/.test(entry), 'host:port');
const urls = commaList(entry => URL.canParse(entry), 'URLs');
const flag = z.enum(['true', 'false']).transform(text => text === 'true');
const signingKeys = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.literal('ES256'), d: z.string() })).min(1),
});

const schema = z.object({
  HANDOVER_REGION: z.string().regex(/^[a-z0-9-]{1,32}$/),
  HANDOVER_NODE: z.string().regex(/^[a-z0-9-]{1,32}\/[A-Za-z0-9-]{1,32}$/),
  HANDOVER_NODE_NUMBER: integer({ min: 0, max: 1023 }),
  HANDOVER_HOST: z.string().default('127.0.0.1'),
  HANDOVER_PORT: integer({ min: 0, max: 65535 }).default(0),
  HANDOVER_REGIONS: json(z.unknown()),
  HANDOVER_PUBLIC_URL: z.url({ protocol: /^https?$/ }),
  HANDOVER_CONFIG_SERVERS: hostPorts,
  HANDOVER_DRIVER: z.enum(['sim', 'bridge']).default('sim'),
  HANDOVER_BRIDGE_URL: z.url({ protocol: /^wss?$/ }).optional(),
  HANDOVER_BRIDGE_CERT_FILE: z.string().min(1).optional(),
  HANDOVER_BRIDGE_KEY_FILE: z.string().min(1).optional(),
  HANDOVER_BRIDGE_CA_FILE: z.string().min(1).optional(),
  HANDOVER_APPLICATION: z.string().min(1).max(128).optional(),
  HANDOVER_KEYRING: json(keyringSchema),
  HANDOVER_EDGE_KEYRING: json(keyringSchema),
  HANDOVER_SIGNING_KEYS: json(signingKeys),
  HANDOVER_SECURE_COOKIES: flag.optional(),
  HANDOVER_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  HANDOVER_OPS_USER: z.string().min(1).default('ops'),
  HANDOVER_OPS_PASSWORD: z.string().min(1).default('ops'),
  HANDOVER_DEMO_DATA: flag.default(false),
  HANDOVER_SIMULATOR_URL: urls.optional(),
  HANDOVER_ALLOWED_ORIGINS: urls.optional(),
  HANDOVER_UCS_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATABASE_URL: z.string().startsWith('postgres'),
  REDIS_URL: z.string().startsWith('redis'),
  REGISTRY_URL: z.url(),
  REGISTRY_TOKEN: z.string().min(1),
  ELASTICSEARCH_URL: z.url({ protocol: /^https?$/ }).optional(),
  ELASTICSEARCH_API_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/_-]+={0,2}$/)
    .optional(),
});

export interface BridgeConfig {
  url: string;
  /** PEM files; absent for a sidecar on the same host, without TLS. */
  tls: { certFile: string; keyFile: string; caFile: string } | undefined;
}

export interface OriginConfig {
  region: string;
  node: string;
  nodeNumber: number;
  host: string;
  port: number;
  regions: unknown;
  publicUrl: string;
  configServers: { host: string; port: number }[];
  /** How messages travel to Genesys servers; `bridge`: through the sidecar at this URL. */
  driver: { name: 'sim' } | ({ name: 'bridge' } & BridgeConfig);
  application: string;
  keyring: Keyring;
  edgeKeyring: Keyring;
  signingKeys: { keys: Record<string, unknown>[] };
  secureCookies: boolean;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  ops: { user: string; password: string };
  demoData: boolean;
  /** Control URLs of the simulated sites, our own first; empty outside `up`. */
  simulators: string[];
  allowedOrigins: string[];
  /** The Universal Contact Server that keeps contacts and their history; without one we keep them. */
  ucsUrl: string | undefined;
  databaseUrl: string;
  redisUrl: string;
  registry: { url: string; token: string };
  /** The region's; without a URL search is in memory. */
  elasticsearch: { url: string | undefined; apiKey: string | undefined };
}

/** The only reader of the environment. Reports every fault at once, each with its key; insecure defaults are faults on an https public URL. */
export function originConfigFrom(env: Readonly<Record<string, string | undefined>>): Readonly<OriginConfig> {
  const raw = readConfig(schema, env, ['HANDOVER_']);
  const https = raw.HANDOVER_PUBLIC_URL.startsWith('https:');
  if (https && raw.HANDOVER_OPS_PASSWORD === 'ops')
    throw new Error('configuration:\n  HANDOVER_OPS_PASSWORD: the default is not allowed on https');
  if (https && raw.HANDOVER_SECURE_COOKIES === false) throw new Error('configuration:\n  HANDOVER_SECURE_COOKIES: must be true on https');
  return Object.freeze({
    region: raw.HANDOVER_REGION,
    node: raw.HANDOVER_NODE,
    nodeNumber: raw.HANDOVER_NODE_NUMBER,
    host: raw.HANDOVER_HOST,
    port: raw.HANDOVER_PORT,
    regions: raw.HANDOVER_REGIONS,
    publicUrl: raw.HANDOVER_PUBLIC_URL.replace(/\/$/, ''),
    configServers: raw.HANDOVER_CONFIG_SERVERS.map(text => {
      const [host = '', port = ''] = text.split(':');
      return { host, port: Number(port) };
    }),
    driver: driverFrom(raw),
    application: raw.HANDOVER_APPLICATION ?? `Handover_${raw.HANDOVER_REGION}`,
    keyring: raw.HANDOVER_KEYRING,
    edgeKeyring: raw.HANDOVER_EDGE_KEYRING,
    signingKeys: raw.HANDOVER_SIGNING_KEYS,
    secureCookies: raw.HANDOVER_SECURE_COOKIES ?? https,
    logLevel: raw.HANDOVER_LOG_LEVEL,
    ops: { user: raw.HANDOVER_OPS_USER, password: raw.HANDOVER_OPS_PASSWORD },
    demoData: raw.HANDOVER_DEMO_DATA,
    simulators: raw.HANDOVER_SIMULATOR_URL ?? [],
    allowedOrigins: [new URL(raw.HANDOVER_PUBLIC_URL).origin, ...(raw.HANDOVER_ALLOWED_ORIGINS ?? [])],
    ucsUrl: ucsUrlFrom(raw),
    databaseUrl: raw.DATABASE_URL,
    redisUrl: raw.REDIS_URL,
    registry: { url: raw.REGISTRY_URL, token: raw.REGISTRY_TOKEN },
    elasticsearch: elasticsearchFrom(raw),
  });
}

/** The process's environment: the only place that reads it. */
export const readEnvironment = (): Readonly<Record<string, string | undefined>> => process.env;

/** A sidecar that is not on this host is spoken to with certificates on both sides, or not at all. */
function driverFrom(raw: z.infer<typeof schema>): OriginConfig['driver'] {
  if (raw.HANDOVER_DRIVER === 'sim') return { name: 'sim' };
  const {
    HANDOVER_BRIDGE_URL: url,
    HANDOVER_BRIDGE_CERT_FILE: certFile,
    HANDOVER_BRIDGE_KEY_FILE: keyFile,
    HANDOVER_BRIDGE_CA_FILE: caFile,
  } = raw;
  if (url === undefined) throw new Error('configuration:\n  HANDOVER_BRIDGE_URL: needed by the driver "bridge"');
  const { protocol, hostname } = new URL(url);
  if (protocol === 'ws:') {
    if (!ownHosts.includes(hostname))
      throw new Error('configuration:\n  HANDOVER_BRIDGE_URL: must be wss: unless the sidecar is on this host');
    return { name: 'bridge', url, tls: undefined };
  }
  const files = { HANDOVER_BRIDGE_CERT_FILE: certFile, HANDOVER_BRIDGE_KEY_FILE: keyFile, HANDOVER_BRIDGE_CA_FILE: caFile };
  const missing = Object.entries(files).flatMap(([key, file]) => (file === undefined ? [`\n  ${key}: needed by a wss: bridge`] : []));
  if (certFile === undefined || keyFile === undefined || caFile === undefined) throw new Error(`configuration:${missing.join('')}`);
  return { name: 'bridge', url, tls: { certFile, keyFile, caFile } };
}

/** What customers are called and what they said does not travel in the open. */
function ucsUrlFrom({ HANDOVER_UCS_URL: url }: z.infer<typeof schema>): string | undefined {
  if (url === undefined) return undefined;
  const { protocol, hostname, username, search, hash } = new URL(url);
  if (protocol === 'http:' && !ownHosts.includes(hostname))
    throw new Error('configuration:\n  HANDOVER_UCS_URL: must be https: unless the server is on this host');
  if (username !== '' || search !== '' || hash !== '')
    throw new Error('configuration:\n  HANDOVER_UCS_URL: a user, a query or a fragment has no meaning here');
  return url;
}

/** What lets us in travels encrypted, or not beyond this host. */
function elasticsearchFrom({
  ELASTICSEARCH_URL: url,
  ELASTICSEARCH_API_KEY: apiKey,
}: z.infer<typeof schema>): OriginConfig['elasticsearch'] {
  if (url === undefined) {
    if (apiKey !== undefined) throw new Error('configuration:\n  ELASTICSEARCH_API_KEY: needs ELASTICSEARCH_URL');
    return { url, apiKey };
  }
  const { protocol, hostname, username, password } = new URL(url);
  if (apiKey !== undefined && username !== '')
    throw new Error('configuration:\n  ELASTICSEARCH_API_KEY: either a key or a user in ELASTICSEARCH_URL, not both');
  if ((username === '') !== (password === '')) throw new Error('configuration:\n  ELASTICSEARCH_URL: a user comes with a password');
  if (!isPercentEncoded(username + password))
    throw new Error('configuration:\n  ELASTICSEARCH_URL: user and password must be percent-encoded');
  if (protocol === 'http:' && (apiKey !== undefined || username !== '') && !ownHosts.includes(hostname))
    throw new Error('configuration:\n  ELASTICSEARCH_URL: must be https: with a password or key, unless the server is on this host');
  return { url, apiKey };
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
