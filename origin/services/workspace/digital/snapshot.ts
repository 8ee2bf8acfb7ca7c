import { channels, digitalChannels } from '@handover/shared/api/workspace';
import type {
  InteractionStateChangedWire,
  InteractionWire,
  MediaErrorWire,
  MediaMonitoringStateChangedWire,
  MessageLogUpdatedWire,
} from '@handover/shared/api/workspace';
import type { MediaType } from '@handover/shared/genesys';
import type { Desk } from './desk.ts';
import { mediaTypes } from './interaction.ts';
import { wishesTold } from './monitoring.ts';
import { ask } from './send.ts';
import { channelsMessage, interactionWire, linesMessage } from './wire.ts';

/** The interactions of the agent as clients see them. */
export const interactionsOf = (desk: Desk): InteractionWire[] =>
  [...desk.state.interactions.values()].map(interaction => interactionWire(interaction, desk.context));

/** The current state of digital work, for whoever subscribes late or again. */
export function tellDigital(desk: Desk, clientId: string, covers: (channel: string) => boolean): void {
  const { hub } = desk.host.parts;
  if (covers(channels.media)) {
    hub.deliver([clientId], channels.media, channelsMessage(desk.state));
    if (desk.serviceState === 'UNAVAILABLE') hub.deliver([clientId], channels.media, desk.serviceMessage());
  }
  for (const mediaType of mediaTypes) {
    if (!covers(digitalChannels.interaction(mediaType))) continue;
    const wishes = wishesTold(desk.state).filter(told => desk.channelOf(told) === digitalChannels.interaction(mediaType));
    desk.tell(wishes, [clientId]);
    for (const interaction of desk.state.interactions.values()) {
      if (interaction.properties.mediaType !== mediaType) continue;
      desk.tell([{ kind: 'interaction', interaction, notification: 'StatusChange' }], [clientId]);
      if (interaction.chat !== undefined && interaction.chat.index > 0)
        void tellTranscript(desk, clientId, interaction.properties.interactionID);
    }
  }
}

/** The lines so far; those that come meanwhile have higher indexes. */
async function tellTranscript(desk: Desk, clientId: string, interactionID: string): Promise<void> {
  const known = desk.state.interactions.get(interactionID)?.chat?.index ?? 0;
  const answer = await ask(desk, { messageName: 'RequestChatTranscript', interactionID, fromIndex: 1 });
  if (answer.kind !== 'done' || answer.event.messageName !== 'EventChatSessionInfo' || !desk.alive) return;
  const lines = answer.event.lines.filter(line => line.index <= known);
  if (lines.length > 0) desk.host.parts.hub.deliver([clientId], digitalChannels.interaction('chat'), linesMessage(interactionID, lines));
}

type Missed = InteractionStateChangedWire | MessageLogUpdatedWire | MediaMonitoringStateChangedWire | MediaErrorWire;
const endings: ReadonlySet<InteractionWire['state']> = new Set([
  'Sent',
  'Canceled',
  'InWorkbin',
  'Transferred',
  'Rejected',
  'Completed',
  'Revoked',
]);

/**
 * For a client that may have missed what was on its way: the current state, and of what it does not say the lines of chats, how
 * interactions ended, wishes that are no more, and errors. A client knows lines by their index. What an interaction was before its end is not told: a client that missed
 * nothing would take it for open again.
 */
export function tellDigitalAgain(desk: Desk, clientId: string, missed: readonly unknown[]): void {
  const { hub } = desk.host.parts;
  if (desk.server === undefined) return;
  hub.deliver([clientId], channels.media, channelsMessage(desk.state));
  for (const interaction of desk.state.interactions.values())
    desk.tell([{ kind: 'interaction', interaction, notification: 'StatusChange' }], [clientId]);
  desk.tell(wishesTold(desk.state), [clientId]);
  for (const message of missed as readonly Missed[]) {
    const mediaType = mediumToTellAgain(desk, message);
    if (mediaType !== undefined) hub.deliver([clientId], digitalChannels.interaction(mediaType), message);
  }
}

/** On which medium's channel what was missed is told once more; undefined when the current state says it, or it is of another channel. */
function mediumToTellAgain(desk: Desk, message: Missed): MediaType | undefined {
  switch (message.messageType) {
    case 'MessageLogUpdated':
      return 'chat';
    case 'InteractionStateChanged': {
      const { id, state, mediatype } = message.interaction;
      return endings.has(state) && !desk.state.interactions.has(id) ? mediatype : undefined;
    }
    case 'MonitoringStateChanged':
      return message.state === 'MonitoringCancelled' ? message.mediatype : undefined;
    case 'EventError':
      return desk.state.interactions.get(message.interactionId ?? '')?.properties.mediaType;
    default:
      return undefined;
  }
}
