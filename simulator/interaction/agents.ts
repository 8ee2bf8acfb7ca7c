import type { IxnRequest, MediaType } from '@handover/shared/genesys';
import { forgetSupervisor, waitForSupervisor } from './monitoring.ts';
import { loseObservers, release } from './observers.ts';
import { dropInvite, type Work } from './work.ts';
import { agentSnapshot, mediaOf, setMedium, tellStatus } from './status.ts';
import { goHome, tellAsker } from './routing.ts';
import type { Refused } from './refusals.ts';
import type { AgentRecord } from './state.ts';
import { limits } from './state.ts';

type Request<Name extends IxnRequest['messageName']> = Extract<IxnRequest, { messageName: Name }>;

/** Also again, and from another client: what the agent has stays, the login moves. */
export function login(work: Work, request: Request<'RequestAgentLogin'>): Refused {
  const { agentID, placeName } = request;
  const { agents } = work.state;
  const before = agents.get(agentID);
  if (before === undefined && agents.size >= limits.agents) return 'too-many';
  const reason = request.reason === undefined ? {} : { reason: request.reason };
  const media = new Map(request.mediaList.map(({ mediaType, state }) => [mediaType, { mediaType, state, ...reason }]));
  for (const mediaType of before?.media.map(each => each.mediaType) ?? []) if (!media.has(mediaType)) withdraw(work, agentID, mediaType);
  agents.set(agentID, {
    agentID,
    placeName,
    client: work.client,
    dnd: before?.dnd ?? false,
    media: [...media.values()],
    offeredAt: before?.offeredAt ?? 0,
  });
  work.state.deadlines.delete(`monitor ${agentID}`);
  work.outputs.push({ kind: 'agent', agentID, loggedIn: true });
  tellStatus(work, agentID, placeName);
  return work.ack();
}

export function logout(work: Work, request: Request<'RequestAgentLogout'>): Refused {
  const agent = work.state.agents.get(request.agentID);
  if (agent === undefined) return 'not-logged-in';
  leave(work, agent, 12);
  const { agentID, placeName, client } = agent;
  const snapshot = agentSnapshot(work.state, agentID);
  work.toClient(client, { messageName: 'EventCurrentAgentStatus', agentID, placeName, snapshot });
  return work.ack();
}

/** The login ends, and what the agent had goes back where it came from. */
export function leave(work: Work, agent: AgentRecord, operation: 12 | 13): void {
  const { agentID } = agent;
  for (const interactionID of [...(work.state.busy.get(agentID) ?? [])]) {
    const item = work.state.items.get(interactionID);
    if (item === undefined) continue;
    const invite = item.invites.find(each => each.agentID === agentID);
    const handled = item.handlers.includes(agentID);
    if (invite !== undefined) {
      dropInvite(work, item, invite);
      tellAsker(work, item, invite);
    }
    if (handled) release(work, item, agentID, operation);
    const ticket = handled || invite === undefined ? {} : { ticketID: invite.ticketID };
    work.toAgent(agentID, { messageName: 'EventRevoked', agentID, ...ticket, interactionID, operation });
    // Whoever vanished with it may come back: it is kept for them a while.
    goHome(work, item, operation === 13 && handled ? { reservedFor: agentID } : {});
    if (item.reservedFor !== agentID) loseObservers(work, item, operation);
  }
  work.state.agents.delete(agentID);
  if (operation === 13) waitForSupervisor(work, agentID);
  else forgetSupervisor(work, agentID);
  work.outputs.push({ kind: 'agent', agentID, loggedIn: false }, { kind: 'report', report: mediaOf(work.state, agentID) });
}

export function addMedia(work: Work, request: Request<'RequestAddMedia' | 'RequestRemoveMedia'>): Refused {
  const agent = work.state.agents.get(request.agentID);
  if (agent === undefined) return 'not-logged-in';
  setMedium(agent, request.mediaType, request.state ?? 'NotReady', undefined);
  tellStatus(work, agent.agentID, agent.placeName);
  return work.ack();
}

export function removeMedia(work: Work, request: Request<'RequestAddMedia' | 'RequestRemoveMedia'>): Refused {
  const agent = work.state.agents.get(request.agentID);
  if (agent === undefined) return 'not-logged-in';
  if (!agent.media.some(each => each.mediaType === request.mediaType)) return 'no-medium';
  agent.media = agent.media.filter(each => each.mediaType !== request.mediaType);
  withdraw(work, agent.agentID, request.mediaType);
  tellStatus(work, agent.agentID, agent.placeName);
  return work.ack();
}

/** Offers of a medium that the agent no longer has. */
function withdraw(work: Work, agentID: string, mediaType: MediaType): void {
  for (const interactionID of [...(work.state.busy.get(agentID) ?? [])]) {
    const item = work.state.items.get(interactionID);
    const invite = item?.invites.find(each => each.agentID === agentID);
    if (item?.properties.mediaType !== mediaType || invite === undefined) continue;
    dropInvite(work, item, invite);
    work.toAgent(agentID, { messageName: 'EventRevoked', agentID, ticketID: invite.ticketID, interactionID, operation: 12 });
    tellAsker(work, item, invite);
    goHome(work, item);
  }
}

export function setReady(work: Work, request: Request<'RequestNotReadyForMedia' | 'RequestCancelNotReadyForMedia'>): Refused {
  const agent = work.state.agents.get(request.agentID);
  if (agent === undefined) return 'not-logged-in';
  if (!agent.media.some(each => each.mediaType === request.mediaType)) return 'no-medium';
  const ready = request.messageName === 'RequestCancelNotReadyForMedia';
  setMedium(agent, request.mediaType, ready ? 'Ready' : 'NotReady', ready ? undefined : request.reason);
  tellStatus(work, agent.agentID, agent.placeName);
  return work.ack();
}

export function setDoNotDisturb(
  work: Work,
  request: Request<'RequestDoNotDisturbOn' | 'RequestDoNotDisturbOff' | 'RequestQueryAgent'>,
): Refused {
  const agent = work.state.agents.get(request.agentID);
  if (agent === undefined) return 'not-logged-in';
  agent.dnd = request.messageName === 'RequestDoNotDisturbOn';
  tellStatus(work, agent.agentID, agent.placeName);
  return work.ack();
}

/** A client is gone, and nobody says for whom it acted any more. */
export function vanish(work: Work, client: string): void {
  for (const agent of [...work.state.agents.values()]) if (agent.client === client) leave(work, agent, 13);
  for (const [name, clients] of work.state.watchers) if (clients.delete(client) && clients.size === 0) work.state.watchers.delete(name);
  for (const [id, snapshot] of work.state.snapshots) if (snapshot.client === client) work.state.snapshots.delete(id);
}
