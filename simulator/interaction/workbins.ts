import type { IxnRequest } from '@handover/shared/genesys';
import { handle } from './handling.ts';
import { dropInvite, inOneMessage, type Work } from './work.ts';
import type { Refused } from './refusals.ts';
import type { Item, IxnState } from './state.ts';
import { limits, workbinName } from './state.ts';

type Request<Name extends IxnRequest['messageName']> = Extract<IxnRequest, { messageName: Name }>;

/** By id: also one that the agent has already, or is offered. From a workbin or queue: the oldest that nobody has. */
export function pull(work: Work, request: Request<'RequestPull'>): Refused {
  const { agentID, interactionID, workbinType, ownerID, queue } = request;
  if (!work.state.agents.has(agentID)) return 'not-logged-in';
  const found: Item[] = [];
  if (interactionID !== undefined) {
    const item = work.item(interactionID);
    if (item === undefined) return 'unknown-interaction';
    const offered = item.invites.find(each => each.agentID === agentID);
    if (offered !== undefined && item.handlers.length === 0) dropInvite(work, item, offered, 'Accepted');
    const isFree = item.handlers.length === 0 && item.invites.length === 0;
    if (!isFree && !item.handlers.includes(agentID)) return 'not-available';
    found.push(item);
  } else if (workbinType !== undefined) found.push(...inWorkbin(work.state, workbinType, ownerID ?? agentID));
  else if (queue !== undefined) found.push(...inQueue(work.state, queue));
  else return 'invalid-attribute';
  const room = limits.perAgent - (work.state.busy.get(agentID)?.size ?? 0);
  if (room <= 0 && found.some(item => !item.handlers.includes(agentID))) return 'too-many';
  const taken = found.slice(0, Math.max(1, Math.min(request.count ?? 1, room)));
  for (const item of taken) handle(work, item, agentID);
  return work.reply({ messageName: 'EventPulledInteractions', interactions: taken.map(item => item.properties) });
}

const inQueue = (state: IxnState, queue: string): Item[] =>
  [...state.waiting].flatMap(id => state.items.get(id) ?? []).filter(item => item.properties.queue === queue);

/** What lies in a workbin, the oldest first. */
function inWorkbin(state: IxnState, workbinType: string, ownerID: string): Item[] {
  const inside = ({ properties: { state: now, workbin } }: Item): boolean =>
    now === 'InWorkbin' && workbin?.workbinType === workbinType && workbin.ownerID === ownerID;
  return [...state.items.values()].filter(inside).sort((a, b) => a.properties.receivedAt - b.properties.receivedAt);
}

export function workbinContent(work: Work, { workbinType, ownerID }: Request<'RequestGetWorkbinContent'>): Refused {
  if (!work.state.settings.workbins.includes(workbinType)) return 'unknown-workbin';
  const interactions = inOneMessage(inWorkbin(work.state, workbinType, ownerID).map(item => item.properties));
  return work.reply({ messageName: 'EventWorkbinContent', workbinType, ownerID, interactions });
}

export function watchWorkbin(
  work: Work,
  { messageName, workbinType, ownerID }: Request<'RequestWorkbinNotifications' | 'RequestCancelWorkbinNotifications'>,
): Refused {
  const { watchers, settings } = work.state;
  if (!settings.workbins.includes(workbinType)) return 'unknown-workbin';
  const name = workbinName(workbinType, ownerID);
  const clients = watchers.get(name) ?? new Set();
  if (messageName === 'RequestWorkbinNotifications') {
    if (clients.size >= limits.watchersPerWorkbin || watchers.size >= limits.workbinsWatched) return 'too-many';
    watchers.set(name, clients.add(work.client));
  } else {
    clients.delete(work.client);
    if (clients.size === 0) watchers.delete(name);
  }
  return work.ack();
}
