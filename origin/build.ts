import { readRegions } from '@handover/regions';
import { sleep, systemClock } from '@handover/shared/time';
import type { Logger } from '@handover/shared/log';
import type { Server } from 'node:http';
import type { OriginConfig } from './config.ts';
import { createBridgeDriver } from './connectors/bridge/index.ts';
import { createConfiguration } from './connectors/configuration/index.ts';
import type { AdoptionHooks, AgentSessionKey } from './contracts/ownership.ts';
import { createSimDriver } from './connectors/link/index.ts';
import { createReferee, createVoiceServers } from './connectors/sip/index.ts';
import { createInteractionServers } from './connectors/interaction/index.ts';
import { createStatServers } from './connectors/stat/index.ts';
import { createUcs } from './connectors/ucs/index.ts';
import { createOwnership, createUpstashRegistry } from './ownership/index.ts';
import { createAdminRoutes } from './server/admin.ts';
import { createAllowedOrigins, originsMount } from './server/allowed-origins.ts';
import { createNodeSealer, createNodeSigner } from './server/crypto.ts';
import { createDrain } from './server/drain.ts';
import { createForwarder } from './server/forward.ts';
import { createGate } from './server/gate.ts';
import { refusesConnections } from './server/listening.ts';
import { createHttpServer, type Mount } from './server/http-server.ts';
import { createNotificationServer } from './server/notifications.ts';
import { createPeerWatch } from './server/peers.ts';
import { serveApp } from './server/services.ts';
import { createSimulatorRoutes } from './server/simulator.ts';
import { createWebSessionCodec } from './server/web-sessions.ts';
import { createAuthentication } from './services/authentication/index.ts';
import { createChatService } from './services/chat/index.ts';
import { createConfigurationService } from './services/configuration/index.ts';
import { createEnvironment } from './services/environment/index.ts';
import { createStatisticsService } from './services/statistics/index.ts';
import { createWorkspace, seedDemoContacts } from './services/workspace/index.ts';
import { createPostgres } from './stores/postgres/index.ts';
import { createRedisCache } from './stores/redis/index.ts';
import { createSearch } from './stores/search/index.ts';

export interface Origin {
  readonly server: Server;
  /** Connects to everything; resolves when requests can be served. */
  start(): Promise<void>;
  /** Hands its sessions over, then closes. Nobody is logged out. */
  stop(): Promise<void>;
}

const version = '9.0.0';
const demoWaitMs = 3_000;
const peerConnectMs = 150;

/** Builds every part of a node from its configuration. The only place that opens doors. */
export function buildOrigin(config: OriginConfig, log: Logger): Origin {
  const clock = systemClock;
  const random = Math.random;
  const regions = readRegions(config.regions);
  const own = regions.regions.find(region => region.name === config.region);
  if (own === undefined) throw new Error(`configuration:\n  HANDOVER_REGION: ${config.region} is not among HANDOVER_REGIONS`);
  const urlOf = (node: string): string | undefined => own.origins.find(origin => origin.node === node)?.url;
  const location = own.location;
  const sealer = createNodeSealer(config.keyring);
  const signer = createNodeSigner(config.edgeKeyring);
  const driver = config.driver.name === 'sim' ? createSimDriver() : createBridgeDriver({ ...config.driver, client: config.node });

  const cache = createRedisCache({ url: config.redisUrl, log });
  const search = createSearch({ ...config.elasticsearch, region: config.region, log: log.area('search') });
  const registry = createUpstashRegistry({ url: config.registry.url, token: config.registry.token });
  const postgres = createPostgres({ url: config.databaseUrl, log, timelines: registry });
  const ucs = config.ucsUrl === undefined ? undefined : createUcs({ url: config.ucsUrl, clock, random, log: log.area('ucs') });
  const contacts =
    ucs === undefined ? postgres.contacts : { ...postgres.contacts, contacts: ucs.contacts, history: ucs.history, service: ucs.service };
  const { application, node } = config;
  const configuration = createConfiguration({
    servers: config.configServers,
    application,
    location,
    driver,
    clock,
    random,
    log: log.area('configuration'),
  });
  const voice = createVoiceServers({ configuration, application, location, node, driver, clock, random, log: log.area('voice') });

  const interactions = createInteractionServers({
    configuration,
    application,
    location,
    node,
    driver,
    clock,
    random,
    log: log.area('interactions'),
  });
  const stat = createStatServers({ configuration, voice, application, location, driver, clock, random, log: log.area('stat') });

  const allowedOrigins = createAllowedOrigins(config.allowedOrigins);
  const authentication = createAuthentication({
    region: config.region,
    publicUrl: config.publicUrl,
    secureCookies: config.secureCookies,
    keyring: config.keyring,
    signingKeys: config.signingKeys,
    ops: config.ops,
    allowedOrigins: allowedOrigins.list,
    frameAncestors: allowedOrigins.list,
    configuration,
    clients: postgres.clients,
    contactCenters: postgres.contactCenters,
    refreshTokens: postgres.refreshTokens,
    cache,
    registry,
    log,
  });
  const { identity } = authentication;
  const environment = createEnvironment({
    contactCenters: postgres.contactCenters,
    audit: postgres.audit,
    identity,
    location,
    log,
    changed: added => allowedOrigins.update(added),
  });

  const configurationService = createConfigurationService({
    configuration,
    index: search,
    identity,
    statistics: stat,
    cache,
    node,
    version,
    clock,
    log: log.area('configuration'),
  });

  const chat = createChatService({
    interactions,
    contacts,
    contactCenters: postgres.contactCenters,
    cache,
    sealer,
    allowedOrigins: allowedOrigins.set,
    clock,
    log: log.area('chat'),
  });

  const notifications = createNotificationServer({
    log: log.area('notifications'),
    secureCookies: config.secureCookies,
    cookiePath: '/',
    allowedOrigins: allowedOrigins.set,
    clientIdTag: `w${config.nodeNumber}x`,
  });
  const workspace = createWorkspace({
    configuration,
    voice,
    interactions,
    statistics: stat,
    identity,
    sessionTokens: authentication.sessionTokens,
    preferences: postgres.preferences,
    documents: postgres.documents,
    contacts,
    search,
    webSessions: createWebSessionCodec(sealer),
    get ownership() {
      return ownership;
    },
    hub: notifications.hub,
    region: config.region,
    publicUrl: config.publicUrl,
    allowedOrigins: allowedOrigins.list,
    secureCookies: config.secureCookies,
    version,
    clock,
    log: log.area('workspace'),
  });
  notifications.use(workspace.policy);
  const statisticsNotifications = createNotificationServer({
    log: log.area('statistics.notifications'),
    secureCookies: config.secureCookies,
    cookiePath: '/',
    allowedOrigins: allowedOrigins.set,
    clientIdTag: `s${config.nodeNumber}x`,
  });
  const statistics = createStatisticsService({
    statistics: stat,
    identity,
    hub: statisticsNotifications.hub,
    allowedOrigins: allowedOrigins.list,
    secureCookies: config.secureCookies,
    version,
    clock,
    log: log.area('statistics'),
  });
  statisticsNotifications.use(statistics.policy);
  const hooksOf = (key: AgentSessionKey): AdoptionHooks => (key.service === undefined ? workspace.hooks : statistics.hooks);
  const ownership = createOwnership({
    registry,
    referee: createReferee(voice),
    clock,
    random,
    log: log.area('ownership'),
    node: { id: node, number: config.nodeNumber, region: config.region, url: urlOf(node) },
    sealer,
    hooks: {
      adopt: (key, owned, passport) => hooksOf(key).adopt(key, owned, passport),
      lost: (key, reason) => hooksOf(key).lost(key, reason),
      locate: key => (key.service === undefined ? workspace.hooks.locate(key) : Promise.resolve(undefined)),
      resumed: (key, owned) => (key.service === undefined ? workspace.hooks.resumed(key, owned) : undefined),
    },
  });

  const peers = createPeerWatch(urlOf);
  const forwarder = createForwarder({ urlOf, peers, log: log.area('forward'), headerWaitMs: 1_000, maxBodyBytes: 2_359_296 });
  const owner: Mount['owner'] = async incoming => {
    const key = await workspace.ownerOf({ url: incoming.url ?? '/', headers: new Headers(headerPairs(incoming.headers)) });
    return key === undefined ? undefined : { key, fresh: true };
  };
  const serveAuthentication = serveApp('/auth/v3', authentication.app);
  const statisticsOwner: Mount['owner'] = async incoming => {
    const key = await statistics.ownerOf(incoming);
    return key === undefined ? undefined : { key, fresh: true };
  };
  const savePassports = (): void => {
    workspace.drain();
    statistics.drain();
  };
  const drain = createDrain({ ownership, savePassports, clock, log: log.area('drain') });
  const server = createHttpServer({
    mounts: [
      {
        prefix: '/auth/v3',
        serve: call =>
          authentication.handles(call.request.url ?? '') ? authentication.handle(call.request, call.response) : serveAuthentication(call),
      },
      originsMount(allowedOrigins),
      { prefix: '/environment/v3', serve: serveApp('/environment/v3', environment.app) },
      { prefix: '/configuration/v3', serve: serveApp('/configuration/v3', configurationService.app) },
      { prefix: '/chat/v3', serve: serveApp('/chat/v3', chat.app) },
      { prefix: '/workspace/v3', serve: serveApp('/workspace/v3', workspace.app), owner },
      {
        prefix: '/workspace/v3/notifications',
        serve: call => notifications.handle(call.request, call.response),
        upgrade: (request, socket, head) => notifications.handleUpgrade(request, socket, head),
        owner,
      },
      { prefix: '/statistics/v3', serve: serveApp('/statistics/v3', statistics.app), owner: statisticsOwner },
      {
        prefix: '/statistics/v3/notifications',
        serve: async call => {
          await statistics.admit(call.request, call.response);
          statisticsNotifications.handle(call.request, call.response);
        },
        owner: statisticsOwner,
      },
      {
        prefix: '/admin',
        serve: createAdminRoutes({
          identity,
          drain,
          status: () => ({
            node,
            region: config.region,
            ownership: ownership.status(),
            workspace: workspace.status(),
            statistics: statistics.status(),
            servers: [...configuration.status(), ...voice.status(), ...stat.status(), ...interactions.status()],
            ...(ucs === undefined ? {} : { contactServer: ucs.service.state }),
            search: configurationService.searchStatus(),
          }),
          rebuildSearch() {
            configurationService.rebuildSearch().catch((fault: unknown) => log.error('search not rebuilt', { reason: String(fault) }));
          },
        }),
      },
      { prefix: '/simulator', serve: createSimulatorRoutes(config.simulators) },
    ],
    gate: createGate({
      ownership,
      forwarder,
      region: config.region,
      urlOf,
      refuses: url => refusesConnections(url, peerConnectMs),
      draining: () => drain.state === 'draining',
      log: log.area('gate'),
    }),
    signer,
    allowedOrigins: allowedOrigins.set,
    node: { id: node, region: config.region },
    state: () => drain.state,
    log: log.area('http'),
  });

  return {
    server,
    async start() {
      cache.start();
      configuration.start();
      ucs?.start();
      await Promise.all([postgres.start(), voice.start(), interactions.start(), stat.start()]);
      authentication.start();
      environment.start();
      configurationService.start();
      workspace.start();
      statistics.start();
      ownership.start();
      // Who is told that the demo is ready may sign in; a region without a primary starts all the same.
      if (!config.demoData) return;
      await Promise.race([authentication.seedDemo(), sleep(clock, demoWaitMs)]);
      void seedDemoContacts(postgres.contacts).catch((error: unknown) =>
        log.info('the demo has no contacts yet', { reason: error instanceof Error ? error.message : 'unknown' }),
      );
    },
    async stop() {
      await drain.finish();
      await ownership.stop();
      workspace.stop();
      notifications.close();
      statistics.stop();
      statisticsNotifications.close();
      forwarder.close();
      peers.close();
      await closeServer(server);
      environment.stop();
      authentication.stop();
      voice.stop();
      interactions.stop();
      stat.stop();
      await configurationService.stop();
      configuration.stop();
      ucs?.stop();
      await Promise.all([cache.stop(), postgres.stop(), search.close()]);
    },
  };
}

const headerPairs = (headers: NodeJS.Dict<string | string[]>): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] satisfies [string, string]],
  );

const closeGraceMs = 2_000;

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await closed;
  clearTimeout(timer);
}
