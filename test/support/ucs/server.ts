import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ContactChange, ContactRefusal, Contact, HistoryChange, HistoryRange, PastInteraction } from './types.ts';
import { queryFrom } from '../../../origin/services/workspace/contacts/index.ts';
import { createMemoryContacts } from './memory.ts';

/** A Universal Contact Server that a test plays: `POST /ucs/v1/<service>/<method>`, as `docs/ucs.md` reads it. */
export interface UcsServer {
  readonly url: string;
  /** `Service/Method` of every request. */
  readonly asked: readonly string[];
  /** Ends it, as a server that is killed; what it keeps stays for the next one on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

type Body = Readonly<Record<string, unknown>>;
type Method = (tenant: string, body: Body) => Promise<object>;

/** What the server says no to. */
class Refusal extends Error {}

const refusals: Readonly<Record<ContactRefusal, string>> = {
  unknown: 'ContactNotFound',
  version: 'VersionConflict',
  'too-many': 'TooManyAttributes',
  same: 'SameContact',
};

export async function startUcs(): Promise<UcsServer> {
  const methods = methodsOf(createMemoryContacts());
  const asked: string[] = [];
  const answer = async (request: IncomingMessage): Promise<[number, object]> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const name = /^\/ucs\/v1\/(\w+\/\w+)$/.exec(request.url ?? '')?.[1] ?? '';
    asked.push(name);
    const method = methods[name];
    if (method === undefined) return [404, { code: 'UnknownMethod' }];
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Body;
    try {
      return [200, await method(text(body['tenant']), body)];
    } catch (fault) {
      if (fault instanceof Refusal) return [400, { code: fault.message }];
      throw fault;
    }
  };
  let port = 0;
  let server = createServer();
  const start = async (): Promise<void> => {
    server = createServer((request, response) => {
      void answer(request).then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  };
  await start();
  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    asked,
    start,
    async kill() {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function methodsOf({ contacts, history }: ReturnType<typeof createMemoryContacts>): Readonly<Record<string, Method>> {
  const known = async (tenant: string, id: unknown): Promise<Contact> => {
    const found = await contacts.get(tenant, text(id));
    if (found === undefined) throw new Refusal('ContactNotFound');
    return found;
  };
  const past = (found: PastInteraction | undefined, code = 'InteractionNotFound'): object => {
    if (found === undefined) throw new Refusal(code);
    return { interaction: interactionWire(found) };
  };
  const changed = (outcome: Awaited<ReturnType<typeof contacts.update>>): object => {
    if (!outcome.ok) throw new Refusal(refusals[outcome.reason]);
    return { contact: contactWire(outcome.value) };
  };
  return {
    'OMContacts/ContactListGet': () => Promise.resolve({ contacts: [] }),
    'OMContacts/GetAttributes': async (tenant, { contactId }) => ({ contact: contactWire(await known(tenant, contactId)) }),
    'OMContacts/Insert': async (tenant, { attributes }) => ({
      contact: contactWire(await contacts.create(tenant, newAttributes(attributes))),
    }),
    'OMContacts/UpdateAttributes': async (tenant, body) =>
      changed(await contacts.update(tenant, text(body['contactId']), changeFrom(body))),
    async 'OMContacts/Delete'(tenant, { contactId }) {
      if (!(await contacts.remove(tenant, text(contactId)))) throw new Refusal('ContactNotFound');
      return {};
    },
    'OMContacts/Merge': async (tenant, body) =>
      changed(await contacts.merge(tenant, text(body['sourceContactId']), text(body['destinationContactId']))),
    'OMContacts/IdentifyContact': (tenant, { attributes }) => contacts.identify(tenant, attributes as [], undefined),
    'Contact/findOrCreate': (tenant, { attributes, contact }) =>
      contacts.identify(tenant, attributes as [], newAttributes((contact as Body | undefined)?.['attributes'])),
    async 'Index/Search'(tenant, { indexName, query, startIndex, maxResults, sortCriteria }) {
      const parsed = queryFrom(text(query));
      if (!parsed.ok) throw new Refusal('InvalidQuery');
      const page = { startIndex: startIndex as number, maxResults: maxResults as number };
      if (indexName === 'interaction') {
        const { interactions, found } = await history.search(tenant, parsed.value, { owners: [], maxResults: page.maxResults });
        return { interactions: interactions.map(interactionWire), totalCount: found };
      }
      const sort = (sortCriteria as { attrName: string; sortMode: string }[]).map(({ attrName, sortMode }) => ({
        attributeName: attrName,
        mode: sortMode === 'Ascending' ? ('asc' as const) : ('desc' as const),
      }));
      const found = await contacts.search(tenant, parsed.value, page, sort);
      return { contacts: found.contacts.map(contactWire), totalCount: found.total };
    },
    'OMInteractions/GetInteractionContent': async (tenant, { interactionId }) => past(await history.get(tenant, text(interactionId))),
    async 'OMInteractions/InsertInteraction'(tenant, { interaction }) {
      const made = interaction as Body;
      if ((await history.get(tenant, text(made['interactionId']))) !== undefined) throw new Refusal('InteractionExists');
      await history.recordInteraction(tenant, { ...(changeOf(made) as PastInteraction), id: text(made['interactionId']) });
      return {};
    },
    'OMInteractions/UpdateInteraction': async (tenant, body) =>
      past(await history.update(tenant, text(body['interactionId']), changeOf({ ...body, contactId: undefined }))),
    async 'OMInteractions/AssignInteractionToContact'(tenant, { interactionId, contactId }) {
      await known(tenant, contactId);
      return past(await history.update(tenant, text(interactionId), { contactId: text(contactId) }));
    },
    async 'OMInteractions/GetInteractionsForContact'(tenant, body) {
      await known(tenant, body['contactId']);
      return { interactions: (await history.ofContact(tenant, text(body['contactId']), rangeOf(body))).map(interactionWire) };
    },
    'OMInteractions/InteractionListGet': async (tenant, body) => ({
      interactions: (await history.ofAgent(tenant, text(body['ownerId']), rangeOf(body))).map(interactionWire),
    }),
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const newAttributes = (given: unknown): { name: string; value: string; primary: boolean }[] =>
  (given as { name: string; value: string; isPrimary: boolean }[]).map(({ name, value, isPrimary }) => ({
    name,
    value,
    primary: isPrimary,
  }));

const changeFrom = (body: Body): ContactChange => ({
  added: newAttributes(body['addedAttributes']),
  changed: (body['changedAttributes'] as { id: string; value: string; isPrimary?: boolean }[]).map(({ isPrimary, ...rest }) => ({
    ...rest,
    primary: isPrimary,
  })),
  deleted: body['deletedAttributes'] as string[],
  version: body['version'] as number | undefined,
});

const contactWire = ({ id, version, createdAtMs, modifiedAtMs, attributes }: Contact): object => ({
  contactId: id,
  version,
  createdDate: createdAtMs,
  modifiedDate: modifiedAtMs,
  attributes: attributes.map(({ primary, ...rest }) => ({ ...rest, isPrimary: primary })),
});

/** Names of an interaction's fields: ours and the server's. */
const fields: readonly (readonly [keyof PastInteraction, string])[] = [
  ['id', 'interactionId'],
  ['contactId', 'contactId'],
  ['mediaType', 'mediaTypeId'],
  ['interactionType', 'typeId'],
  ['interactionSubtype', 'subtypeId'],
  ['status', 'status'],
  ['owner', 'ownerId'],
  ['subject', 'subject'],
  ['comment', 'theComment'],
  ['text', 'text'],
  ['startedAtMs', 'startDate'],
  ['endedAtMs', 'endDate'],
  ['durationS', 'duration'],
  ['userData', 'userData'],
];
const interactionWire = (past: PastInteraction): object => Object.fromEntries(fields.map(([ours, theirs]) => [theirs, past[ours]]));
const changeOf = (body: Body): HistoryChange =>
  Object.fromEntries(fields.filter(([ours]) => ours !== 'id').map(([ours, theirs]) => [ours, body[theirs]]));

const rangeOf = (body: Body): HistoryRange => ({
  fromMs: body['fromDate'] as number | undefined,
  toMs: body['toDate'] as number | undefined,
  order: body['sortMode'] === 'Ascending' ? 'asc' : 'desc',
  maxResults: body['maxResults'] as number,
});
