import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { CfgPerson } from '@handover/shared/genesys';
import { createLogger, type Logger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { Hono } from 'hono';
import { exportJWK, generateKeyPair } from 'jose';
import type { Configuration, CredentialRefusal } from '../../origin/contracts/configuration.ts';
import type { Registry } from '../../origin/contracts/registry.ts';
import type { Cache } from '../../origin/contracts/stores.ts';
import { createAuthentication, type Authentication } from '../../origin/services/authentication/index.ts';
import { createEnvironment, type EnvironmentService } from '../../origin/services/environment/index.ts';
import type { Postgres } from '../../origin/stores/postgres/index.ts';

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
export function createFakeRegistry(): Pick<Registry, 'revokeToken' | 'revokedTokens'> & { fail(down: boolean): void } {
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
  registry: Pick<Registry, 'revokeToken' | 'revokedTokens'>;
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
  const { clients, contactCenters, refreshTokens } = parts.postgres;
  const authentication = createAuthentication({
    ...parts.keys,
    region: parts.region,
    publicUrl: parts.publicUrl ?? url,
    secureCookies: false,
    ops: { user: 'ops', password: 'ops' },
    configuration: parts.configuration,
    clients,
    contactCenters,
    refreshTokens,
    cache: parts.cache,
    registry: parts.registry,
    log,
  });
  const environment = createEnvironment({ contactCenters, identity: authentication.identity, location: `/${parts.region}`, log });
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
