import type { IxnRequest } from '@handover/shared/genesys';
import { leaveChat } from './chat.ts';
import { partyRemoved } from './handling.ts';
import { release } from './observers.ts';
import type { Refused } from './refusals.ts';
import type { Item } from './state.ts';
import { dropInvite, type Work } from './work.ts';

type Request<Name extends IxnRequest['messageName']> = Extract<IxnRequest, { messageName: Name }>;

/** Ends every consultation of the agent: who has come leaves, who is asked is asked no more. */
export function cancelConsult(work: Work, { interactionID, agentID }: Request<'RequestCancelConsult'>): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  if (!item.handlers.includes(agentID)) return 'not-yours';
  const there = item.guests.filter(guest => guest.by === agentID && guest.consult);
  const asked = item.invites.filter(invite => invite.by === agentID && invite.consult === true);
  if (there.length + asked.length === 0) return 'not-consulting';
  for (const each of [...there, ...asked]) remove(work, item, each.agentID);
  return work.ack(interactionID);
}

/** Takes another agent out of it. A guest may take out only whom the guest has brought. */
export function removeParty(work: Work, { interactionID, agentID, targetAgentID }: Request<'RequestRemoveParty'>): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  if (!item.handlers.includes(agentID)) return 'not-yours';
  const brought = [...item.guests, ...item.invites].some(each => each.agentID === targetAgentID && each.by === agentID);
  if (!brought && item.guests.some(guest => guest.agentID === agentID)) return 'not-yours';
  const isThere = item.handlers.includes(targetAgentID) || item.invites.some(invite => invite.agentID === targetAgentID);
  if (agentID === targetAgentID || !isThere) return 'target-not-available';
  remove(work, item, targetAgentID);
  return work.ack(interactionID);
}

function remove(work: Work, item: Item, agentID: string): void {
  const { interactionID } = item.properties;
  const invite = item.invites.find(each => each.agentID === agentID);
  if (invite !== undefined) dropInvite(work, item, invite);
  if (item.handlers.includes(agentID)) {
    release(work, item, agentID, 12);
    leaveChat(work, item, agentID);
    partyRemoved(work, item, agentID);
  }
  const ticket = invite === undefined ? {} : { ticketID: invite.ticketID };
  work.toLoggedIn(agentID, { messageName: 'EventRevoked', agentID, ...ticket, interactionID, operation: 12 });
}
