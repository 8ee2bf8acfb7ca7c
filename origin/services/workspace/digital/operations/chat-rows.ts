import {
  agentTargetData,
  chatMessageData,
  holdInQueueData,
  leaveChatData,
  newNicknameData,
  nicknameData,
  noData,
  noticeData,
  queueTargetData,
  typingData,
  urlData,
} from '@handover/shared/api/workspace';
import type { InteractionStateWire } from '@handover/shared/api/workspace';
import type { ChatNotice, ChatVisibility, KvList } from '@handover/shared/genesys';
import { join, nicknameOf } from '../join.ts';
import { withInteraction } from '../interaction.ts';
import { pulled } from '../reduce.ts';
import { lineWire } from '../wire.ts';
import { answerOf, askThen, employeeIdOf, noSuchAgent, perform, performThen, reasonOf, unexpected } from './perform.ts';
import { leaveChat } from './leave.ts';
import { leaveMonitored } from './monitoring-rows.ts';
import { accepted, inHand, itemOperation } from './row.ts';
import type { DigitalAnswer, DigitalOperation, ItemAt } from './row.ts';

const path = (verb: string): string => `/media/chat/interactions/{id}/${verb}`;
const inChat: readonly InteractionStateWire[] = ['Chat'];
const chat = { mediaType: 'chat', resend: 'once' } as const;

/** Takes the interaction, if it is only offered yet, and joins its chat. */
async function acceptChat(at: ItemAt, nickname: string): Promise<DigitalAnswer> {
  const { ticketId, phase } = at.interaction;
  if (phase === 'Handling') return joinChat(at, nickname);
  if (ticketId === undefined) return unexpected();
  const command = { messageName: 'RequestAccept', ...at.seat, interactionID: at.id, ticketID: ticketId } as const;
  return performThen(at, command, () => {
    const { properties } = at.desk.state.interactions.get(at.id) ?? at.interaction;
    at.desk.take(pulled(at.desk.state, [{ ...properties, state: 'Handling' }]));
    return joinChat(at, nickname);
  });
}

async function joinChat(at: ItemAt, nickname: string): Promise<DigitalAnswer> {
  const outcome = await join(at.desk, at.id, nickname, 0, at.stampMs);
  return answerOf(at, outcome);
}

const notice = (
  at: ItemAt,
  kind: ChatNotice,
  data: { text?: string | undefined; visibility: ChatVisibility; userData?: KvList | undefined },
): Promise<DigitalAnswer> =>
  perform(at, {
    messageName: 'RequestChatNotice',
    ...at.seat,
    interactionID: at.id,
    notice: kind,
    visibility: data.visibility,
    ...(data.text === undefined ? {} : { text: data.text }),
    ...(data.userData === undefined ? {} : { userData: data.userData }),
  });

const typing = (name: string, verb: string, kind: ChatNotice): DigitalOperation =>
  itemOperation({
    ...chat,
    name,
    path: path(verb),
    data: typingData,
    states: inChat,
    monitored: true,
    run: (at, data) => notice(at, kind, { text: data.message, visibility: data.visibility }),
  });

const custom = (name: string, verb: string, kind: ChatNotice): DigitalOperation =>
  itemOperation({
    ...chat,
    name,
    path: path(verb),
    data: noticeData,
    states: inChat,
    monitored: true,
    run: (at, data) => notice(at, kind, { text: data.message, visibility: data.visibility, userData: data.userData }),
  });

/** Brings another agent, or whoever a queue leads to, into the chat; one who is consulted is not heard by the customer. */
const withAgent = (name: string, verb: string, consult: boolean): DigitalOperation =>
  itemOperation({
    ...chat,
    name,
    path: path(verb),
    data: agentTargetData,
    states: inChat,
    run: (at, data) => {
      const targetAgentID = employeeIdOf(at, data.agentId);
      if (targetAgentID === undefined) return noSuchAgent;
      return perform(at, { messageName: 'RequestConference', ...at.seat, interactionID: at.id, targetAgentID, consult });
    },
  });
const withQueue = (name: string, verb: string, consult: boolean): DigitalOperation =>
  itemOperation({
    ...chat,
    name,
    path: path(verb),
    data: queueTargetData,
    states: inChat,
    run: (at, data) =>
      perform(at, { messageName: 'RequestConference', ...at.seat, interactionID: at.id, targetQueue: data.queue, consult }),
  });

/** Operations on chats. */
export const chatRows: readonly DigitalOperation[] = [
  itemOperation({
    ...chat,
    name: 'acceptChat',
    path: path('accept'),
    resend: 'repeat',
    data: nicknameData,
    states: ['Invited', 'Chat'],
    holds: at => at.interaction.phase === 'Handling' && at.interaction.chat?.joined === true,
    run: (at, data) => acceptChat(at, nicknameOf(at.desk, data.nickname)),
  }),
  itemOperation({
    ...chat,
    name: 'asyncResume',
    path: path('resume'),
    data: nicknameData,
    states: inHand,
    holds: at => at.interaction.chat?.joined === true && at.interaction.chat.open,
    run: (at, data) => joinChat(at, nicknameOf(at.desk, data.nickname)),
  }),
  itemOperation({
    ...chat,
    name: 'asyncPutOnHold',
    path: path('put-on-hold'),
    data: holdInQueueData,
    run: async (at, data) => {
      const left = await leaveChat(at, { afterAction: 'KeepAlive' });
      if (left !== accepted) return left;
      return perform(at, { messageName: 'RequestPlaceInQueue', ...at.seat, interactionID: at.id, queue: data.queue, ...reasonOf(data) });
    },
  }),
  itemOperation({
    ...chat,
    method: 'get',
    name: 'chatMessages',
    path: path('messages'),
    resend: 'repeat',
    data: noData,
    monitored: true,
    run: at =>
      askThen(at, { messageName: 'RequestChatTranscript', interactionID: at.id, fromIndex: 1 }, event =>
        event.messageName === 'EventChatSessionInfo' ? { kind: 'data', data: { messages: event.lines.map(lineWire) } } : unexpected(),
      ),
  }),
  itemOperation({
    ...chat,
    name: 'sendMessage',
    path: path('send-message'),
    data: chatMessageData,
    states: inChat,
    monitored: true,
    run: (at, { message, visibility, messageType, treatAs }) =>
      perform(at, {
        messageName: 'RequestChatMessage',
        ...at.seat,
        interactionID: at.id,
        text: message,
        visibility,
        ...(messageType === undefined ? {} : { messageType }),
        ...(treatAs === undefined ? {} : { treatAs }),
      }),
  }),
  typing('sendTypingStarted', 'send-typing-started', 'TypingStarted'),
  typing('sendTypingStopped', 'send-typing-stopped', 'TypingStopped'),
  custom('sendCustomNotification', 'send-custom-notification', 'Custom'),
  custom('sendSystemCommand', 'send-system-command', 'SystemCommand'),
  itemOperation({
    ...chat,
    name: 'sendUrlData',
    path: path('send-url'),
    data: urlData,
    states: inChat,
    monitored: true,
    run: (at, data) => notice(at, 'PushUrl', { text: data.url, visibility: data.visibility }),
  }),
  itemOperation({
    ...chat,
    name: 'updateNickname',
    path: path('update-nickname'),
    data: newNicknameData,
    states: inChat,
    holds: (at, data) => at.interaction.chat?.nickname === data.nickname,
    run: async (at, data) => {
      const answer = await notice(at, 'NicknameUpdated', { text: data.nickname, visibility: data.visibility });
      const current = at.desk.state.interactions.get(at.id);
      if (answer !== accepted || current?.chat === undefined) return answer;
      const interaction = { ...current, chat: { ...current.chat, nickname: data.nickname } };
      at.desk.take({
        state: withInteraction(at.desk.state, interaction),
        told: [{ kind: 'interaction', interaction, notification: 'PropertiesUpdated' }],
      });
      return answer;
    },
  }),
  withAgent('consult', 'consult', true),
  withQueue('consultByQueue', 'consult-by-queue', true),
  withAgent('invite', 'invite', false),
  withQueue('inviteByQueue', 'invite-by-queue', false),
  itemOperation({
    ...chat,
    name: 'cancelConsultationChat',
    path: path('cancel-consult'),
    data: noData,
    run: at => perform(at, { messageName: 'RequestCancelConsult', ...at.seat, interactionID: at.id }),
  }),
  itemOperation({
    ...chat,
    name: 'removeFromConference',
    path: path('remove-from-conference'),
    data: agentTargetData,
    run: (at, data) => {
      const targetAgentID = employeeIdOf(at, data.agentId);
      if (targetAgentID === undefined || targetAgentID === at.seat.agentID) return noSuchAgent;
      return perform(at, { messageName: 'RequestRemoveParty', ...at.seat, interactionID: at.id, targetAgentID });
    },
  }),
  itemOperation({
    ...chat,
    name: 'leaveChat',
    path: path('leave'),
    data: leaveChatData,
    states: ['Chat', 'LeftChat'],
    monitored: true,
    holds: at => at.interaction.phase === 'Handling' && at.interaction.chat?.joined !== true,
    run: (at, data) =>
      at.interaction.phase === 'Monitoring' ? leaveMonitored(at) : leaveChat(at, { afterAction: data.afterAction, text: data.message }),
  }),
];
