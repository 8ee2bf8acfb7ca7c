import type { RevokeOperation } from '@handover/shared/genesys';
import { leaveChat, showAs } from './chat.ts';
import type { Item, Observer, Wish } from './state.ts';
import { addTo, takeFrom } from './state.ts';
import { monitoredBy } from './status.ts';
import { dropHandler, type Work } from './work.ts';

/** One more interaction in which the supervisor of the wish takes part. */
export function observe(work: Work, item: Item, wish: Wish): void {
  const { agentID, targetAgentID, mode } = wish;
  if (wish.taken === true || item.handlers.includes(agentID) || item.observers.some(each => each.agentID === agentID)) return;
  if (wish.next === 'NextInteraction') wish.taken = true;
  item.observers = [...item.observers, { agentID, targetAgentID, mode }];
  addTo(work.state.observing, agentID, item.properties.interactionID);
  tellMonitored(work, item, agentID);
}

export function tellMonitored(work: Work, item: Item, agentID: string): void {
  const monitored = monitoredBy(item, agentID);
  if (monitored !== undefined) work.toLoggedIn(agentID, { messageName: 'EventInteractionMonitored', agentID, ...monitored });
}

/** Other agents have it now: who took part for one who has not no longer does, and who wants to for one who has does. */
export function observeFor(work: Work, item: Item, operation: RevokeOperation = 12): void {
  loseObservers(work, item, operation);
  for (const agentID of item.handlers)
    for (const wish of work.state.wishes.get(agentID) ?? []) if (wish.mediaType === item.properties.mediaType) observe(work, item, wish);
}

/** Ends the part of those whose target does not have it. */
export function loseObservers(work: Work, item: Item, operation: RevokeOperation): void {
  for (const observer of item.observers) if (!item.handlers.includes(observer.targetAgentID)) endObserver(work, item, observer, operation);
}

/** Ends the part of a supervisor, who is told; with it ends a wish for one interaction. */
export function endObserver(work: Work, item: Item, observer: Observer, operation: RevokeOperation): void {
  const { agentID, targetAgentID } = observer;
  const { interactionID, mediaType } = item.properties;
  item.observers = item.observers.filter(each => each !== observer);
  takeFrom(work.state.observing, agentID, interactionID);
  leaveChat(work, item, agentID);
  work.toLoggedIn(agentID, { messageName: 'EventRevoked', agentID, interactionID, operation });
  const wish = work.state.wishes.get(targetAgentID)?.find(each => each.agentID === agentID && each.mediaType === mediaType);
  if (wish?.taken === true) endWish(work, wish);
}

export function endWish(work: Work, wish: Wish): void {
  const { agentID, targetAgentID, mediaType } = wish;
  const others = (work.state.wishes.get(targetAgentID) ?? []).filter(each => each !== wish);
  if (others.length === 0) work.state.wishes.delete(targetAgentID);
  else work.state.wishes.set(targetAgentID, others);
  work.toLoggedIn(agentID, { messageName: 'EventMonitoringCancelled', agentID, targetAgentID, mediaType });
}

/** The agent has it no longer, and whoever took part because of that does not either. */
export function release(work: Work, item: Item, agentID: string, operation: RevokeOperation): void {
  dropHandler(work, item, agentID);
  endVisits(work, item, agentID);
  // Who vanished may come back and is monitored on; if not, the end of the reservation ends this too.
  if (operation !== 13) observeFor(work, item, operation);
}

/** Whoever was brought in by one who has gone takes part in an own right, and is heard by the customer. */
function endVisits(work: Work, item: Item, agentID: string): void {
  const heard = item.guests.filter(guest => guest.by === agentID && guest.consult);
  item.guests = item.guests.filter(guest => guest.by !== agentID && guest.agentID !== agentID);
  for (const guest of heard) showAs(work, item, guest.agentID, 'All');
}
