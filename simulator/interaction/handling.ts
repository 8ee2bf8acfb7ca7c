import type { IxnParty, IxnRequest, RevokeOperation } from '@handover/shared/genesys';
import { closeChat, leaveChat } from './chat.ts';
import { endObserver, loseObservers, observeFor, release } from './observers.ts';
import { changedData, dropInvite, settle, tellWorkbin, type Work } from './work.ts';
import type { Refused } from './refusals.ts';
import { enqueue, goHome, invite, pickAgent, reportCleared, takeFromQueue, unwanted } from './routing.ts';
import { queueOf } from './settings.ts';
import type { Item } from './state.ts';
import { limits, occupy } from './state.ts';

type Request<Name extends IxnRequest['messageName']> = Extract<IxnRequest, { messageName: Name }>;
const agentParty = (agentID: string): IxnParty => ({ kind: 'Agent', agentID });

export function accept(work: Work, { interactionID, ticketID, agentID }: Request<'RequestAccept' | 'RequestReject'>): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  const offer = item.invites.find(each => each.agentID === agentID);
  if (offer === undefined) return 'not-yours';
  if (offer.ticketID !== ticketID) return 'invalid-ticket';
  dropInvite(work, item, offer, 'Accepted');
  const leaving = offer.purpose === 'Transfer' ? offer.by : undefined;
  handle(work, item, agentID);
  if (offer.purpose === 'Conference' && offer.by !== undefined && item.handlers.includes(offer.by))
    item.guests = [...item.guests, { agentID, by: offer.by, consult: offer.consult === true }];
  if (leaving !== undefined && item.handlers.includes(leaving)) {
    partyRemoved(work, item, leaving);
    release(work, item, leaving, 12);
    leaveChat(work, item, leaving);
  }
  for (const each of partakersOf(item))
    work.toLoggedIn(each, { messageName: 'EventPartyAdded', agentID: each, interactionID, party: agentParty(agentID) });
  return work.ack(interactionID);
}

export function reject(work: Work, { interactionID, ticketID, agentID }: Request<'RequestAccept' | 'RequestReject'>): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  const offer = item.invites.find(each => each.agentID === agentID);
  if (offer === undefined) return 'not-yours';
  if (offer.ticketID !== ticketID) return 'invalid-ticket';
  work.toAgent(agentID, { messageName: 'EventRejected', agentID, interactionID });
  unwanted(work, item, offer, 'Rejected');
  return work.ack(interactionID);
}

/** It is the agent's from now on; whoever took part in its chat for an agent who had it before leaves that. */
export function handle(work: Work, item: Item, agentID: string): void {
  const { interactionID } = item.properties;
  takeFromQueue(work, item);
  tellWorkbin(work, item, 'Taken');
  const { workbin: _workbin, ...rest } = item.properties;
  item.properties = rest;
  const own = item.observers.find(each => each.agentID === agentID);
  if (own !== undefined) endObserver(work, item, own, 12);
  if (!item.handlers.includes(agentID)) {
    item.handlers = [...item.handlers, agentID];
    work.report(item, 'Handling', { agentID });
  }
  occupy(work.state, agentID, interactionID);
  settle(item);
  work.touch(item);
  for (const { agentID: other, userType } of item.chat?.participants ?? [])
    if (other !== undefined && userType === 'Agent' && !item.handlers.includes(other)) leaveChat(work, item, other);
  observeFor(work, item);
}

/** Who hears of the parties. */
const partakersOf = (item: Item): string[] => [...item.handlers, ...item.observers.map(each => each.agentID)];

/** The interaction, if this agent may end or move it: who handles it, or anybody while nobody does. */
function ownOrFree(work: Work, interactionID: string, agentID: string): { item: Item } | { refusal: Refused } {
  const item = work.item(interactionID);
  if (item === undefined) return { refusal: 'unknown-interaction' };
  return item.handlers.length === 0 || item.handlers.includes(agentID) ? { item } : { refusal: 'not-yours' };
}

/** Takes it from everybody; all but the one who asked are told how. */
function clear(work: Work, item: Item, agentID: string, operation: RevokeOperation): void {
  const { interactionID } = item.properties;
  takeFromQueue(work, item);
  for (const offer of item.invites) {
    dropInvite(work, item, offer);
    const { ticketID } = offer;
    work.toAgent(offer.agentID, { messageName: 'EventRevoked', agentID: offer.agentID, ticketID, interactionID, operation });
  }
  for (const other of item.handlers) {
    release(work, item, other, operation);
    if (other !== agentID) work.toAgent(other, { messageName: 'EventRevoked', agentID: other, interactionID, operation });
    leaveChat(work, item, other);
  }
  loseObservers(work, item, operation);
}

export function stop(work: Work, { interactionID, agentID }: Request<'RequestStopProcessing'>): Refused {
  const found = ownOrFree(work, interactionID, agentID);
  if ('refusal' in found) return found.refusal;
  const { item } = found;
  const { state } = work;
  if (item.handlers.includes(agentID)) work.report(item, 'Stopped', { agentID });
  else if (state.waiting.has(interactionID)) reportCleared(work, item);
  closeChat(work, item);
  clear(work, item, agentID, 10);
  tellWorkbin(work, item, 'Taken');
  const { workbin: _workbin, ...rest } = item.properties;
  item.properties = { ...rest, state: 'Stopped', completedAt: work.at, isOnline: false };
  state.stopped.add(interactionID);
  for (const oldest of state.stopped) {
    if (state.stopped.size <= limits.stopped) break;
    state.stopped.delete(oldest);
    state.items.delete(oldest);
  }
  work.toAgent(agentID, { messageName: 'EventProcessingStopped', agentID, interaction: item.properties });
  return work.ack(interactionID);
}

export function placeInQueue(work: Work, request: Request<'RequestPlaceInQueue'>): Refused {
  const { interactionID, agentID, queue } = request;
  const found = ownOrFree(work, interactionID, agentID);
  if ('refusal' in found) return found.refusal;
  const { item } = found;
  if (queueOf(work.state.settings, queue) === undefined) return 'unknown-queue';
  if (work.state.waiting.size >= limits.queued) return 'too-many';
  const changed = changedData(item.properties.userData, request);
  if ('refusal' in changed) return changed.refusal;
  clear(work, item, agentID, 12);
  tellWorkbin(work, item, 'Taken');
  item.properties = { ...item.properties, ...changed };
  enqueue(work, item, queue, { avoid: agentID });
  work.toAgent(agentID, { messageName: 'EventPlacedInQueue', agentID, interaction: item.properties });
  return work.ack(interactionID);
}

export function placeInWorkbin(work: Work, request: Request<'RequestPlaceInWorkbin'>): Refused {
  const { interactionID, agentID, workbinType, ownerID } = request;
  const found = ownOrFree(work, interactionID, agentID);
  if ('refusal' in found) return found.refusal;
  const { item } = found;
  if (!work.state.settings.workbins.includes(workbinType)) return 'unknown-workbin';
  clear(work, item, agentID, 11);
  tellWorkbin(work, item, 'Taken');
  item.home = { workbinType, ownerID };
  const { queue: _queue, ...rest } = item.properties;
  item.properties = rest;
  goHome(work, item);
  work.toAgent(agentID, { messageName: 'EventPlacedInWorkbin', agentID, interaction: item.properties });
  return work.ack(interactionID);
}

/** The target is offered it; who asks keeps it until the target accepts (transfer), or besides (conference). */
export function offer(work: Work, request: Request<'RequestTransfer' | 'RequestConference'>): Refused {
  const { interactionID, agentID, targetAgentID, targetQueue } = request;
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  if (!item.handlers.includes(agentID)) return 'not-yours';
  if (item.invites.length > 0) return 'wrong-state';
  const isTransfer = request.messageName === 'RequestTransfer';
  if (targetAgentID === undefined && targetQueue !== undefined) {
    if (queueOf(work.state.settings, targetQueue) === undefined) return 'unknown-queue';
    if (isTransfer) return placeInQueue(work, { ...request, messageName: 'RequestPlaceInQueue', queue: targetQueue });
  }
  const target = targetAgentID === undefined ? pickAgent(work.state, item) : work.state.agents.get(targetAgentID);
  const { mediaType } = item.properties;
  if (target === undefined || item.handlers.includes(target.agentID)) return 'target-not-available';
  if (!target.media.some(each => each.mediaType === mediaType)) return 'target-not-available';
  const consult = request.consult === true && !isTransfer ? ({ consult: true } as const) : {};
  invite(work, item, target.agentID, isTransfer ? 'Transfer' : 'Conference', { by: agentID, ...consult });
  return work.ack(interactionID);
}

export function leaveInteraction(work: Work, { interactionID, agentID }: Request<'RequestLeaveInteraction'>): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  const observer = item.observers.find(each => each.agentID === agentID);
  if (observer !== undefined) {
    endObserver(work, item, observer, 12);
    return work.ack(interactionID);
  }
  if (!item.handlers.includes(agentID)) return 'not-yours';
  partyRemoved(work, item, agentID);
  release(work, item, agentID, 12);
  leaveChat(work, item, agentID);
  goHome(work, item, { avoid: agentID });
  return work.ack(interactionID);
}

export function partyRemoved(work: Work, item: Item, agentID: string): void {
  const { interactionID } = item.properties;
  const party = agentParty(agentID);
  for (const each of partakersOf(item)) work.toLoggedIn(each, { messageName: 'EventPartyRemoved', agentID: each, interactionID, party });
}

export function changeProperties(work: Work, request: Request<'RequestChangeProperties'>): Refused {
  const { interactionID, agentID, added, changed, deletedKeys } = request;
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  const after = changedData(item.properties.userData, request);
  if ('refusal' in after) return after.refusal;
  item.properties = { ...item.properties, ...after };
  work.touch(item);
  const what = {
    interaction: item.properties,
    ...(added === undefined ? {} : { added }),
    ...(changed === undefined ? {} : { changed }),
    ...(deletedKeys === undefined ? {} : { deletedKeys }),
  };
  for (const each of new Set([agentID, ...item.handlers, ...item.invites.map(offered => offered.agentID)]))
    work.toAgent(each, { messageName: 'EventPropertiesChanged', agentID: each, ...what });
  for (const { agentID: each } of item.observers) work.toLoggedIn(each, { messageName: 'EventPropertiesChanged', agentID: each, ...what });
  tellWorkbin(work, item, 'Properties');
  return work.ack(interactionID);
}

/** Silent for too long: whoever handles it loses it. */
export function handlingOver(work: Work, interactionID: string): void {
  const item = work.item(interactionID);
  if (item === undefined) return;
  for (const agentID of item.handlers) {
    release(work, item, agentID, 8);
    leaveChat(work, item, agentID);
    work.toAgent(agentID, { messageName: 'EventRevoked', agentID, interactionID, operation: 8 });
  }
  goHome(work, item);
}
