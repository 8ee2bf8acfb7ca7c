import type { ChatLine, IxnRequest } from '@handover/shared/genesys';
import { assertNever } from '@handover/shared/result';
import { addParticipant, customerLeaves, newChat, say } from './chat.ts';
import { fits, settle, type Work } from './work.ts';
import type { CustomerSubmission, Submission } from './messages.ts';
import type { RefusalCode, Refused } from './refusals.ts';
import { enqueue, reserve } from './routing.ts';
import { queueOf } from './settings.ts';
import type { Chat, Item } from './state.ts';
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
    guests: [],
    observers: [],
    home: { queue: given.queue },
    ...(isChat ? { chat: newChat() } : {}),
  };
  settle(item);
  state.items.set(interactionID, item);
  enqueue(work, item, given.queue);
  return item;
}

export function submit(work: Work, { interaction }: Extract<IxnRequest, { messageName: 'RequestSubmit' }>): Refused {
  const { customer, ...submission } = interaction;
  const item = bring(work, submission);
  if (typeof item === 'string') return item;
  if (customer === undefined || item.chat === undefined) reserve(work, item, '', ownMs);
  else enter(work, item, item.chat, customer.nickname, customer.text);
  return work.reply({ messageName: 'EventInteractionSubmitted', interactionID: item.properties.interactionID });
}

export function customerComes(work: Work, request: number, submission: CustomerSubmission): void {
  const { nickname, text, agentID, ...given } = submission;
  const item = bring(work, given);
  if (typeof item === 'string') return void work.outputs.push({ kind: 'submitted', request, error: item });
  if (agentID !== undefined) reserve(work, item, agentID, work.state.settings.reserveMs);
  if (item.chat !== undefined) enter(work, item, item.chat, nickname, text);
  work.outputs.push({ kind: 'submitted', request, interactionID: item.properties.interactionID });
}

function enter(work: Work, item: Item, chat: Chat, nickname: string, text?: string): void {
  addParticipant(work, item, chat, { nickname, userType: 'Customer', visibility: 'All' });
  if (text !== undefined) customerWrites(work, item.properties.interactionID, { type: 'Text', text });
}

/** The same from a client that speaks for the customer. */
export function customerAsks(work: Work, request: Extract<IxnRequest, { messageName: 'RequestChatCustomer' }>): Refused {
  return asked(work, request) ?? work.ack(request.interactionID);
}

function asked(work: Work, request: Extract<IxnRequest, { messageName: 'RequestChatCustomer' }>): Refused {
  const { interactionID, action, text = '', messageID } = request;
  switch (action) {
    case 'Leave':
      return customerLeaves(work, interactionID);
    case 'TypingStarted':
    case 'TypingStopped':
      return customerWrites(work, interactionID, { type: action });
    case 'Say':
      if (messageID === undefined) return customerWrites(work, interactionID, { type: 'Text', text });
      // Whoever says it again did not hear the answer; in a chat that is over since, it is the same as then. The transcript bounds what is kept.
      if (hasMessage(work.state.items.get(interactionID)?.chat, messageID)) return undefined;
      return customerWrites(work, interactionID, { type: 'Text', text, messageID });
    default:
      return assertNever(action);
  }
}

const hasMessage = (chat: Chat | undefined, messageID: string): boolean =>
  chat?.lines.some(line => line.userType === 'Customer' && line.messageID === messageID) === true;

/** A customer says something in a chat, or without text leaves it. */
export function customerActs(work: Work, request: number, interactionID: string, text?: string): void {
  const refused = text === undefined ? customerLeaves(work, interactionID) : customerWrites(work, interactionID, { type: 'Text', text });
  work.outputs.push({ kind: 'submitted', request, ...(refused === undefined ? { interactionID } : { error: refused }) });
}

function customerWrites(work: Work, interactionID: string, line: Pick<ChatLine, 'type' | 'text' | 'messageID'>): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  const who = item.chat?.participants.find(each => each.userType === 'Customer');
  return item.chat?.open !== true || who === undefined ? 'chat-closed' : say(work, item, item.chat, who, line);
}
