import type { IxnMonitoringMode, IxnRequest } from '@handover/shared/genesys';
import { showAs, visibilityIn } from './chat.ts';
import { endObserver, endWish, observe, tellMonitored } from './observers.ts';
import type { Refused } from './refusals.ts';
import type { Item, Wish } from './state.ts';
import { limits } from './state.ts';
import { wishOf } from './status.ts';
import type { Work } from './work.ts';

type Request<Name extends IxnRequest['messageName']> = Extract<IxnRequest, { messageName: Name }>;

const wishesOf = (work: Work, agentID: string): Wish[] => [...work.state.wishes.values()].flat().filter(wish => wish.agentID === agentID);

/** What the target has in hand of the medium, and what follows. */
export function startMonitoring(work: Work, request: Request<'RequestStartMonitoring'>): Refused {
  const { agentID, targetAgentID, mediaType, mode, next } = request;
  const { agents, wishes, busy } = work.state;
  if (!agents.has(agentID)) return 'not-logged-in';
  if (agentID === targetAgentID || !agents.has(targetAgentID)) return 'target-not-available';
  const there = wishes.get(targetAgentID) ?? [];
  const before = there.find(each => each.agentID === agentID && each.mediaType === mediaType);
  const isFull = there.length >= limits.wishesPerAgent || wishesOf(work, agentID).length >= limits.wishesPerSupervisor;
  if (before === undefined && isFull) return 'too-many';
  const taken = next === 'NextInteraction' && before?.taken === true;
  const wish: Wish = { agentID, targetAgentID, mediaType, mode, next, ...(taken ? { taken } : {}) };
  wishes.set(targetAgentID, [...there.filter(each => each !== before), wish]);
  work.toAgent(agentID, { messageName: 'EventMonitoringNextInteraction', agentID, monitoring: wishOf(wish) });
  for (const id of busy.get(targetAgentID) ?? []) {
    const item = work.item(id);
    if (item === undefined || item.properties.mediaType !== mediaType || !item.handlers.includes(targetAgentID)) continue;
    if (item.observers.some(each => each.agentID === agentID)) change(work, item, agentID, mode);
    else observe(work, item, wish);
  }
  return work.ack();
}

export function stopMonitoring(work: Work, { agentID, targetAgentID, mediaType }: Request<'RequestStopMonitoring'>): Refused {
  const wish = work.state.wishes.get(targetAgentID)?.find(each => each.agentID === agentID && each.mediaType === mediaType);
  if (wish === undefined) return 'not-monitored';
  end(work, wish);
  return work.ack();
}

/** Another manner in one interaction. */
export function intrude(work: Work, { agentID, interactionID, mode }: Request<'RequestIntrude'>): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  if (!item.observers.some(each => each.agentID === agentID)) return 'not-monitored';
  change(work, item, agentID, mode);
  return work.ack(interactionID);
}

function change(work: Work, item: Item, agentID: string, mode: IxnMonitoringMode): void {
  const observer = item.observers.find(each => each.agentID === agentID);
  if (observer === undefined || observer.mode === mode) return;
  item.observers = item.observers.map(each => (each === observer ? { ...each, mode } : each));
  showAs(work, item, agentID, visibilityIn[mode]);
  tellMonitored(work, item, agentID);
}

/** The supervisor's client is gone: what is monitored waits for the supervisor as interactions do. */
export function waitForSupervisor(work: Work, agentID: string): void {
  if (wishesOf(work, agentID).length > 0) work.until(`monitor ${agentID}`, work.state.settings.reserveMs);
}

/** The supervisor is not there any more, and not coming back. */
export function forgetSupervisor(work: Work, agentID: string): void {
  if (work.state.agents.has(agentID)) return;
  for (const wish of wishesOf(work, agentID)) end(work, wish);
}

function end(work: Work, wish: Wish): void {
  const { agentID, targetAgentID, mediaType } = wish;
  for (const id of [...(work.state.observing.get(agentID) ?? [])]) {
    const item = work.state.items.get(id);
    const observer = item?.observers.find(each => each.agentID === agentID && each.targetAgentID === targetAgentID);
    if (item?.properties.mediaType === mediaType && observer !== undefined) endObserver(work, item, observer, 12);
  }
  if (work.state.wishes.get(targetAgentID)?.includes(wish) === true) endWish(work, wish);
}
