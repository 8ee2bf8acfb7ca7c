import type { Logger } from '@handover/shared/log';
import { sleep, systemClock, type Clock } from '@handover/shared/time';
import type { Hono } from 'hono';
import type { Configuration } from '../../contracts/configuration.ts';
import type { Identity, SessionTokens } from '../../contracts/identity.ts';
import type { Registry } from '../../contracts/registry.ts';
import type { Cache, ContactCenters, OAuthClients, RefreshTokens } from '../../contracts/stores.ts';
import { createAccounts } from './accounts.ts';
import { createAttempts } from './attempts.ts';
import { createClientDirectory } from './client-directory.ts';
import { addClientRoutes } from './client-routes.ts';
import { seed } from './demo.ts';
import { directAuthorize, isDirectAuthorize } from './direct-authorize.ts';
import { runExchange, type NodeListener } from './exchange.ts';
import { registerGrants } from './grants.ts';
import { createIdentity } from './identity.ts';
import { createOperatorGate } from './operator.ts';
import { authorizePath, createProvider, prefix } from './provider.ts';
import { createRevocations } from './revocations.ts';
import { createSecretChecker } from './secrets.ts';
import { createSessionTokens } from './session-tokens.ts';
import { addSignInRoutes } from './sign-in-routes.ts';
import { createSignInPage } from './sign-in-page.ts';
import { addSignOutRoutes } from './sign-out-routes.ts';
import { createTenants } from './tenants.ts';
import { createTokens } from './tokens.ts';
import { addUserRoutes } from './user-routes.ts';
import { createApp, type AppEnvironment } from './wire.ts';

export interface AuthenticationOptions {
  region: string;
  /** Where browsers and clients reach the system, without a slash at the end. */
  publicUrl: string;
  secureCookies: boolean;
  keyring: { active: string; keys: Readonly<Record<string, string>> };
  /** Private JWKS, ES256: the first key signs, all verify. */
  signingKeys: { keys: readonly Record<string, unknown>[] };
  ops: { user: string; password: string };
  /** Origins that may show the sign-in page in a frame, beside our own. */
  frameAncestors?: readonly string[];
  /** Origins of pages that the sign-in chain may end at, beside our own and the client's redirect URI. */
  allowedOrigins?: readonly string[];
  configuration: Configuration;
  clients: OAuthClients;
  contactCenters: ContactCenters;
  refreshTokens: RefreshTokens;
  cache: Cache;
  registry: Pick<Registry, 'revokeToken' | 'revokedTokens'>;
  log: Logger;
  clock?: Clock;
}

export interface Authentication {
  identity: Identity;
  sessionTokens: SessionTokens;
  /** Requests for these paths go to `handle`, with the URL as it came; everything else below `/auth/v3` to `app`. */
  handles(url: string): boolean;
  handle: NodeListener;
  /** Mounted at `/auth/v3`; needs the bindings of `@hono/node-server`. */
  app: Hono<AppEnvironment>;
  start(): void;
  stop(): void;
  /** Puts the demo's contact centre and clients where there are none; tries until a primary takes them or the service stops. */
  seedDemo(): Promise<void>;
}

const libraryPaths = /^\/auth\/v3\/(?:oauth\/|jwks(?:[?]|$)|\.well-known\/)/;
const tidyEveryMs = 3_600_000;

/** The authentication service: OAuth by the library, users by the Configuration Server, everything else of `/auth/v3` here. */
export function createAuthentication(options: AuthenticationOptions): Authentication {
  const clock = options.clock ?? systemClock;
  const log = options.log.area('authentication');
  const issuer = `${options.publicUrl}${prefix}`;
  const audience = options.publicUrl;
  const { origin: publicOrigin, host: publicHost, protocol } = new URL(options.publicUrl);
  const { region, cache, refreshTokens, signingKeys } = options;
  const nowMs = (): number => clock.now();

  const directory = createClientDirectory(options.clients, () => refreshTokens.writable, clock);
  const tenants = createTenants(options.contactCenters, clock);
  const attempts = createAttempts(cache, clock);
  const operators = createOperatorGate(options.ops, attempts);
  const revocations = createRevocations({ registry: options.registry, clock, log });
  const accounts = createAccounts({ configuration: options.configuration, tenants, attempts });
  const tokens = createTokens({ issuer, audience, keys: signingKeys.keys, revocations, nowMs });
  const page = createSignInPage({ frameAncestors: options.frameAncestors ?? [], formTargets: options.allowedOrigins ?? [] });
  const shared = { region, cache, directory, refreshTokens, revocations, accounts, attempts, tokens, page, log, clock };
  const provider = createProvider({
    ...shared,
    issuer,
    audience,
    keys: signingKeys.keys,
    keyring: options.keyring,
    secure: options.secureCookies,
    secrets: createSecretChecker(),
  });
  registerGrants({ provider, audience, accounts, directory, tokens, nowMs });

  const app = createApp(log);
  const routeParts = { ...shared, provider, publicOrigin, secure: options.secureCookies, operators, clients: options.clients };
  addUserRoutes(app, routeParts);
  addSignInRoutes(app, routeParts);
  addSignOutRoutes(app, routeParts);
  addClientRoutes(app, routeParts);

  const library = provider.callback();
  const direct = { issuer, audience, provider, accounts, directory };
  let stopped = false;
  let cancelTidy = (): void => undefined;
  const tidy = async (): Promise<void> => {
    if (refreshTokens.writable) await refreshTokens.removeExpired(clock.now()).catch(() => 0);
    if (!stopped) cancelTidy = clock.after(tidyEveryMs, () => void tidy());
  };
  return {
    identity: createIdentity({ ...routeParts, publicUrl: options.publicUrl, nowMs }),
    sessionTokens: createSessionTokens({ accounts, tokens, revocations, nowMs }),
    handles: url => libraryPaths.test(url),
    handle(incoming, outgoing) {
      if (isDirectAuthorize(incoming)) return void directAuthorize(direct, incoming, outgoing);
      // Whatever a client sent: links and cookies are made for the public URL alone.
      incoming.headers['x-forwarded-host'] = publicHost;
      incoming.headers['x-forwarded-proto'] = protocol.slice(0, -1);
      // The library learns where it is mounted by comparing these two.
      const url = withScope(incoming.url ?? '');
      Object.assign(incoming, { originalUrl: url });
      incoming.url = url.slice(prefix.length);
      runExchange(incoming, outgoing, () => void library(incoming, outgoing));
    },
    app,
    start() {
      revocations.start();
      cancelTidy = clock.after(tidyEveryMs, () => void tidy());
    },
    stop() {
      stopped = true;
      cancelTidy();
      revocations.stop();
    },
    async seedDemo() {
      for (; !stopped; await sleep(clock, 500)) {
        try {
          return await seed({ ...options });
        } catch (error) {
          log.debug('the demo data waits', { reason: error instanceof Error ? error.message : 'unknown' });
        }
      }
    },
  };
}

/** A client that names no scope when it sends a user to sign in means all of it. */
function withScope(url: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  if (path !== authorizePath || new URLSearchParams(query).has('scope')) return url;
  return `${path}?${query}${query === '' ? '' : '&'}scope=*`;
}
