import {
  contactDetailsData,
  contactHistoryData,
  createContactData,
  noUcsData,
  searchContactsData,
  updateContactData,
} from '@handover/shared/api/workspace';
import type { ContactChange, ContactRefusal } from '../../../contracts/contacts.ts';
import { queryFrom } from './query.ts';
import { refusedAs, told, ucsOperation, type UcsOperation, type UcsOutcome } from './row.ts';
import { contactWire, pastWire } from './wire.ts';

const historyLength = 100;
const indexes = {
  contact: ['FirstName', 'LastName', 'EmailAddress', 'PhoneNumber', 'Title', 'CustomerSegment', 'City', 'PIN'],
  interaction: ['Id', 'Subject', 'TheComment', 'Text', 'MediaTypeId', 'Status', 'OwnerId', 'ContactId'],
  srl: ['Name', 'Description', 'Subject', 'TheBody', 'Language'],
};

const refused = (reason: ContactRefusal): UcsOutcome => refusedAs(`contact.${reason}`);
const isPrimary = (each: { primary?: boolean | undefined; isPrimary?: boolean | undefined }): { primary?: boolean } => {
  const primary = each.primary ?? each.isPrimary;
  return primary === undefined ? {} : { primary };
};
const newAttribute = (each: {
  name: string;
  value: string;
  description?: string | undefined;
  primary?: boolean | undefined;
  isPrimary?: boolean | undefined;
}) => ({ name: each.name, value: each.value, description: each.description, ...isPrimary(each) });

export const contactRows: readonly UcsOperation[] = [
  ucsOperation({
    name: 'searchContacts',
    path: '/ucs/contacts/search',
    data: searchContactsData,
    async run({ server, tenant }, { query, returnedAttributes, startIndex, maxResults, sortCriteria }) {
      const parsed = queryFrom(query);
      if (!parsed.ok) return { kind: 'field', field: 'data.query', message: parsed.reason };
      const { contacts, total } = await server.contacts.search(tenant, parsed.value, { startIndex, maxResults }, sortCriteria);
      const list = contacts.map(contact => contactWire(contact, returnedAttributes));
      return told('EventSearchContact', { contacts: list, totalCount: total, startIndex });
    },
  }),
  ucsOperation({
    name: 'createContact',
    path: '/ucs/contacts/create',
    data: createContactData,
    async run({ server, tenant }, { properties }) {
      const contact = await server.contacts.create(tenant, properties.map(newAttribute));
      return told('EventContactInserted', { contactId: contact.id, contact: contactWire(contact, []) });
    },
  }),
  ucsOperation({
    name: 'getContactDetails',
    path: '/ucs/contacts/{id}/get-details',
    data: contactDetailsData,
    async run({ server, tenant, params }, { returnedAttributes }) {
      const contact = await server.contacts.get(tenant, params['id'] ?? '');
      return contact === undefined
        ? refusedAs('contact.unknown')
        : told('EventGetContactDetails', contactWire(contact, returnedAttributes));
    },
  }),
  ucsOperation({
    name: 'updateContact',
    path: '/ucs/contacts/{id}/update',
    data: updateContactData,
    async run({ server, tenant, params }, { version, addedProperties, changedProperties, deletedProperties }) {
      const changed = changedProperties.map(each => {
        const what = { value: each.value, description: each.description, ...isPrimary(each) };
        return 'id' in each ? { id: each.id, ...what } : { name: each.name, ...what };
      });
      const deleted = deletedProperties.flatMap(each => (typeof each === 'string' ? each : (each.id ?? each.name ?? [])));
      const change: ContactChange = { added: (addedProperties ?? []).map(newAttribute), changed, deleted, version };
      const result = await server.contacts.update(tenant, params['id'] ?? '', change);
      if (!result.ok) return refused(result.reason);
      return told('EventContactUpdated', { contactId: result.value.id, contact: contactWire(result.value, []) });
    },
  }),
  ucsOperation({
    name: 'deleteContact',
    path: '/ucs/contacts/{id}/delete',
    data: noUcsData,
    async run({ server, tenant, params }) {
      const contactId = params['id'] ?? '';
      return (await server.contacts.remove(tenant, contactId)) ? told('EventContactDeleted', { contactId }) : refusedAs('contact.unknown');
    },
  }),
  ucsOperation({
    name: 'getContactHistory',
    path: '/ucs/contacts/{id}/get-history',
    data: contactHistoryData,
    async run({ server, tenant, params }, { returnedAttributes, fromDate, toDate }) {
      const contact = await server.contacts.get(tenant, params['id'] ?? '');
      if (contact === undefined) return refusedAs('contact.unknown');
      const range = { fromMs: fromDate, toMs: toDate, order: 'desc', maxResults: historyLength } as const;
      const interactions = await server.history.ofContact(tenant, contact.id, range);
      return told('EventGetContactHistory', {
        contactId: contact.id,
        interactions: interactions.map(past => pastWire(past, returnedAttributes)),
      });
    },
  }),
  ucsOperation({
    name: 'getLuceneIndexes',
    path: '/ucs/get-lucene-indexes',
    data: noUcsData,
    run: () => Promise.resolve(told('EventGetIndexProperties', { indexes })),
  }),
];
