import { assertNever } from '@handover/shared/result';
import type {
  ChannelStateChangedWire,
  ChatMessageWire,
  InteractionStateChangedWire,
  InteractionStateWire,
  InteractionWire,
  MediaChannelWire,
  MediaErrorWire,
  MediaMonitoringStateChangedWire,
  MessageLogUpdatedWire,
} from '@handover/shared/api/workspace';
import { kvStr, kvText } from '@handover/shared/genesys';
import type { ChatLine, IxnProperties } from '@handover/shared/genesys';
import { attachmentsFrom } from './attachments.ts';
import { capabilitiesOf } from './capabilities.ts';
import { commentKey, emailFrom, visibleData } from './email.ts';
import { stateOf } from './interaction.ts';
import type { DigitalState, DigitalTold, Interaction, Medium } from './interaction.ts';

export interface DigitalContext {
  tenantId: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** The agent's media, as `ChannelStateChanged` and current-session name them. */
export function channelsWire(state: DigitalState): MediaChannelWire[] {
  return state.media.map(medium => ({
    name: medium.name,
    state: medium.state,
    dnd: state.dnd,
    available: medium.state === 'Ready' && !state.dnd,
    reasons: medium.reason === undefined ? [] : [kvStr('ReasonCode', medium.reason)],
    activity: activityOf(state, medium),
    timestamp: medium.sinceMs,
  }));
}

function activityOf(state: DigitalState, medium: Medium): string {
  const own = [...state.interactions.values()].filter(each => each.phase !== 'Monitoring' && each.properties.mediaType === medium.name);
  const handled = own.find(each => each.phase === 'Handling');
  if (handled !== undefined) return `Handling${handled.properties.interactionType}Interaction`;
  return own.length > 0 ? 'DeliveringInteraction' : 'Idle';
}

export const channelsMessage = (state: DigitalState): ChannelStateChangedWire => ({
  messageType: 'ChannelStateChanged',
  media: { channels: channelsWire(state) },
});

/** An interaction of the agent, or one that is only looked at (`state` by itself then). */
export function interactionWire(interaction: Interaction, context: DigitalContext, ending?: InteractionStateWire): InteractionWire {
  const { properties, chat } = interaction;
  const state = ending ?? stateOf(interaction);
  const email = properties.mediaType === 'email' ? emailFrom(properties.userData) : undefined;
  const attachments = attachmentsFrom(properties);
  const comment = kvText(properties.userData, commentKey);
  return {
    id: properties.interactionID,
    mediatype: properties.mediaType,
    state,
    interactionType: properties.interactionType,
    interactionSubtype: properties.interactionSubtype,
    capabilities: ending === undefined ? capabilitiesOf(interaction) : [],
    userData: visibleData(properties.userData),
    inQueues: properties.inQueues.map(queue => kvStr('queue', queue)),
    outQueues: properties.outQueues.map(queue => kvStr('queue', queue)),
    ...(properties.queue === undefined ? {} : { queue: properties.queue }),
    ...(properties.workbin === undefined
      ? {}
      : { workbin: { workbinId: properties.workbin.workbinType, ownerId: properties.workbin.ownerID } }),
    ...(interaction.ticketId === undefined ? {} : { ticketId: interaction.ticketId }),
    tenantId: context.tenantId,
    ...(properties.assignedTo === undefined ? {} : { assignedTo: properties.assignedTo }),
    receivedAt: iso(properties.receivedAt),
    submittedAt: iso(properties.submittedAt),
    isOnline: properties.isOnline,
    isHeld: properties.isHeld,
    isLocked: properties.isLocked,
    isInWorkflow: properties.state === 'Queued' || properties.state === 'Routing',
    ...optional({
      subject: email?.subject ?? properties.subject,
      comment,
      contactId: properties.contactID,
      parentInteractionId: properties.parentInteractionID,
    }),
    ...(chat === undefined
      ? {}
      : {
          chat: {
            participants: chat.participants.map(each => ({
              id: each.participantID,
              type: each.userType,
              nickname: each.nickname,
              visibility: each.visibility,
            })),
            startAt: iso(chat.startAtMs),
            ...(chat.myParticipantId === undefined ? {} : { myParticipantId: chat.myParticipantId }),
            isAsyncMode: false,
          },
        }),
    ...(interaction.monitored === undefined
      ? {}
      : { monitoring: { agentId: interaction.monitored.targetAgentID, monitoringMode: interaction.monitored.mode } }),
    ...(email === undefined ? {} : { email }),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
}

type Optional = Pick<InteractionWire, 'subject' | 'comment' | 'contactId' | 'parentInteractionId'>;
const optional = (fields: { [K in keyof Optional]: Optional[K] | undefined }): Optional =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const states: Readonly<Record<IxnProperties['state'], InteractionStateWire>> = {
  Queued: 'Transferred',
  Routing: 'Transferred',
  Invited: 'Invited',
  Handling: 'Processing',
  InWorkbin: 'InWorkbin',
  Stopped: 'Completed',
};

/** An interaction that is nobody's here: from a workbin, a queue or a snapshot. */
export const lookedAtWire = (properties: IxnProperties, context: DigitalContext): InteractionWire =>
  interactionWire({ properties, phase: 'Handling', ticketId: undefined, chat: undefined }, context, states[properties.state]);

export function lineWire(line: ChatLine): ChatMessageWire {
  return {
    index: line.index,
    type: line.type,
    text: line.text ?? '',
    visibility: line.visibility,
    timestamp: iso(line.time),
    timestampSeconds: Math.floor(line.time / 1_000),
    from: { participantId: line.participantID, nickname: line.nickname, type: line.userType, visibility: line.visibility },
    userData: Object.fromEntries((line.userData ?? []).flatMap(pair => (pair.type === 'kvlist' ? [] : [[pair.key, pair.value]]))),
  };
}

export const linesMessage = (id: string, lines: readonly ChatLine[]): MessageLogUpdatedWire => ({
  messageType: 'MessageLogUpdated',
  notificationType: 'NewMessages',
  id,
  interactionId: id,
  messages: lines.map(lineWire),
});

function monitoringMessage(told: Extract<DigitalTold, { kind: 'monitoring' }>): MediaMonitoringStateChangedWire {
  const { targetAgentID: agentId, mediaType: mediatype } = told.monitoring;
  const common = { messageType: 'MonitoringStateChanged', agentId, mediatype } as const;
  if (told.state === 'MonitoringCancelled') return { ...common, state: told.state };
  const { mode, next } = told.monitoring;
  return { ...common, state: told.state, monitoringMode: mode, monitoringNextInteractionType: next };
}

export type DigitalMessage =
  ChannelStateChangedWire | InteractionStateChangedWire | MessageLogUpdatedWire | MediaMonitoringStateChangedWire | MediaErrorWire;

/** The message for one thing told. */
export function digitalMessage(told: DigitalTold, context: DigitalContext, operationId?: string): DigitalMessage {
  const echo = operationId === undefined ? {} : { operationId };
  switch (told.kind) {
    case 'media':
      return { ...channelsMessage(told.state), ...echo };
    case 'interaction':
      return {
        messageType: 'InteractionStateChanged',
        notificationType: told.notification,
        ...echo,
        interaction: interactionWire(told.interaction, context, told.ending),
      };
    case 'lines':
      return { ...linesMessage(told.id, told.lines), ...echo };
    case 'monitoring':
      return { ...monitoringMessage(told), ...echo };
    case 'error':
      return {
        messageType: 'EventError',
        ...echo,
        ...(told.id === undefined ? {} : { interactionId: told.id }),
        error: { errorCode: told.errorCode, errorMessage: told.errorMessage },
      };
    default:
      return assertNever(told);
  }
}
