import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { CfgPerson } from '@handover/shared/genesys';
import { createLogger, type Logger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { Hono } from 'hono';
import { exportJWK, generateKeyPair } from 'jose';
import { createAuthentication, type Authentication, type AuthenticationOptions } from '../../origin/services/authentication/index.ts';
import { createEnvironment, type EnvironmentService } from '../../origin/services/environment/index.ts';
import { createPostgres, type Postgres } from '../../origin/stores/postgres/index.ts';
import { createRedisCache } from '../../origin/stores/redis/index.ts';
import { startPostgres, startRedis, until, type TestPostgres, type TestRedis } from './stores-support.ts';

type Configuration = AuthenticationOptions['configuration'];
type Registry = AuthenticationOptions['registry'];
type Cache = AuthenticationOptions['cache'];
type CredentialRefusal = Extract<Awaited<ReturnType<Configuration['authenticate']>>, { ok: false }>['reason'];

const person = (number: number, userName: string, roles: string[]): CfgPerson => ({
  type: 'CfgPerson',
  dbid: 100 + number,
  tenantDBID: 1,
  state: 'Enabled',
  userProperties: [],
  userName,
  employeeID: String(7000 + number),
  firstName: 'Agent',
  lastName: String(number),
  isAgent: true,
  roles,
});

export interface FakeConfiguration extends Configuration {
  refuseWith(reason: CredentialRefusal | undefined): void;
  disable(userName: string): void;
}

/** Two agents and a supervisor, whose passwords are their user names. */
export function createFakeConfiguration(): FakeConfiguration {
  const persons = [
    person(1, 'agent1', ['ROLE_AGENT']),
    person(2, 'agent2', ['ROLE_AGENT']),
    person(3, 'super1', ['ROLE_AGENT', 'ROLE_SUPERVISOR']),
  ];
  const passwords = new Map(persons.map(entry => [entry.userName, entry.userName]));
  let refusal: CredentialRefusal | undefined;
  const none = (): undefined => undefined;
  const byName = (userName: string): CfgPerson | undefined => persons.find(entry => entry.userName === userName);
  return {
    state: 'current',
    ready: async () => undefined,
    get: none,
    all: () => [],
    personByUserName: byName,
    personByEmployeeId: none,
    placeByName: none,
    dn: none,
    placeDns: () => [],
    placeOfDn: none,
    agentLogin: none,
    onChange: () => none,
    async authenticate(userName, password) {
      if (refusal !== undefined) return refuse(refusal);
      const found = byName(userName);
      return found !== undefined && passwords.get(userName) === password ? ok(found) : refuse('invalid');
    },
    async changePassword(userName, oldPassword, newPassword) {
      if (passwords.get(userName) !== oldPassword) return refuse('invalid');
      if (newPassword.length < 6) return refuse('refused');
      passwords.set(userName, newPassword);
      return ok(true);
    },
    refuseWith: reason => void (refusal = reason),
    disable(userName) {
      const found = byName(userName);
      if (found !== undefined) found.state = 'Disabled';
    },
  };
}

/** The revocation part of a registry that two regions share. */
export function createFakeRegistry(): Registry & { fail(down: boolean): void } {
  const entries: { atMs: number; jti: string }[] = [];
  let down = false;
  return {
    fail: state => void (down = state),
    async revokeToken(jti) {
      if (down) throw new Error('no registry');
      entries.push({ atMs: Date.now(), jti });
    },
    async revokedTokens(sinceMs) {
      if (down) throw new Error('no registry');
      return { jtis: entries.filter(entry => entry.atMs >= sinceMs).map(entry => entry.jti), nextSinceMs: Date.now() };
    },
  };
}

/** What all regions of an installation share. */
export async function sharedKeys() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: 's1', alg: 'ES256', use: 'sig' };
  return {
    signingKeys: { keys: [key] },
    keyring: { active: 'k1', keys: { k1: Buffer.alloc(32, 7).toString('base64') } },
  };
}

export interface TestOrigin {
  url: string;
  authentication: Authentication;
  environment: EnvironmentService;
  close(): Promise<void>;
}

/** One origin's authentication and environment services behind a real HTTP server. */
export async function startOrigin(parts: {
  region: string;
  postgres: Postgres;
  cache: Cache;
  registry: Registry;
  configuration: Configuration;
  keys: Awaited<ReturnType<typeof sharedKeys>>;
  publicUrl?: string;
  port?: number;
  log?: Logger;
}): Promise<TestOrigin> {
  const log = parts.log ?? createLogger({ sink: () => undefined, area: 'test' });
  const server: Server = createServer();
  await new Promise<void>(resolve => server.listen(parts.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  const { audit, clients, contactCenters, refreshTokens } = parts.postgres;
  const authentication = createAuthentication({
    ...parts.keys,
    region: parts.region,
    publicUrl: parts.publicUrl ?? url,
    secureCookies: (parts.publicUrl ?? url).startsWith('https:'),
    ops: { user: 'ops', password: 'ops' },
    configuration: parts.configuration,
    clients,
    contactCenters,
    refreshTokens,
    cache: parts.cache,
    registry: parts.registry,
    log,
  });
  const environment = createEnvironment({ contactCenters, audit, identity: authentication.identity, location: `/${parts.region}`, log });
  const root = new Hono();
  root.route('/auth/v3', authentication.app as unknown as Hono);
  root.route('/environment/v3', environment.app as unknown as Hono);
  const rest = getRequestListener(root.fetch);
  server.on('request', (incoming, outgoing) => {
    if (authentication.handles(incoming.url ?? '')) authentication.handle(incoming, outgoing);
    else void rest(incoming, outgoing);
  });
  authentication.start();
  environment.start();
  return {
    url,
    authentication,
    environment,
    async close() {
      authentication.stop();
      environment.stop();
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

export interface TestInstallation {
  postgres: TestPostgres;
  east: TestOrigin;
  west: TestOrigin;
  eastRedis: TestRedis;
  stores: { east: Postgres; west: Postgres };
  configuration: FakeConfiguration;
  registry: ReturnType<typeof createFakeRegistry>;
  keys: Awaited<ReturnType<typeof sharedKeys>>;
  stop(): Promise<void>;
}

/** Two regions with real PostgreSQL (us-east primary, eu-west standby) and a real Redis each, behind one public URL; the demo's data is in. */
export async function startInstallation(): Promise<TestInstallation> {
  const log = createLogger({ sink: () => undefined, area: 'test' });
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const postgres = await startPostgres(['us-east', 'eu-west']);
    undo.push(() => postgres.stop());
    const keys = await sharedKeys();
    const registry = createFakeRegistry();
    const configuration = createFakeConfiguration();
    const startRegion = async (region: string, other: string, publicUrl?: string) => {
      const redis = await startRedis();
      undo.push(() => redis.kill());
      const cache = createRedisCache({ url: redis.url, log });
      undo.push(() => cache.stop());
      const store = createPostgres({ url: postgres.url(region, other), log });
      undo.push(() => store.stop());
      cache.start();
      await store.start();
      await store.ready();
      await until('redis', () => cache.connected);
      const shared = { region, postgres: store, cache, registry, configuration, keys };
      const origin = await startOrigin({ ...shared, ...(publicUrl === undefined ? {} : { publicUrl }) });
      undo.push(() => origin.close());
      return { origin, redis, store };
    };
    const { origin: east, redis: eastRedis, store: eastStore } = await startRegion('us-east', 'eu-west');
    await east.authentication.seedDemo();
    const { origin: west, store: westStore } = await startRegion('eu-west', 'us-east', east.url);
    const stores = { east: eastStore, west: westStore };
    return { postgres, east, west, eastRedis, stores, configuration, registry, keys, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const demoClient = `Basic ${Buffer.from('external_api_client:secret').toString('base64')}`;
export const operator = `Basic ${Buffer.from('ops:ops').toString('base64')}`;

/** A request to the token endpoint; `authorization` empty for none. */
export const tokenRequest = (
  origin: TestOrigin,
  form: Record<string, string>,
  { authorization = demoClient, address = '198.51.100.7' }: { authorization?: string; address?: string } = {},
): Promise<Response> =>
  fetch(`${origin.url}/auth/v3/oauth/token`, {
    method: 'POST',
    headers: { 'x-forwarded-for': address, ...(authorization === '' ? {} : { authorization }) },
    body: new URLSearchParams(form),
  });

export interface TokenAnswer {
  access_token: string;
  refresh_token: string;
  error: string;
  [member: string]: unknown;
}
export const passwordTokens = async (origin: TestOrigin, username: string, password = username): Promise<TokenAnswer> =>
  (await tokenRequest(origin, { grant_type: 'password', username, password, scope: '*' })).json() as Promise<TokenAnswer>;

export const withBearer = (origin: TestOrigin, path: string, token: string, method = 'GET'): Promise<Response> =>
  fetch(`${origin.url}${path}`, { method, headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });

/** A JSON request as the operator. */
export const asOperator = (origin: TestOrigin, method: string, path: string, data?: unknown, authorization = operator): Promise<Response> =>
  fetch(`${origin.url}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(data === undefined ? {} : { body: JSON.stringify({ data }) }),
  });
