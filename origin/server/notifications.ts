import type { Logger } from '@handover/shared/log';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createBayeuxServer, type BayeuxServer, type Session } from 'node-bayeux';
import type { MovableClient, NotificationHub, NotificationPolicy } from '../contracts/notifications.ts';
import { keptBody } from './body.ts';

export interface NotificationServer {
  readonly hub: NotificationHub;
  /** Says what the service decides; once, before the first request. */
  use(policy: NotificationPolicy): void;
  handle(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells the clients to come back within `spreadMs`, with the clientId they have: another node goes on with it. */
  drain(spreadMs: number): Promise<void>;
  close(): void;
}

export interface NotificationServerOptions {
  log: Logger;
  secureCookies: boolean;
  cookiePath: string;
  allowedOrigins: ReadonlySet<string>;
  /** Letters and digits put before each clientId: names the region, as a hint. */
  clientIdTag: string;
  timeoutMs?: number;
}

interface Attached {
  key: string;
}

const attachedOf = (session: Session): Attached | undefined => session.data as Attached | undefined;

/** One Bayeux endpoint for one service. Without form bodies and callback-polling: both are cross-site simple requests. */
export function createNotificationServer(options: NotificationServerOptions): NotificationServer {
  let policy: NotificationPolicy | undefined;
  /** While an adopted session is put in: it was attached elsewhere, and is not attached again. */
  let adopting = false;
  const needed = (): NotificationPolicy => {
    if (policy === undefined) throw new Error('no policy yet');
    return policy;
  };
  const server: BayeuxServer = createBayeuxServer({
    timeout: options.timeoutMs ?? 30_000,
    transports: ['websocket', 'long-polling'],
    clientIdTag: options.clientIdTag,
    browserCookiePath: options.cookiePath,
    browserCookieSecure: options.secureCookies,
    browserCookieSameSite: options.secureCookies ? 'None' : undefined,
    browserCookiePartitioned: options.secureCookies,
    allowedOrigins: origin => options.allowedOrigins.has(origin),
    // Several desktops on one machine share a browser cookie; the session cookie already says whose they are.
    maxSessionsPerBrowser: 16,
    // A clientId alone opens nothing, on no transport.
    wsTrustClientSession: false,
    queuePolicy: 'drop-session',
    maxBodyBytes: 65_536,
    onHandshake: async context => {
      const key = await needed().identify({ headers: context.request.headers, url: context.request.url ?? '' });
      return key === undefined ? { allow: false, reason: 'session_missing', code: 403 } : { allow: true, data: { key } };
    },
    onSubscribe: (session, channel) => {
      const attached = attachedOf(session);
      return attached !== undefined && needed().maySubscribe(attached.key, channel);
    },
    onPublish: () => ({ allow: false, reason: 'publish_denied' }),
    onSubscribed: (session, channel) => {
      const attached = attachedOf(session);
      if (attached !== undefined) needed().onSubscribed(attached.key, session.id, channel);
    },
  });
  server.addListener('sessionAdded', session => {
    const attached = attachedOf(session);
    if (attached !== undefined && !adopting) needed().onAttach(attached.key, session.id);
  });
  server.addListener('sessionRemoved', (session, _timedOut, reason) => {
    const attached = attachedOf(session);
    if (attached === undefined || reason === 'exported') return;
    needed().onDetach(attached.key, session.id, reason);
  });

  server.addListener('refused', (reason, detail) =>
    options.log.info('refused', { reason, client: detail.clientId, channel: detail.channel }),
  );

  const hub: NotificationHub = {
    deliver(clientIds, channel, data) {
      for (const id of clientIds) server.session(id)?.deliver(channel, data, { ifSubscribed: true });
    },
    disconnect: clientId => server.session(clientId)?.disconnect(),
    letGo(clientIds) {
      for (const id of clientIds) server.exportSession(id, { remove: true });
    },
    describe(clientId) {
      const exported = server.exportSession(clientId);
      if (exported === undefined) return undefined;
      const client: MovableClient = { clientId, subscriptions: exported.subscriptions };
      if (exported.browserHash !== undefined) client.browserHash = exported.browserHash;
      if (exported.lastAck !== undefined) client.lastAck = exported.lastAck;
      return client;
    },
    adopt(key, client) {
      if (server.session(client.clientId) !== undefined) return;
      adopting = true;
      try {
        server.adoptSession({ version: 1, ...client }, { data: { key } satisfies Attached });
      } finally {
        adopting = false;
      }
    },
  };

  return {
    hub,
    use: given => void (policy = given),
    handle: (request, response) => server.handle(request, response, { body: keptBody(request) }),
    handleUpgrade: (request, socket, head) => server.handleUpgrade(request, socket, head),
    drain: spreadMs => server.drain({ spreadMs, reconnect: 'retry' }),
    close: () => server.close(),
  };
}
