import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '@handover/shared/errors';
import { headers as names } from '@handover/shared/headers';
import { assertNever } from '@handover/shared/result';
import type { AgentSessionKey, Owned, OwnershipRefusal } from '../../../contracts/ownership.ts';
import type { WebSession } from '../../../contracts/workspace.ts';
import type { ServiceParts } from '../parts.ts';
import { webSessionFrom } from '../session/web-session.ts';
import type { WorkspaceEnv } from './env.ts';
import { Refused } from './envelope.ts';

const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Whether a page of this origin may speak for the session; requests of programs carry none. */
export const originAllowed = (origin: string | null | undefined, allowed: readonly string[]): boolean =>
  origin == null || allowed.includes(origin);

/** Refuses unsafe requests that a foreign page sends with the agent's cookie. */
export const sameOrigin =
  (parts: ServiceParts): MiddlewareHandler<WorkspaceEnv> =>
  async (c, next) => {
    const byCookie = c.req.header('authorization') === undefined;
    if (byCookie && unsafe.has(c.req.method) && !originAllowed(c.req.header('origin'), parts.allowedOrigins))
      throw new AppError('origin.forbidden');
    await next();
  };

export function webSessionOf(c: Context<WorkspaceEnv>, parts: ServiceParts): Promise<WebSession | undefined> {
  return webSessionFrom(c.req.header('cookie'), parts.webSessions, parts.clock.now());
}

/** The session by its ownership, or the error that says where it is. */
export async function ownedBy(key: AgentSessionKey, c: Context<WorkspaceEnv>, parts: ServiceParts): Promise<Owned> {
  const answer = await parts.ownership.ensure(key, c.get('request'), { fresh: true });
  if (answer.ok) return answer.value;
  throw refusalError(answer.reason, c);
}

function refusalError(reason: OwnershipRefusal, c: Context<WorkspaceEnv>): AppError {
  switch (reason.kind) {
    case 'elsewhere':
      c.header(names.replay, reason.region);
      return new AppError('ownership.elsewhere');
    case 'unavailable':
      return new Refused(reason.code);
    case 'ended':
      return new AppError('session.ended');
    default:
      return assertNever(reason);
  }
}

/** Whether the person may have a session at all: known and enabled, as far as the configuration is loaded. */
export function checkPerson(userName: string, parts: ServiceParts): void {
  const person = parts.configuration.personByUserName(userName);
  if (person === undefined && parts.configuration.state === 'loading') throw new Refused('store.unavailable');
  if (person === undefined || person.state === 'Disabled') throw new AppError('session.missing');
}

/** A registry that does not answer ends nobody's session. */
export const isEnded = (sid: string, parts: ServiceParts): Promise<boolean> =>
  parts.ownership.isEnded(sid).catch((fault: unknown) => {
    parts.log.warn('ended sessions cannot be asked', { fault: String(fault) });
    return false;
  });

/** Lets requests of a living web session through, with its agent session on this node. */
export const guarded =
  (parts: ServiceParts): MiddlewareHandler<WorkspaceEnv> =>
  async (c, next) => {
    const web = await webSessionOf(c, parts);
    if (web === undefined) throw new AppError('session.missing');
    await admit(c, web, parts);
    await next();
  };

/** Puts the agent session of a web session into the request, or throws why there is none. */
export async function admit(c: Context<WorkspaceEnv>, web: WebSession, parts: ServiceParts): Promise<void> {
  checkPerson(web.person, parts);
  const owned = await ownedBy({ tenant: web.tenant, person: web.person }, c, parts);
  // Asked once per node and web session; a logout here detaches it.
  const known = parts.sessions.get(owned.key)?.attachments.get(web.sid);
  if (known === undefined && (await isEnded(web.sid, parts))) throw new AppError('session.ended');
  if (!owned.current) throw new Refused('ownership.busy');
  const session = parts.sessions.under(owned);
  const attachment = session.attachments.attach(web.sid, web.expiresAtMs, parts.clock.now());
  if (known === undefined) session.savePassport();
  c.header(names.epoch, String(owned.epoch));
  c.set('session', session);
  c.set('attachment', attachment);
  c.set('webSession', web);
}
