import type { Logger } from '@handover/shared/log';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createBayeuxServer, type BayeuxServer, type Session } from 'node-bayeux';
import type { MovableClient, NotificationHub, NotificationPolicy } from '../contracts/notifications.ts';
import { answerError } from './answer.ts';
import { keepBody } from './body.ts';
import { MissedEvents } from './missed-events.ts';

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

const maxBodyBytes = 65_536;

/** A connect and whose it is, in the text of a body; a batch of several clients names the first. */
const connectShape = /"\/meta\/connect"/;
const clientShape = /"clientId"\s*:\s*"([\w.-]{1,128})"/;

const attachedOf = (session: Session): Attached | undefined => session.data as Attached | undefined;

/** One Bayeux endpoint for one service. Without form bodies and callback-polling: both are cross-site simple requests. */
export function createNotificationServer(options: NotificationServerOptions): NotificationServer {
  let policy: NotificationPolicy | undefined;
  /** While an adopted session is put in: it was attached elsewhere, and is not attached again. */
  let adopting = false;
  const missed = new MissedEvents(() => performance.now());
  /** The clients of an attachment: one that opens a new WebSocket is not known by its clientId yet. */
  const byKey = new Map<string, Set<string>>();
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
    maxBodyBytes,
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
    if (attached !== undefined) byKey.set(attached.key, (byKey.get(attached.key) ?? new Set()).add(session.id));
    if (attached !== undefined && !adopting) needed().onAttach(attached.key, session.id);
  });
  server.addListener('sessionRemoved', (session, _timedOut, reason) => {
    const attached = attachedOf(session);
    missed.forget(session.id);
    const siblings = byKey.get(attached?.key ?? '');
    siblings?.delete(session.id);
    if (siblings?.size === 0) byKey.delete(attached?.key ?? '');
    if (attached === undefined || reason === 'exported') return;
    needed().onDetach(attached.key, session.id, reason);
  });

  server.addListener('refused', (reason, detail) =>
    options.log.info('refused', { reason, client: detail.clientId, channel: detail.channel }),
  );

  const hub: NotificationHub = {
    deliver(clientIds, channel, data) {
      for (const id of clientIds) {
        const session = server.session(id);
        if (session === undefined) continue;
        const pushed = session.pusher !== undefined;
        session.deliver(channel, data, { ifSubscribed: true });
        missed.told(id, data, pushed);
      }
    },
    unheard: clientId => missed.unheard(clientId),
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

  const makeUp = (clientId: string, events: readonly unknown[]): void => {
    const session = server.session(clientId);
    const attached = session === undefined ? undefined : attachedOf(session);
    if (attached !== undefined) needed().onMissed?.(attached.key, clientId, events);
  };
  const watchConnect = (body: Buffer, response: ServerResponse): void => {
    const text = body.toString('utf8');
    const clientId = connectShape.test(text) ? clientShape.exec(text)?.[1] : undefined;
    if (clientId === undefined) return;
    const events = missed.connecting(clientId);
    if (events.length > 0) makeUp(clientId, events);
    response.once('finish', () => missed.answered(clientId));
  };
  const watchUpgrade = async (request: IncomingMessage, socket: Duplex): Promise<void> => {
    const key = (await needed().identify({ headers: request.headers, url: request.url ?? '' })) ?? '';
    for (const clientId of byKey.get(key) ?? []) {
      const events = missed.reopened(clientId);
      if (events !== undefined) makeUp(clientId, events);
    }
    socket.once('close', () => {
      for (const clientId of byKey.get(key) ?? []) missed.broke(clientId);
    });
  };

  return {
    hub,
    use: given => void (policy = given),
    handle(request, response) {
      keepBody(request, maxBodyBytes).then(
        body => {
          watchConnect(body, response);
          server.handle(request, response, { body });
        },
        (error: unknown) => answerError(response, error, ''),
      );
    },
    handleUpgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head);
      watchUpgrade(request, socket).catch((fault: unknown) => options.log.warn('a new WebSocket is nobody’s', { fault: String(fault) }));
    },
    drain: spreadMs => server.drain({ spreadMs, reconnect: 'retry' }),
    close: () => server.close(),
  };
}
