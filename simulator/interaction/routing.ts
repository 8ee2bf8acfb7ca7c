import type { MediaType } from '@handover/shared/genesys';
import { setMedium, tellStatus } from './status.ts';
import { endObserver } from './observers.ts';
import { dropInvite, settle, tellWorkbin, type Work } from './work.ts';
import { refusals } from './refusals.ts';
import { capacityOf, queueOf } from './settings.ts';
import type { AgentRecord, Invite, Item, IxnState } from './state.ts';
import { occupy } from './state.ts';

/** For so long an interaction is not offered again to who refused it, unless there is nobody else afterwards. */
const avoidMs = 10_000;

/** Interactions of one medium that an agent has or is offered. */
function load(state: IxnState, agentID: string, mediaType: MediaType): number {
  let count = 0;
  for (const id of state.busy.get(agentID) ?? []) if (state.items.get(id)?.properties.mediaType === mediaType) count += 1;
  return count;
}

const isReady = (agent: AgentRecord, mediaType: MediaType): boolean =>
  !agent.dnd && agent.media.some(each => each.mediaType === mediaType && each.state === 'Ready');

const isFree = (state: IxnState, agent: AgentRecord, mediaType: MediaType): boolean =>
  isReady(agent, mediaType) && load(state, agent.agentID, mediaType) < capacityOf(state.settings, agent.agentID, mediaType);

/** The free agent with the fewest of this medium, and of these the one who was not offered anything for longest. */
export function pickAgent(state: IxnState, item: Item): AgentRecord | undefined {
  const { mediaType } = item.properties;
  let best: { agent: AgentRecord; load: number } | undefined;
  for (const agent of state.agents.values()) {
    if (agent.agentID === item.avoid || !isReady(agent, mediaType) || item.handlers.includes(agent.agentID)) continue;
    const own = load(state, agent.agentID, mediaType);
    if (own >= capacityOf(state.settings, agent.agentID, mediaType)) continue;
    if (best === undefined || own < best.load || (own === best.load && agent.offeredAt < best.agent.offeredAt)) best = { agent, load: own };
  }
  return best?.agent;
}

/** Offers what waits to who is free, the oldest first. */
export function route(work: Work): void {
  const { state } = work;
  const exhausted = new Set<MediaType>();
  for (const id of [...state.waiting]) {
    const item = state.items.get(id);
    if (item === undefined) continue;
    const { mediaType, queue } = item.properties;
    if (queueOf(state.settings, queue ?? '') !== 'route' || item.reservedFor === '') continue;
    if (item.reservedFor !== undefined) {
      const agent = state.agents.get(item.reservedFor);
      if (agent !== undefined && agent.agentID !== item.avoid && isFree(state, agent, mediaType))
        invite(work, item, agent.agentID, 'Route');
      continue;
    }
    if (exhausted.has(mediaType)) continue;
    const agent = pickAgent(state, item);
    if (agent !== undefined) invite(work, item, agent.agentID, 'Route');
    else if (item.avoid === undefined) exhausted.add(mediaType);
  }
}

export function invite(
  work: Work,
  item: Item,
  agentID: string,
  purpose: Invite['purpose'],
  more: Pick<Invite, 'by' | 'consult'> = {},
): void {
  const { interactionID } = item.properties;
  const agent = work.state.agents.get(agentID);
  const observer = item.observers.find(each => each.agentID === agentID);
  if (observer !== undefined) endObserver(work, item, observer, 12);
  const offer: Invite = { ticketID: work.next(), agentID, purpose, ...more };
  item.invites = [...item.invites, offer];
  work.report(item, 'Delivering', { agentID });
  occupy(work.state, agentID, interactionID);
  takeFromQueue(work, item);
  if (agent !== undefined) agent.offeredAt = work.at;
  item.properties = { ...item.properties, deliveredAt: work.at };
  settle(item);
  work.until(`invite ${interactionID} ${offer.ticketID}`, work.state.settings.deliveringMs);
  work.toAgent(agentID, { messageName: 'EventInvite', agentID, ticketID: offer.ticketID, interaction: item.properties });
}

/** It leaves its queue without an agent. */
export function reportCleared(work: Work, item: Item): void {
  const { queue, placedInQueueAt = work.at } = item.properties;
  if (queue !== undefined) work.report(item, 'Cleared', { queue, waitedMs: work.at - placedInQueueAt });
}

/** It waits no longer. */
export function takeFromQueue(work: Work, item: Item): void {
  const { interactionID } = item.properties;
  work.state.waiting.delete(interactionID);
  free(work, item);
}

function free(work: Work, item: Item): void {
  delete item.reservedFor;
  delete item.avoid;
  work.state.deadlines.delete(`reserve ${item.properties.interactionID}`);
  work.state.deadlines.delete(`avoid ${item.properties.interactionID}`);
}

/** Without agents it goes back where it came from; an agent or an offer keeps it. */
export function goHome(work: Work, item: Item, how: { reservedFor?: string; avoid?: string } = {}): void {
  if (item.handlers.length > 0 || item.invites.length > 0 || item.properties.state === 'Stopped') return;
  if ('queue' in item.home) return enqueue(work, item, item.home.queue, how);
  item.properties = { ...item.properties, workbin: { ...item.home } };
  settle(item);
  tellWorkbin(work, item, 'Placed');
}

export function enqueue(work: Work, item: Item, queue: string, how: { reservedFor?: string; avoid?: string } = {}): void {
  const { interactionID } = item.properties;
  const { workbin: _workbin, ...rest } = item.properties;
  item.properties = { ...rest, queue, placedInQueueAt: work.at };
  item.home = { queue };
  settle(item);
  free(work, item);
  work.state.waiting.add(interactionID);
  if (how.reservedFor !== undefined) reserve(work, item, how.reservedFor, work.state.settings.reserveMs);
  if (how.avoid === undefined) return;
  item.avoid = how.avoid;
  work.until(`avoid ${interactionID}`, avoidMs);
}

/** Keeps it for one agent, or ('') from all. */
export function reserve(work: Work, item: Item, agentID: string, ms: number): void {
  item.reservedFor = agentID;
  work.until(`reserve ${item.properties.interactionID}`, ms);
}

/** An offer came to nothing: who asked for it hears of that, anything else waits again. */
export function unwanted(work: Work, item: Item, offer: Invite, action: 'Rejected' | 'Revoked'): void {
  dropInvite(work, item, offer, action);
  tellAsker(work, item, offer);
  goHome(work, item, offer.by === undefined ? { avoid: offer.agentID } : {});
}

/** Wherever the agent is logged in now: that need not be the client that asked. */
export function tellAsker(work: Work, item: Item, { by }: Invite): void {
  if (by === undefined) return;
  const errorCode = 'rejected-by-target';
  const { interactionID } = item.properties;
  work.toLoggedIn(by, { messageName: 'EventError', errorCode, errorMessage: refusals[errorCode], agentID: by, interactionID });
}

/** Nobody answered in time: the agent is not at the desk. */
export function timeOut(work: Work, interactionID: string, ticketID: number): void {
  const item = work.state.items.get(interactionID);
  const offer = item?.invites.find(each => each.ticketID === ticketID);
  if (item === undefined || offer === undefined) return;
  const { agentID } = offer;
  work.toAgent(agentID, { messageName: 'EventRevoked', agentID, ticketID, interactionID, operation: 8 });
  const agent = work.state.agents.get(agentID);
  if (agent !== undefined) setMedium(agent, item.properties.mediaType, 'NotReady', undefined);
  unwanted(work, item, offer, 'Revoked');
  if (agent !== undefined) tellStatus(work, agentID, agent.placeName);
}
