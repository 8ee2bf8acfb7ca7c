import type { Hono } from 'hono';
import type { AdoptionHooks, AgentSessionKey, Owned } from '../../contracts/ownership.ts';
import type { NotificationPolicy } from '../../contracts/notifications.ts';
import { tellContactService, watchContactService } from './contacts/index.ts';
import { createApp } from './http/app.ts';
import type { WorkspaceEnv } from './http/env.ts';
import { keyOfToken } from './http/session-routes.ts';
import { adoptDigital, resumeDigital } from './digital/life.ts';
import { Turns } from './digital/turns.ts';
import { createPolicy } from './notifications.ts';
import type { ServiceParts } from './parts.ts';
import { defaultTimes } from './session/parts.ts';
import type { WorkspaceTimes } from './session/parts.ts';
import { passportFrom } from './session/passport.ts';
import { Sessions } from './session/sessions.ts';
import { webSessionFrom } from './session/web-session.ts';
import { adoptSession, locate } from './voice/adopt.ts';
import { goOn } from './voice/site.ts';

/**
 * What the service is built on. `ownership` and `hub` are read at use, not at creation, so that they may be getters of what is built after
 * the service (both need something of it).
 */
export type WorkspaceParts = Omit<ServiceParts, 'sessions' | 'times'> & { times?: Partial<WorkspaceTimes> };

export interface WorkspaceStatus {
  sessions: number;
  clients: number;
  calls: number;
  /** Sessions whose voice is unavailable now. */
  unavailable: number;
}

export interface WorkspaceHooks extends AdoptionHooks {
  /** The DN at which the switches show the person; for when neither registry nor passport says it. */
  locate(key: AgentSessionKey): Promise<{ number: string; switchName: string } | undefined>;
  /** Ownership is ours again without having been given up: the switch is asked anew. */
  resumed(key: AgentSessionKey, owned: Owned): void;
}

/** The agent session API, `/workspace/v3`. */
export interface Workspace {
  /** To be mounted at `/workspace/v3`; the server sets the variable `request` before, and dispatches only when this node owns the session. */
  readonly app: Hono<WorkspaceEnv>;
  readonly policy: NotificationPolicy;
  readonly hooks: WorkspaceHooks;
  /**
   * Whose session a request is about: by its cookie, or by its token when it initialises. Undefined when it is about none (yet): then any
   * node answers it. No I/O.
   */
  ownerOf(request: { url: string; headers: Headers }): Promise<AgentSessionKey | undefined>;
  start(): void;
  status(): WorkspaceStatus;
  /** Writes what other nodes need to go on. Nobody is logged out. */
  drain(): void;
  /** Drops every session in this tick; nobody is logged out. */
  stop(): void;
}

/** Builds the service; it serves at once, `start` adds what happens by itself (lingering). */
export function createWorkspace(given: WorkspaceParts): Workspace {
  const times = { ...defaultTimes, ...given.times };
  const base = Object.create(given, { times: { value: times }, takeUpTurns: { value: new Turns() } }) as ServiceParts;
  const sessions = new Sessions(base);
  const parts = Object.create(base, { sessions: { value: sessions } }) as ServiceParts;
  let unwatchContacts = (): void => undefined;
  return {
    app: createApp(parts),
    policy: createPolicy(parts),
    hooks: {
      async adopt(key, owned, passport) {
        // What we were told last beats what was stored: the session may have been ours a moment ago.
        const before = sessions.get(key);
        const value = before === undefined ? passport : passportFrom(before.passport());
        before?.stop();
        const session = await adoptSession(key, owned, value, parts);
        const clients = session.attachments.clientCount;
        parts.log.info('session adopted', {
          session: key.person,
          epoch: owned.epoch,
          passport: value !== undefined,
          clients,
          calls: session.state.calls.size,
        });
        if (owned.current) sessions.put(session);
        else session.stop();
        session.savePassport();
        tellContactService(session.attachments.clients(), parts);
        // Voice is served; digital work follows in its own turn.
        if (session.alive) adoptDigital(session, passportFrom(value)?.digital);
      },
      async locate(key) {
        const channel = sessions.get(key)?.state.channel;
        return channel === undefined ? locate(key, parts) : { number: channel.dn, switchName: channel.switchName };
      },
      resumed(key) {
        const session = sessions.get(key);
        if (session !== undefined) resumeDigital(session);
        const server = session?.server;
        if (session === undefined || server?.state !== 'up') return;
        void session.run(() => goOn(session, server, false));
      },
      lost(key, reason) {
        parts.log.info('session lost', { session: key.person, reason });
        const session = sessions.get(key);
        if (session !== undefined) parts.hub.letGo([...session.attachments.clients()]);
        sessions.drop(key);
      },
    },
    async ownerOf({ url, headers }) {
      const web = await webSessionFrom(headers.get('cookie'), parts.webSessions, parts.clock.now());
      const authorization = headers.get('authorization');
      const initialises = new URL(url, 'http://origin').pathname.endsWith('/initialize-workspace');
      if (initialises && authorization !== null) return keyOfToken(authorization, parts).catch(() => undefined);
      return web === undefined ? undefined : { tenant: web.tenant, person: web.person };
    },
    start() {
      sessions.start();
      unwatchContacts = watchContactService(parts);
    },
    status() {
      const all = [...sessions.all()];
      return {
        sessions: all.length,
        clients: all.reduce((sum, session) => sum + session.attachments.clientCount, 0),
        calls: all.reduce((sum, session) => sum + session.state.calls.size, 0),
        unavailable: all.filter(session => session.serviceState === 'UNAVAILABLE').length,
      };
    },
    drain() {
      for (const session of sessions.all()) session.savePassport();
    },
    stop() {
      unwatchContacts();
      sessions.stop();
    },
  };
}
