import type { IxnRequest } from '@handover/shared/genesys';
import { addParticipant, customerLeaves, newChat, say } from './chat.ts';
import { fits, settle, type Work } from './work.ts';
import type { CustomerSubmission, Submission } from './messages.ts';
import type { RefusalCode, Refused } from './refusals.ts';
import { enqueue, reserve } from './routing.ts';
import { queueOf } from './settings.ts';
import type { Item } from './state.ts';
import { limits } from './state.ts';

/** What a client brings in it may also pull before the router offers it to anybody. */
const ownMs = 1_000;

/** A new interaction in its queue. */
function bring(work: Work, submission: Submission): Item | RefusalCode {
  const { state, at } = work;
  if (queueOf(state.settings, submission.queue) === undefined) return 'unknown-queue';
  if (state.items.size - state.stopped.size >= limits.items || state.waiting.size >= limits.queued) return 'too-many';
  if (!fits(submission.userData)) return 'too-many';
  const { isOnline, ...given } = submission;
  const interactionID = `${state.prefix}${work.next().toString(36).toUpperCase().padStart(8, '0')}`;
  const isChat = given.mediaType === 'chat';
  const item: Item = {
    properties: {
      ...given,
      interactionID,
      tenantName: 'acme',
      state: 'Queued',
      isOnline: isOnline ?? isChat,
      isHeld: false,
      isLocked: false,
      receivedAt: at,
      submittedAt: at,
      parties: given.interactionType === 'Inbound' ? [{ kind: 'Customer' }] : [],
      inQueues: [],
      outQueues: [],
    },
    handlers: [],
    invites: [],
    home: { queue: given.queue },
    ...(isChat ? { chat: newChat() } : {}),
  };
  settle(item);
  state.items.set(interactionID, item);
  enqueue(work, item, given.queue);
  return item;
}

export function submit(work: Work, { interaction }: Extract<IxnRequest, { messageName: 'RequestSubmit' }>): Refused {
  const item = bring(work, interaction);
  if (typeof item === 'string') return item;
  reserve(work, item, '', ownMs);
  return work.reply({ messageName: 'EventInteractionSubmitted', interactionID: item.properties.interactionID });
}

export function customerComes(work: Work, request: number, submission: CustomerSubmission): void {
  const { nickname, text, agentID, ...given } = submission;
  const item = bring(work, given);
  if (typeof item === 'string') return void work.outputs.push({ kind: 'submitted', request, error: item });
  if (agentID !== undefined) reserve(work, item, agentID, work.state.settings.reserveMs);
  if (item.chat !== undefined) {
    addParticipant(work, item, item.chat, { nickname, userType: 'Customer', visibility: 'All' });
    customerSays(work, item.properties.interactionID, text);
  }
  work.outputs.push({ kind: 'submitted', request, interactionID: item.properties.interactionID });
}

/** A customer says something in a chat, or without text leaves it. */
export function customerActs(work: Work, request: number, interactionID: string, text?: string): void {
  const refused = text === undefined ? customerLeaves(work, interactionID) : customerSays(work, interactionID, text);
  work.outputs.push({ kind: 'submitted', request, ...(refused === undefined ? { interactionID } : { error: refused }) });
}

function customerSays(work: Work, interactionID: string, text: string): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  const who = item.chat?.participants.find(each => each.userType === 'Customer');
  return item.chat?.open !== true || who === undefined ? 'chat-closed' : say(work, item, item.chat, who, { type: 'Text', text });
}
