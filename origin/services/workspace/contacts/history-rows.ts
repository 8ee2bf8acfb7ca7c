import {
  agentHistoryData,
  assignInteractionData,
  callCompletedData,
  identifyContactData,
  interactionCommentData,
  interactionDetailsData,
  noUcsData,
  searchInteractionsData,
} from '@handover/shared/api/workspace';
import { kvUpdate } from '@handover/shared/genesys';
import type { HistoryChange } from '../../../contracts/contacts.ts';
import { customerOf, knownInteraction } from './known.ts';
import { queryFrom } from './query.ts';
import { refusedAs, told, ucsOperation, type UcsAt, type UcsOperation, type UcsOutcome } from './row.ts';
import { pastWire } from './wire.ts';

const historyLength = 100;

/** Writes what changed; what only the agent has at hand is written down with it. */
async function change(at: UcsAt, id: string, changes: HistoryChange): Promise<boolean> {
  const { server, tenant } = at;
  if ((await server.history.update(tenant, id, changes)) !== undefined) return true;
  const known = await knownInteraction(at, id);
  if (known === undefined) return false;
  await server.history.recordInteraction(tenant, { ...known, ...changes });
  return true;
}

const updated = async (at: UcsAt, changes: HistoryChange): Promise<UcsOutcome> => {
  const interactionId = at.params['id'] ?? '';
  return (await change(at, interactionId, changes)) ? told('EventUpdateInteraction', { interactionId }) : refusedAs('interaction.unknown');
};

export const historyRows: readonly UcsOperation[] = [
  ucsOperation({
    name: 'getAgentHistory',
    path: '/ucs/get-agent-history',
    data: agentHistoryData,
    async run({ server, tenant, person, session }, { userId, fromDate, toDate, sort, returnedAttributes }) {
      // What others did is their supervisors' business.
      const userName = userId === undefined || !session.supervisor ? person : userId;
      const order = sort !== undefined && /^asc/i.test(sort) ? 'asc' : 'desc';
      const range = { fromMs: fromDate, toMs: toDate, order, maxResults: historyLength } as const;
      const interactions = await server.history.ofAgent(tenant, userName, range);
      return told('EventGetAgentHistory', { userId: userName, interactions: interactions.map(past => pastWire(past, returnedAttributes)) });
    },
  }),
  ucsOperation({
    name: 'searchInteractions',
    path: '/ucs/ixn/search',
    data: searchInteractionsData,
    async run({ server, tenant }, { query, owner, maxResults, returnedAttributes }) {
      const parsed = queryFrom(query);
      if (!parsed.ok) return { kind: 'field', field: 'data.query', message: parsed.reason };
      const { interactions, found } = await server.history.search(tenant, parsed.value, { owners: owner, maxResults });
      return told('EventSearchInteractions', {
        interactions: interactions.map(past => pastWire(past, returnedAttributes)),
        foundInteractions: found,
        returnedInteractions: interactions.length,
      });
    },
  }),
  ucsOperation({
    name: 'getInteractionDetails',
    path: '/ucs/interactions/{id}/get-details',
    data: interactionDetailsData,
    async run(at, { returnedAttributes }) {
      const past = await knownInteraction(at, at.params['id'] ?? '');
      if (past === undefined) return refusedAs('interaction.unknown');
      return told('EventGetInteractionContent', { interactionId: past.id, interaction: pastWire(past, returnedAttributes) });
    },
  }),
  ucsOperation({
    name: 'findOrCreatePhoneCall',
    path: '/ucs/voice/{id}/find-or-create',
    data: noUcsData,
    async run(at) {
      const interactionId = at.params['id'] ?? '';
      const { server, tenant } = at;
      const known = await knownInteraction(at, interactionId);
      if (known === undefined) return refusedAs('interaction.unknown');
      const isCreated = (await server.history.get(tenant, interactionId)) === undefined;
      if (isCreated) await server.history.recordInteraction(tenant, known);
      return told('EventFindOrCreatePhoneCall', { interactionId, isCreated });
    },
  }),
  ucsOperation({
    name: 'identifyContact',
    path: '/ucs/interactions/{id}/identify-contact',
    data: identifyContactData,
    async run(at, { createContactEnabled }) {
      const { server, tenant, session } = at;
      const past = await knownInteraction(at, at.params['id'] ?? '');
      if (past === undefined) return refusedAs('interaction.unknown');
      const { clues, rest } = customerOf(session, past);
      const create = createContactEnabled && clues.length > 0 ? [...clues, ...rest] : undefined;
      const { contactId, contactIds, created } = await server.contacts.identify(tenant, clues, create);
      if (contactId !== undefined) await change(at, past.id, { contactId });
      return told('EventIdentifiedContact', {
        interactionId: past.id,
        ...(contactId === undefined ? {} : { contactId }),
        contactIds,
        contactCreated: created,
        nbContacts: contactIds.length,
      });
    },
  }),
  ucsOperation({
    name: 'assignInteractionToContact',
    path: '/ucs/interactions/{id}/assign-contact',
    data: assignInteractionData,
    async run(at, data) {
      const interactionId = at.params['id'] ?? '';
      const contact = await at.server.contacts.get(at.tenant, data.contactId);
      if (contact === undefined) return refusedAs('contact.unknown');
      if (!(await change(at, interactionId, { contactId: contact.id }))) return refusedAs('interaction.unknown');
      return told('EventInteractionAssignedToContact', { interactionId, contactId: contact.id });
    },
  }),
  ucsOperation({
    name: 'setCallComment',
    path: '/ucs/interactions/{id}/set-comment',
    data: interactionCommentData,
    run: (at, { comment }) => updated(at, { comment }),
  }),
  ucsOperation({
    name: 'setCallCompleted',
    path: '/ucs/interactions/{id}/set-call-completed',
    data: callCompletedData,
    async run(at, { callDuration, userData }) {
      const known = await knownInteraction(at, at.params['id'] ?? '');
      const endedAtMs = known?.endedAtMs ?? (known === undefined ? 0 : known.startedAtMs + callDuration * 1_000);
      const kept = kvUpdate(known?.userData ?? [], userData);
      return updated(at, { status: 'Completed', durationS: callDuration, endedAtMs, userData: kept });
    },
  }),
  ucsOperation({
    name: 'setCompleted',
    path: '/ucs/interactions/{id}/set-completed',
    data: noUcsData,
    run: at => updated(at, { status: 'Completed', endedAtMs: at.session.parts.clock.now() }),
  }),
];
