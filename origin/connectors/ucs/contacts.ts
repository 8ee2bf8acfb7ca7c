import { ok, refuse, type Result } from '@handover/shared/result';
import { z } from 'zod';
import type { Contact, ContactChange, ContactRefusal, Contacts, NewAttribute } from '../../contracts/contacts.ts';
import { faultFrom, parsed, plain } from './answers.ts';
import { UcsRefusal, type UcsAnswer, type UcsClient } from './client.ts';
import { luceneFrom } from './lucene.ts';

const attribute = z.object({
  id: z.string(),
  name: z.string(),
  value: z.string(),
  description: z.string().optional(),
  isPrimary: z.boolean().default(false),
});
const contact = z.object({
  contactId: z.string(),
  version: z.number().default(1),
  createdDate: z.number().default(0),
  modifiedDate: z.number().default(0),
  attributes: z.array(attribute).default([]),
});
const found = z.object({ contacts: z.array(contact), totalCount: z.int().min(0) });
const one = z.object({ contact });
const identified = z.object({
  contactId: z.string().optional(),
  contactIds: z.array(z.string()).default([]),
  created: z.boolean().default(false),
});

const maxTotal = 10_000;
const maxIds = 20;

/** Refusals of the server by our own names. */
const refusals: Readonly<Record<string, ContactRefusal>> = {
  ContactNotFound: 'unknown',
  VersionConflict: 'version',
  TooManyAttributes: 'too-many',
  SameContact: 'same',
};

/** Contacts kept by a Universal Contact Server. Each call is one request; what the server does not let us do is a refusal, no answer a fault. */
export function createUcsContacts(client: UcsClient): Contacts {
  const refusalOf = (fault: unknown): ContactRefusal => {
    const known = fault instanceof UcsRefusal ? refusals[fault.code] : undefined;
    if (known === undefined) throw faultFrom(fault);
    return known;
  };
  async function changed(call: Promise<UcsAnswer>): Promise<Result<Contact, ContactRefusal>> {
    try {
      return ok(contactFrom(parsed(one, await call).contact));
    } catch (fault) {
      return refuse(refusalOf(fault));
    }
  }
  const get: Contacts['get'] = async (tenant, id) => {
    try {
      const answer = await client.read('OMContacts', 'GetAttributes', { tenant, contactId: id });
      return contactFrom(parsed(one, answer).contact);
    } catch (fault) {
      if (refusalOf(fault) === 'unknown') return undefined;
      throw faultFrom(fault);
    }
  };

  return {
    get,
    async search(tenant, query, page, sort) {
      const answer = await plain(
        client.read('Index', 'Search', {
          tenant,
          indexName: 'contact',
          query: luceneFrom(query),
          startIndex: page.startIndex,
          maxResults: page.maxResults,
          sortCriteria: sort.map(({ attributeName, mode }) => ({
            attrName: attributeName,
            sortMode: mode === 'asc' ? 'Ascending' : 'Descending',
          })),
        }),
      );
      const { contacts, totalCount } = parsed(found, answer);
      return { contacts: contacts.map(contactFrom), total: Math.min(totalCount, maxTotal) };
    },
    async create(tenant, attributes) {
      const answer = await plain(client.write('OMContacts', 'Insert', { tenant, attributes: attributes.map(attributeWire) }));
      return contactFrom(parsed(one, answer).contact);
    },
    update: (tenant, id, change) =>
      changed(client.write('OMContacts', 'UpdateAttributes', { tenant, contactId: id, ...changeWire(change) })),
    async remove(tenant, id) {
      try {
        await client.write('OMContacts', 'Delete', { tenant, contactId: id });
        return true;
      } catch (fault) {
        if (refusalOf(fault) === 'unknown') return false;
        throw faultFrom(fault);
      }
    },
    merge: (tenant, from, into) =>
      changed(client.write('OMContacts', 'Merge', { tenant, sourceContactId: from, destinationContactId: into })),
    async identify(tenant, clues, create) {
      const parameters = {
        tenant,
        attributes: clues,
        ...(create === undefined ? {} : { contact: { attributes: create.map(attributeWire) } }),
      };
      // Finding is repeated as it is; making a contact is not.
      const call =
        create === undefined
          ? client.read('OMContacts', 'IdentifyContact', parameters)
          : client.write('Contact', 'findOrCreate', parameters);
      const answer = parsed(identified, await plain(call));
      return { contactId: answer.contactId, contactIds: answer.contactIds.slice(0, maxIds), created: answer.created };
    },
  };
}

const contactFrom = ({ contactId, version, createdDate, modifiedDate, attributes }: z.infer<typeof contact>): Contact => ({
  id: contactId,
  version,
  createdAtMs: createdDate,
  modifiedAtMs: modifiedDate,
  attributes: attributes.map(({ isPrimary, ...rest }) => ({ ...rest, primary: isPrimary })),
});

const attributeWire = ({ name, value, description, primary }: NewAttribute) => ({
  name,
  value,
  ...(description === undefined ? {} : { description }),
  isPrimary: primary === true,
});

const changeWire = ({ added, changed, deleted, version }: ContactChange) => ({
  addedAttributes: added.map(attributeWire),
  changedAttributes: changed.map(({ primary, ...rest }) => ({ ...rest, ...(primary === undefined ? {} : { isPrimary: primary }) })),
  deletedAttributes: deleted,
  ...(version === undefined ? {} : { version }),
});
