import type { Chat, ChatLine, Contact, Event, Medium, MediumState } from '../state/model.ts';
import { itemEvent, type InteractionWire, type WorkbinChangeWire } from './item-events.ts';

interface AttributeWire {
  value?: string;
}
interface ContactWire {
  id?: string;
  contactId?: string;
  attributes?: Record<string, AttributeWire[]>;
}

/** What the page reads of messages about media, chats and contacts. */
export interface DigitalWire extends WorkbinChangeWire {
  media?: { channels?: { name: string; state: MediumState }[] };
  interactionId?: string;
  messages?: { index: number; type: string; text?: string; from: { nickname: string; type: ChatLine['from'] } }[];
  name?: string;
  operationId?: string;
  contacts?: ContactWire[];
  totalCount?: number;
  error?: { errorMessage?: string };
}

export function channelsEvent({ media }: DigitalWire): Event | undefined {
  const stateOf = (name: Medium): MediumState => media?.channels?.find(channel => channel.name === name)?.state ?? 'LoggedOut';
  return { kind: 'media', media: { chat: stateOf('chat'), email: stateOf('email'), workitem: stateOf('workitem') } };
}

const isChatState = (state: string): state is Chat['state'] => ['Invited', 'Chat', 'LeftChat'].includes(state);

/** Every state that is not one of a chat in hand ends the agent's part in it. */
export function interactionEvent({ interaction }: DigitalWire): Event | undefined {
  if (interaction === undefined) return undefined;
  return interaction.mediatype === 'chat' ? chatEvent(interaction) : itemEvent(interaction);
}

function chatEvent(interaction: InteractionWire): Event {
  const { id, state, subject, capabilities = [], userData = [] } = interaction;
  return isChatState(state) ? { kind: 'chat', chat: { id, state, subject, capabilities, userData } } : { kind: 'chat-over', id };
}

export function linesEvent({ interactionId, messages }: DigitalWire): Event | undefined {
  if (interactionId === undefined || messages === undefined) return undefined;
  const lines = messages.map(({ index, type, text = '', from }) => ({ index, type, text, nickname: from.nickname, from: from.type }));
  return { kind: 'lines', id: interactionId, lines };
}

export function ucsEvent({ name, operationId, contacts = [], totalCount }: DigitalWire): Event | undefined {
  if (name === 'EventSearchContact')
    return { kind: 'found', operationId, contacts: contacts.map(contactFrom), total: totalCount ?? contacts.length };
  return name === 'EventError' ? { kind: 'search-failed', operationId } : undefined;
}

function contactFrom({ id, contactId, attributes = {} }: ContactWire): Contact {
  const values = (name: string): string[] => (attributes[name] ?? []).flatMap(each => (each.value === undefined ? [] : [each.value]));
  return {
    id: contactId ?? id ?? '',
    name: [values('FirstName')[0], values('LastName')[0]].filter(part => part !== undefined).join(' '),
    email: values('EmailAddress')[0],
    phones: values('PhoneNumber').slice(0, 3),
  };
}
