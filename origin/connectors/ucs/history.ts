import { kvListSchema } from '@handover/shared/api/workspace';
import { z } from 'zod';
import type { HistoryChange, HistoryRange, InteractionHistory, PastInteraction } from '../../contracts/contacts.ts';
import { faultFrom, parsed, plain } from './answers.ts';
import { UcsRefusal, type UcsClient } from './client.ts';
import { luceneFrom } from './lucene.ts';

const interaction = z.object({
  interactionId: z.string(),
  contactId: z.string().optional(),
  mediaTypeId: z.string(),
  typeId: z.string(),
  subtypeId: z.string(),
  status: z.enum(['InProgress', 'Completed']).catch('Completed'),
  ownerId: z.string().optional(),
  subject: z.string().optional(),
  theComment: z.string().optional(),
  text: z.string().optional(),
  startDate: z.number(),
  endDate: z.number().optional(),
  duration: z.number().optional(),
  userData: kvListSchema.default([]),
});
const one = z.object({ interaction });
const list = z.object({ interactions: z.array(interaction), totalCount: z.int().min(0).default(0) });

const maxText = 65_536;
const maxFound = 10_000;

/** The history of a Universal Contact Server. Writing down what is known already is two requests, as is a change that also gives a contact. */
export function createUcsHistory(client: UcsClient): InteractionHistory {
  const refused = (fault: unknown, ...codes: string[]): boolean => fault instanceof UcsRefusal && codes.includes(fault.code);

  async function get(tenant: string, id: string): Promise<PastInteraction | undefined> {
    try {
      const answer = await client.read('OMInteractions', 'GetInteractionContent', { tenant, interactionId: id });
      return pastFrom(parsed(one, answer).interaction);
    } catch (fault) {
      if (refused(fault, 'InteractionNotFound')) return undefined;
      throw faultFrom(fault);
    }
  }

  /** Undefined when the server knows no such interaction, or no such contact. */
  async function changed(method: string, parameters: Readonly<Record<string, unknown>>): Promise<PastInteraction | undefined> {
    try {
      return pastFrom(parsed(one, await client.write('OMInteractions', method, parameters)).interaction);
    } catch (fault) {
      if (refused(fault, 'InteractionNotFound', 'ContactNotFound')) return undefined;
      throw faultFrom(fault);
    }
  }

  async function update(tenant: string, id: string, change: HistoryChange): Promise<PastInteraction | undefined> {
    const { contactId, ...fields } = change;
    const wire = fieldsWire(fields);
    const rest = Object.keys(wire).length > 0;
    // The contact first: when there is none, nothing has been changed.
    if (contactId !== undefined) {
      const assigned = await changed('AssignInteractionToContact', { tenant, interactionId: id, contactId });
      if (assigned === undefined || !rest) return assigned;
    }
    return rest ? changed('UpdateInteraction', { tenant, interactionId: id, ...wire }) : get(tenant, id);
  }

  async function listed(service: string, method: string, parameters: Readonly<Record<string, unknown>>): Promise<z.infer<typeof list>> {
    return parsed(list, await plain(client.read(service, method, parameters)));
  }

  return {
    get,
    update,
    async recordInteraction(tenant, past) {
      const { id, ...fields } = past;
      if ((await update(tenant, id, fields)) !== undefined) return false;
      const { contactId, ...rest } = fields;
      const made = { interactionId: id, ...(contactId === undefined ? {} : { contactId }), ...fieldsWire(rest) };
      try {
        await client.write('OMInteractions', 'InsertInteraction', { tenant, interaction: made });
        return true;
      } catch (fault) {
        // Another node has written it down in between.
        if (!refused(fault, 'InteractionExists')) throw faultFrom(fault);
        await update(tenant, id, fields);
        return false;
      }
    },
    async ofContact(tenant, contactId, range) {
      try {
        const answer = await client.read('OMInteractions', 'GetInteractionsForContact', { tenant, contactId, ...rangeWire(range) });
        return parsed(list, answer).interactions.map(pastFrom);
      } catch (fault) {
        if (refused(fault, 'ContactNotFound')) return [];
        throw faultFrom(fault);
      }
    },
    async ofAgent(tenant, userName, range) {
      const { interactions } = await listed('OMInteractions', 'InteractionListGet', { tenant, ownerId: userName, ...rangeWire(range) });
      return interactions.map(pastFrom);
    },
    async search(tenant, query, { owners, maxResults }) {
      const { interactions, totalCount } = await listed('Index', 'Search', {
        tenant,
        indexName: 'interaction',
        query: luceneFrom(owners.length === 0 ? query : { kind: 'and', parts: [query, ownedBy(owners)] }),
        startIndex: 0,
        maxResults,
        sortCriteria: [{ attrName: 'StartDate', sortMode: 'Descending' }],
      });
      return { interactions: interactions.map(pastFrom), found: Math.min(totalCount, maxFound) };
    },
  };
}

const ownedBy = (owners: readonly string[]) =>
  ({ kind: 'or', parts: owners.map(owner => ({ kind: 'term', field: 'OwnerId', pattern: [{ literal: owner }] }) as const) }) as const;

const rangeWire = ({ fromMs, toMs, order, maxResults }: HistoryRange) => ({
  ...(fromMs === undefined ? {} : { fromDate: fromMs }),
  ...(toMs === undefined ? {} : { toDate: toMs }),
  sortMode: order === 'asc' ? 'Ascending' : 'Descending',
  maxResults,
});

/** Only what is given: the rest stays as it was. */
function fieldsWire(fields: Omit<HistoryChange, 'contactId'>): Readonly<Record<string, unknown>> {
  const wire: Readonly<Record<string, unknown>> = {
    mediaTypeId: fields.mediaType,
    typeId: fields.interactionType,
    subtypeId: fields.interactionSubtype,
    status: fields.status,
    ownerId: fields.owner,
    subject: fields.subject,
    theComment: fields.comment,
    text: fields.text?.slice(0, maxText),
    startDate: fields.startedAtMs,
    endDate: fields.endedAtMs,
    duration: fields.durationS,
    userData: fields.userData,
  };
  return Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== undefined));
}

const pastFrom = (wire: z.infer<typeof interaction>): PastInteraction => ({
  id: wire.interactionId,
  contactId: wire.contactId,
  mediaType: wire.mediaTypeId,
  interactionType: wire.typeId,
  interactionSubtype: wire.subtypeId,
  status: wire.status,
  owner: wire.ownerId,
  subject: wire.subject,
  comment: wire.theComment,
  text: wire.text,
  startedAtMs: wire.startDate,
  endedAtMs: wire.endDate,
  durationS: wire.duration,
  userData: wire.userData,
});
