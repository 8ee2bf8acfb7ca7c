import type { MediaType } from '@handover/shared/genesys';
import type { AgentSession } from '../session/agent-session.ts';
import { emptyDigital, mediaTypes } from './interaction.ts';
import { digitalStateFrom } from './passport.ts';
import type { DigitalPassport } from './passport.ts';
import { send } from './send.ts';
import { chooseServer, goOnHere, workAt } from './site.ts';

const isMedium = (name: string): name is MediaType => (mediaTypes as readonly string[]).includes(name);

/** The media that `channels` of activate-channels names; all when it names none of anything. */
const mediaNamed = (channels: readonly string[] | null | undefined): MediaType[] =>
  channels == null || channels.length === 0 ? [...mediaTypes] : channels.filter(isMedium);

/**
 * Begins digital work after voice is served, without keeping anybody waiting: the media login follows in the desk's own turn. Not ready, as
 * the agent has not said otherwise; a login that is there already keeps its states. False when there is nothing to log in to. An agent without
 * a phone names a place.
 */
export function activateDigital(session: AgentSession, channels: readonly string[] | null | undefined, place?: string): boolean {
  const { desk, parts } = session;
  const media = mediaNamed(channels);
  const placeName = place ?? session.state.channel?.place;
  if (placeName === undefined || media.length === 0) return false;
  if (desk.server !== undefined && desk.state.loggedIn) return true;
  const server = chooseServer(parts.interactions, session.server?.location);
  if (server === undefined) return false;
  const nowMs = parts.clock.now();
  desk.state = { ...emptyDigital, ended: desk.state.ended };
  desk.wanted = { media: media.map(name => ({ name, state: 'NotReady', reason: undefined, sinceMs: nowMs })), dnd: false, fresh: true };
  workAt(desk, server, { agentID: session.person?.employeeID ?? session.key.person, placeName }, true);
  return true;
}

/** Goes on with what another node, or this one before, knew of the agent's digital work; voice is served already. */
export function adoptDigital(session: AgentSession, passport: DigitalPassport | undefined): void {
  const { desk, parts } = session;
  if (passport === undefined) {
    if (session.state.channel !== undefined && session.state.channel.agentState !== 'LoggedOut') activateDigital(session, undefined);
    return;
  }
  const home = parts.interactions?.at(passport.location);
  const server = home ?? chooseServer(parts.interactions, undefined);
  if (server === undefined) {
    parts.log.warn('no Interaction Server is configured here', { session: session.key.person, location: passport.location });
    return;
  }
  const nowMs = parts.clock.now();
  desk.state = digitalStateFrom(passport, nowMs);
  const seat = { agentID: passport.agentId, placeName: passport.place };
  workAt(desk, server, seat, true);
  for (const workbin of passport.workbins) desk.workbins.watch(server, workbin);
}

/** Ownership is ours again without having been given up: the server is asked anew. */
export const resumeDigital = (session: AgentSession): void => goOnHere(session.desk);

/** Nobody is attached: nothing new is delivered. */
export function quietDigital(session: AgentSession): void {
  const { desk, parts } = session;
  if (desk.seat === undefined || desk.serviceState === 'UNAVAILABLE') return;
  const { seat } = desk;
  for (const medium of desk.state.media) {
    if (medium.state !== 'Ready') continue;
    const command = { messageName: 'RequestNotReadyForMedia', ...seat, mediaType: medium.name } as const;
    void desk.run(() => send(desk, command, parts.clock.now()));
  }
}

/** Logs the agent out of every medium. A server that does not answer keeps nobody. */
export async function leaveDigital(session: AgentSession, stampMs: number): Promise<void> {
  const { desk } = session;
  if (desk.seat === undefined || desk.server?.state !== 'up' || !desk.state.loggedIn) return;
  desk.loggingOut = true;
  await send(desk, { messageName: 'RequestAgentLogout', ...desk.seat }, stampMs, session.parts.times.queryMs);
}
