import { randomUUID } from 'node:crypto';
import { ok, refuse } from '@handover/shared/result';
import type { Contact, ContactAttribute, Contacts, History, Keeper, HistoryRange, NewAttribute, PastInteraction } from './types.ts';
import { comparable, matches, type Field } from './matching.ts';

const maxAttributes = 64;
const maxMatches = 20;
type Kept = Contact & { mergedInto?: string };

/** Contacts and their history, kept in memory: what a Universal Contact Server does, without one. */
export function createMemoryContacts(): Keeper {
  const tenants = new Map<string, { contacts: Map<string, Kept>; interactions: Map<string, PastInteraction> }>();
  const of = (tenant: string) => {
    const known = tenants.get(tenant) ?? { contacts: new Map<string, Kept>(), interactions: new Map<string, PastInteraction>() };
    tenants.set(tenant, known);
    return known;
  };
  const find = (tenant: string, id: string): Kept | undefined => {
    const found = of(tenant).contacts.get(id);
    return found?.mergedInto === undefined ? found : find(tenant, found.mergedInto);
  };
  const alive = (tenant: string): Kept[] => [...of(tenant).contacts.values()].filter(each => each.mergedInto === undefined);
  const keep = (tenant: string, contact: Kept): Contact => {
    of(tenant).contacts.set(contact.id, contact);
    return plain(contact);
  };

  const contacts: Contacts = {
    search(tenant, query, { startIndex, maxResults }, sort) {
      const found = alive(tenant).filter(({ attributes }) => matches(query, attributes));
      found.sort((a, b) => {
        for (const { attributeName, mode } of sort) {
          const order = valueOf(a, attributeName).localeCompare(valueOf(b, attributeName)) * (mode === 'asc' ? 1 : -1);
          if (order !== 0) return order;
        }
        return b.createdAtMs - a.createdAtMs;
      });
      return Promise.resolve({ contacts: found.slice(startIndex, startIndex + maxResults).map(plain), total: found.length });
    },
    get: (tenant, id) => Promise.resolve(defined(find(tenant, id), plain)),
    create: (tenant, attributes) => {
      const now = Date.now();
      const kept = attributes.slice(0, maxAttributes).map(withId);
      return Promise.resolve(keep(tenant, { id: randomUUID(), version: 1, createdAtMs: now, modifiedAtMs: now, attributes: kept }));
    },
    update(tenant, id, { added, changed, deleted, version }) {
      const before = find(tenant, id);
      if (before === undefined) return Promise.resolve(refuse('unknown'));
      if (version !== undefined && version !== before.version) return Promise.resolve(refuse('version'));
      const attributes = before.attributes
        .filter(each => !deleted.includes(each.id) && !deleted.includes(each.name))
        .map(each => {
          const change = changed.find(({ id: own, name }) => (own === undefined ? name === each.name : own === each.id));
          return change === undefined ? each : { ...each, value: change.value, primary: change.primary ?? each.primary };
        });
      attributes.push(...added.map(withId));
      if (attributes.length > maxAttributes) return Promise.resolve(refuse('too-many'));
      return Promise.resolve(ok(keep(tenant, { ...before, attributes, version: before.version + 1, modifiedAtMs: Date.now() })));
    },
    remove: (tenant, id) => Promise.resolve(of(tenant).contacts.delete(id)),
    merge(tenant, from, into) {
      const [source, target] = [find(tenant, from), find(tenant, into)];
      if (source === undefined || target === undefined) return Promise.resolve(refuse('unknown'));
      if (source === target) return Promise.resolve(refuse('same'));
      const known = new Set(target.attributes.map(keyOf));
      const attributes = [...target.attributes, ...source.attributes.filter(each => !known.has(keyOf(each)))];
      for (const past of of(tenant).interactions.values()) if (past.contactId === source.id) past.contactId = target.id;
      keep(tenant, { ...source, mergedInto: target.id });
      return Promise.resolve(ok(keep(tenant, { ...target, attributes, version: target.version + 1 })));
    },
    async identify(tenant, clues, create) {
      const hits = (contact: Kept): number =>
        contact.attributes.filter(each => clues.some(clue => clue.name === each.name && keyOf(clue) === keyOf(each))).length;
      const found = alive(tenant).filter(contact => hits(contact) > 0);
      found.sort((a, b) => hits(b) - hits(a));
      const contactIds = found.slice(0, maxMatches).map(({ id }) => id);
      if (contactIds.length > 0 || create === undefined) return { contactId: contactIds[0], contactIds, created: false };
      const { id } = await contacts.create(tenant, create);
      return { contactId: id, contactIds: [id], created: true };
    },
  };

  const listed = (tenant: string, range: HistoryRange, wanted: (past: PastInteraction) => boolean): PastInteraction[] =>
    [...of(tenant).interactions.values()]
      .filter(past => wanted(past) && past.startedAtMs >= (range.fromMs ?? 0) && past.startedAtMs <= (range.toMs ?? Infinity))
      .sort((a, b) => (a.startedAtMs - b.startedAtMs) * (range.order === 'asc' ? 1 : -1))
      .slice(0, range.maxResults);
  const history: History = {
    recordInteraction(tenant, interaction) {
      const { interactions } = of(tenant);
      const before = interactions.get(interaction.id);
      interactions.set(interaction.id, { ...before, ...given(interaction) });
      return Promise.resolve(before === undefined);
    },
    get: (tenant, id) => Promise.resolve(of(tenant).interactions.get(id)),
    update(tenant, id, change) {
      const before = of(tenant).interactions.get(id);
      const isKnown = change.contactId === undefined || find(tenant, change.contactId) !== undefined;
      if (before === undefined || !isKnown) return Promise.resolve(undefined);
      const after = { ...before, ...given(change) };
      of(tenant).interactions.set(id, after);
      return Promise.resolve(after);
    },
    ofContact: (tenant, contactId, range) => Promise.resolve(listed(tenant, range, past => past.contactId === contactId)),
    ofAgent: (tenant, userName, range) => Promise.resolve(listed(tenant, range, past => past.owner === userName)),
    search(tenant, query, { owners, maxResults }) {
      const isOwned = ({ owner }: PastInteraction): boolean => owners.length === 0 || (owner !== undefined && owners.includes(owner));
      const all = listed(tenant, { order: 'desc', maxResults: Infinity }, past => isOwned(past) && matches(query, fieldsOf(past)));
      return Promise.resolve({ interactions: all.slice(0, maxResults), found: all.length });
    },
  };
  return { contacts, history };
}

const plain = ({ id, version, attributes, createdAtMs, modifiedAtMs }: Kept): Contact => ({
  id,
  version,
  attributes,
  createdAtMs,
  modifiedAtMs,
});
const withId = (attribute: NewAttribute): ContactAttribute => ({ ...attribute, id: randomUUID(), primary: attribute.primary === true });
const keyOf = ({ name, value }: { name: string; value: string }): string => `${name} ${comparable(name, value)}`;
const valueOf = ({ attributes }: Contact, name: string): string => attributes.find(each => each.name === name)?.value ?? '';
const defined = <T, U>(value: T | undefined, then: (value: T) => U): U | undefined => (value === undefined ? undefined : then(value));
/** What is not given stays as it was. */
const given = <T extends object>(change: T): T =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as T;

const fieldsOf = (past: PastInteraction): Field[] => [
  { name: 'Subject', value: past.subject },
  { name: 'TheComment', value: past.comment },
  { name: 'Text', value: past.text },
  { name: 'MediaTypeId', value: past.mediaType },
  { name: 'Status', value: past.status },
  { name: 'Id', value: past.id },
  { name: 'OwnerId', value: past.owner },
  { name: 'ContactId', value: past.contactId },
];
