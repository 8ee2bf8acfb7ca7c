import type { PastInteraction } from '../../../contracts/contacts.ts';
import { kvText } from '@handover/shared/genesys';
import type { AgentSession } from '../session/agent-session.ts';
import type { UcsAt } from './row.ts';

const clueNames = ['EmailAddress', 'PhoneNumber', 'PIN'] as const;
const nameNames = ['FirstName', 'LastName', 'Title'] as const;
/** Keys under which servers attach the customer's address to what they route. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  EmailAddress: ['EmailAddress', 'FromAddress', 'From'],
  PhoneNumber: ['PhoneNumber', 'ANI'],
};

/** What the agent has at hand under this id, a call or an interaction, as history would keep it. */
export function atHand(session: AgentSession, id: string): PastInteraction | undefined {
  const owner = session.person?.userName;
  const call = session.state.calls.get(id);
  if (call !== undefined)
    return {
      id,
      mediaType: 'voice',
      interactionType: call.callType === 'Outbound' || call.callType === 'Internal' ? call.callType : 'Inbound',
      interactionSubtype: call.callType === 'Outbound' ? 'OutboundNew' : 'InboundNew',
      status: 'InProgress',
      owner,
      startedAtMs: call.startedAtMs,
      ...(call.endedAtMs === undefined ? {} : { endedAtMs: call.endedAtMs }),
      userData: call.userData,
    };
  const properties = session.desk.state.interactions.get(id)?.properties;
  if (properties === undefined) return undefined;
  return {
    id,
    mediaType: properties.mediaType,
    interactionType: properties.interactionType,
    interactionSubtype: properties.interactionSubtype,
    status: 'InProgress',
    owner,
    subject: properties.subject,
    startedAtMs: properties.receivedAt,
    userData: properties.userData,
  };
}

/** What is known under this id: from the history, with what the agent has at hand. */
export async function knownInteraction({ server, tenant, session }: UcsAt, id: string): Promise<PastInteraction | undefined> {
  const [past, present] = [await server.history.get(tenant, id), atHand(session, id)];
  return past === undefined ? present : { ...past, ...(present === undefined ? {} : { userData: present.userData }) };
}

/** By what the customer of an interaction can be told from others, and what else is known of the customer. */
export function customerOf(session: AgentSession, past: PastInteraction): { clues: Clue[]; rest: Clue[] } {
  const text = (name: string): string | undefined =>
    (aliases[name] ?? [name]).map(key => kvText(past.userData, key)?.trim()).find(value => value !== undefined && value !== '');
  const found = (names: readonly string[]): Clue[] =>
    names.flatMap(name => {
      const value = text(name);
      return value === undefined ? [] : [{ name, value }];
    });
  const clues = found(clueNames);
  const ani = session.state.calls.get(past.id)?.ani;
  if (ani !== undefined && !clues.some(clue => clue.name === 'PhoneNumber')) clues.push({ name: 'PhoneNumber', value: ani });
  return { clues, rest: found(nameNames) };
}

interface Clue {
  name: string;
  value: string;
}
