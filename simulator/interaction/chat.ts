import type { ChatLine, ChatVisibility, IxnMonitoringMode, IxnRequest } from '@handover/shared/genesys';
import type { Work } from './work.ts';
import type { Refused } from './refusals.ts';
import type { Chat, Item, Participant } from './state.ts';
import { limits } from './state.ts';

type Request<Name extends IxnRequest['messageName']> = Extract<IxnRequest, { messageName: Name }>;
type Line = Pick<ChatLine, 'type'> & Partial<Pick<ChatLine, 'text' | 'userData' | 'visibility' | 'messageID'>>;

const breadth: readonly ChatVisibility[] = ['Supervisor', 'Agent', 'All'];

export const newChat = (): Chat => ({ open: true, lines: [], chars: 0, participants: [], joins: 0 });

/** Whether a client may hear a line or see who takes part: what is for supervisors is for supervisors alone. */
function visible(chat: Chat, client: string, { visibility }: { visibility: ChatVisibility }): boolean {
  return visibility !== 'Supervisor' || chat.participants.some(each => each.client === client && each.userType === 'Supervisor');
}

const info = (item: Item, chat: Chat, client: string, lines: ChatLine[]) =>
  ({
    messageName: 'EventChatSessionInfo',
    interactionID: item.properties.interactionID,
    sessionState: chat.open ? 'Open' : 'Closed',
    lines,
    participants: chat.participants
      .filter(each => visible(chat, client, each))
      .map(({ participantID, nickname, userType, visibility }) => ({ participantID, nickname, userType, visibility })),
  }) as const;

/** Tells everybody in it, but not the client that hears by its answer. */
function tell(work: Work, item: Item, chat: Chat, lines: ChatLine[], to: Iterable<string>, except?: string): void {
  for (const client of new Set(to)) {
    if (client === except) continue;
    const own = lines.filter(line => visible(chat, client, line));
    if (own.length > 0 || lines.length === 0) work.toClient(client, info(item, chat, client, own));
  }
}

const clientsOf = (chat: Chat): string[] => chat.participants.flatMap(each => each.client ?? []);

/** One more line of the transcript. Joining and leaving are always written. */
function write(work: Work, chat: Chat, who: Participant, line: Line): ChatLine {
  const { participantID, nickname, userType } = who;
  const full: ChatLine = {
    index: chat.lines.length + 1,
    participantID,
    nickname,
    userType,
    visibility: who.visibility,
    time: work.at,
    ...line,
  };
  chat.lines.push(full);
  chat.chars += line.text?.length ?? 0;
  return full;
}

const isFull = (chat: Chat): boolean => chat.lines.length >= limits.lines || chat.chars >= limits.transcriptChars;

export function addParticipant(work: Work, item: Item, chat: Chat, who: Omit<Participant, 'participantID'>, except?: string): void {
  const participant: Participant = { participantID: `P${(chat.joins += 1)}`, ...who };
  chat.participants = [...chat.participants, participant];
  tell(work, item, chat, [write(work, chat, participant, { type: 'ParticipantJoined' })], clientsOf(chat), except);
}

/** Says something for one who is in the chat. */
export function say(work: Work, item: Item, chat: Chat, who: Participant, line: Line): Refused {
  if (isFull(chat)) return 'too-many';
  tell(work, item, chat, [write(work, chat, who, line)], clientsOf(chat));
  return undefined;
}

/** Who sees and hears a supervisor who takes part in this manner. */
export const visibilityIn: Readonly<Record<IxnMonitoringMode, ChatVisibility>> = { Monitor: 'Supervisor', Coach: 'Agent', Bargein: 'All' };

/** Somebody is seen by more people, for whom this is joining, or by fewer, for whom it is leaving. */
export function showAs(work: Work, item: Item, agentID: string, visibility: ChatVisibility): void {
  const { chat } = item;
  const who = chat?.participants.find(each => each.agentID === agentID);
  if (chat === undefined || who === undefined || who.visibility === visibility) return;
  const isWider = breadth.indexOf(visibility) > breadth.indexOf(who.visibility);
  const line: Line = isWider ? { type: 'ParticipantJoined', visibility } : { type: 'ParticipantLeft', visibility: who.visibility };
  who.visibility = visibility;
  tell(work, item, chat, [write(work, chat, who, line)], clientsOf(chat));
}

/** Joins; or, for one who is in it already, goes on there with this client. The answer has the transcript from an index on. */
export function join(work: Work, request: Request<'RequestChatJoin'>): Refused {
  const { interactionID, agentID, nickname, userType } = request;
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  const { chat } = item;
  if (chat === undefined) return 'no-such-chat';
  if (!chat.open) return 'chat-closed';
  if (userType === 'Agent' && !item.handlers.includes(agentID)) return 'not-yours';
  const known = chat.participants.find(each => each.agentID === agentID);
  const observer = item.observers.find(each => each.agentID === agentID);
  const consulted = item.guests.some(each => each.agentID === agentID && each.consult);
  const visibility = observer !== undefined ? visibilityIn[observer.mode] : consulted ? 'Agent' : request.visibility;
  if (known === undefined) {
    if (chat.participants.length >= limits.participants || isFull(chat)) return 'too-many';
    addParticipant(work, item, chat, { nickname, userType, visibility, agentID, client: work.client }, work.client);
  } else {
    known.client = work.client;
    known.visibility = visibility;
    if (known.nickname !== nickname) {
      known.nickname = nickname;
      tell(work, item, chat, [write(work, chat, known, { type: 'NicknameUpdated', text: nickname })], clientsOf(chat), work.client);
    }
  }
  work.touch(item);
  return answer(work, item, chat, request.fromIndex);
}

function answer(work: Work, item: Item, chat: Chat, fromIndex: number): undefined {
  const lines = chat.lines.slice(Math.max(0, fromIndex - 1)).filter(line => visible(chat, work.client, line));
  return work.reply(info(item, chat, work.client, lines));
}

/** A stopped interaction's transcript can still be read. */
export function transcript(work: Work, { interactionID, fromIndex }: Request<'RequestChatTranscript'>): Refused {
  const item = work.state.items.get(interactionID);
  if (item === undefined) return 'unknown-interaction';
  return item.chat === undefined ? 'no-such-chat' : answer(work, item, item.chat, fromIndex);
}

/** What an agent or a supervisor says. */
function speak(work: Work, interactionID: string, agentID: string, visibility: ChatVisibility, line: Line): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  const { chat } = item;
  if (chat === undefined) return 'no-such-chat';
  if (!chat.open) return 'chat-closed';
  const who = chat.participants.find(each => each.agentID === agentID);
  if (who === undefined) return 'not-in-chat';
  // Who takes part unseen is not heard more widely than that.
  const narrowest = [visibility, who.visibility].sort((a, b) => breadth.indexOf(a) - breadth.indexOf(b))[0];
  const refused = say(work, item, chat, who, { ...line, visibility: narrowest ?? visibility });
  if (refused !== undefined) return refused;
  work.touch(item);
  return work.ack(interactionID);
}
export const message = (work: Work, { interactionID, agentID, visibility, text }: Request<'RequestChatMessage'>): Refused =>
  speak(work, interactionID, agentID, visibility, { type: 'Text', text });

export function notice(work: Work, request: Request<'RequestChatNotice'>): Refused {
  const { interactionID, agentID, visibility } = request;
  const type = request.notice === 'Custom' || request.notice === 'SystemCommand' ? 'CustomNotice' : request.notice;
  if (request.notice === 'NicknameUpdated') {
    const who = work.item(interactionID)?.chat?.participants.find(each => each.agentID === agentID);
    if (who !== undefined && request.text !== undefined) who.nickname = request.text;
  }
  const { text, userData } = request;
  return speak(work, interactionID, agentID, visibility, {
    type,
    ...(text === undefined ? {} : { text }),
    ...(userData === undefined ? {} : { userData }),
  });
}

export function leaveRequest(work: Work, { interactionID, agentID, afterAction, text }: Request<'RequestChatLeave'>): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  const { chat } = item;
  if (chat === undefined) return 'no-such-chat';
  leaveChat(work, item, agentID, text);
  const agents = chat.participants.some(each => each.userType === 'Agent');
  if (afterAction === 'ForceClose' || (afterAction === 'CloseIfNoAgents' && !agents)) closeChat(work, item, work.client);
  work.touch(item);
  return work.ack(interactionID);
}

export function leaveChat(work: Work, item: Item, agentID: string, text?: string): void {
  const who = item.chat?.participants.find(each => each.agentID === agentID);
  if (who !== undefined) goes(work, item, who, text);
}

function goes(work: Work, item: Item, who: Participant, text?: string): void {
  const { chat } = item;
  if (chat === undefined) return;
  const heard = clientsOf(chat);
  chat.participants = chat.participants.filter(each => each !== who);
  tell(work, item, chat, [write(work, chat, who, { type: 'ParticipantLeft', ...(text === undefined ? {} : { text }) })], heard);
}

export function customerLeaves(work: Work, interactionID: string): Refused {
  const item = work.item(interactionID);
  if (item === undefined) return 'unknown-interaction';
  const who = item.chat?.participants.find(each => each.userType === 'Customer');
  if (who === undefined) return 'chat-closed';
  const { queue, placedInQueueAt = work.at } = item.properties;
  if (work.state.waiting.has(interactionID) && queue !== undefined)
    work.report(item, 'Abandoned', { queue, waitedMs: work.at - placedInQueueAt });
  goes(work, item, who);
  return undefined;
}

/** Ends the session; everybody leaves, the customer too. `also`: a client that hears of it although it has just left. */
export function closeChat(work: Work, item: Item, also?: string): void {
  const { chat } = item;
  if (chat?.open !== true) return;
  const heard = also === undefined ? clientsOf(chat) : [...clientsOf(chat), also];
  const lines = chat.participants.map(who => write(work, chat, who, { type: 'ParticipantLeft' }));
  chat.open = false;
  const told = { ...chat, participants: [] };
  tell(work, item, told, lines, heard);
  chat.participants = [];
  item.properties = { ...item.properties, isOnline: false };
}
