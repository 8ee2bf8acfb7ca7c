import type { Sql, TransactionSql } from 'postgres';
import { uuidv7 } from '@handover/shared/ids';
import { ok, refuse, type Result } from '@handover/shared/result';
import type {
  Contact,
  ContactAttribute,
  ContactChange,
  ContactRefusal,
  Contacts,
  NewAttribute,
  SearchQuery,
  SortCriterion,
} from '../../contracts/contacts.ts';
import type { Database } from './database.ts';
import { conditionOf, folded, writeTerms } from './search-terms.ts';

const maxAttributes = 64;
const maxTotal = 10_000;
const maxMatches = 20;
const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface ContactRow {
  id: string;
  version: number;
  created_at: Date;
  updated_at: Date;
}
interface AttributeRow {
  id: string;
  contact_id: string;
  name: string;
  value: string;
  description: string | null;
  is_primary: boolean;
}

/** Reads are answered by the primary, for an agent looks for what was written a moment ago; without a primary by whoever answers. */
export function createContacts(database: Database): Contacts {
  const read = <T>(statement: (sql: Sql) => Promise<T>): Promise<T> => database.read(database.writable ? 'primary' : 'local', statement);
  return {
    search: (tenant, query, page, sort) => read(sql => search(sql, tenant, query, page, sort)),
    get: (tenant, id) => read(sql => load(sql, tenant, id)),
    create: (tenant, attributes) => database.write(pool => pool.begin(sql => insert(sql, tenant, attributes))),
    update: (tenant, id, change) => database.write(pool => pool.begin(sql => update(sql, tenant, id, change))),
    remove: (tenant, id) =>
      database.write(pool =>
        pool.begin(async sql => {
          if (!uuidShape.test(id)) return false;
          await sql`delete from search_terms where tenant = ${tenant} and kind = 'contact' and owner_id = ${id}`;
          return (await sql`delete from contacts where tenant = ${tenant} and id = ${id} returning 1`).length > 0;
        }),
      ),
    merge: (tenant, from, into) => database.write(pool => pool.begin(sql => merge(sql, tenant, from, into))),
    identify: async (tenant, clues, create) => {
      const contactIds = await read(sql => matching(sql, tenant, clues));
      if (contactIds.length > 0 || create === undefined) return { contactId: contactIds[0], contactIds, created: false };
      return database.write(pool =>
        pool.begin(async sql => {
          // Whoever asks about the same values waits here, and then finds what was made.
          for (const { name, value } of clues.toSorted((a, b) => `${a.name} ${a.value}`.localeCompare(`${b.name} ${b.value}`)))
            await sql`select pg_advisory_xact_lock(hashtextextended(${`${tenant}/${name}/${folded(name, value)}`}, 0))`;
          const found = await matching(sql, tenant, clues);
          if (found.length > 0) return { contactId: found[0], contactIds: found, created: false };
          const { id } = await insert(sql, tenant, create);
          return { contactId: id, contactIds: [id], created: true };
        }),
      );
    },
  };
}

async function search(
  sql: Sql,
  tenant: string,
  query: SearchQuery,
  { startIndex, maxResults }: { startIndex: number; maxResults: number },
  sort: readonly SortCriterion[],
): Promise<{ contacts: readonly Contact[]; total: number }> {
  const condition = sql`tenant = ${tenant} and merged_into is null
    and ${conditionOf(sql, query, { tenant, kind: 'contact', column: sql`contacts.id::text` })}`;
  const order = sort
    .map(({ attributeName, mode }) => {
      const value = sql`(select folded from contact_attributes a where a.contact_id = contacts.id and a.name = ${attributeName}
        order by is_primary desc, position limit 1)`;
      return mode === 'asc' ? sql`${value} asc nulls last,` : sql`${value} desc nulls last,`;
    })
    .reduce((all, part) => sql`${all} ${part}`, sql``);
  const rows = await sql<ContactRow[]>`select id, version, created_at, updated_at from contacts where ${condition}
    order by ${order} created_at desc, id desc limit ${maxResults} offset ${startIndex}`;
  const [counted] = await sql<{ total: number }[]>`select count(*)::int as total from
    (select 1 from contacts where ${condition} limit ${maxTotal}) as found`;
  return { contacts: await withAttributes(sql, rows), total: counted?.total ?? 0 };
}

/** Follows a contact that was merged; the last one of the chain answers. */
async function rowOf(sql: Sql | TransactionSql, tenant: string, id: string, lock: boolean): Promise<ContactRow | undefined> {
  if (!uuidShape.test(id)) return undefined;
  const forUpdate = lock ? sql`for update of c` : sql``;
  const [row] = await sql<ContactRow[]>`with recursive chain as (
      select id, merged_into from contacts where tenant = ${tenant} and id = ${id}
      union select c.id, c.merged_into from contacts c join chain on c.id = chain.merged_into)
    select c.id, c.version, c.created_at, c.updated_at from contacts c
    where c.id in (select id from chain where merged_into is null) ${forUpdate}`;
  return row;
}

async function load(sql: Sql, tenant: string, id: string): Promise<Contact | undefined> {
  const row = await rowOf(sql, tenant, id, false);
  return row === undefined ? undefined : (await withAttributes(sql, [row]))[0];
}

async function withAttributes(sql: Sql | TransactionSql, rows: readonly ContactRow[]): Promise<Contact[]> {
  if (rows.length === 0) return [];
  const attributes = await sql<AttributeRow[]>`select id, contact_id, name, value, description, is_primary from contact_attributes
    where contact_id in ${sql(rows.map(row => row.id))} order by position`;
  return rows.map(row => ({
    id: row.id,
    version: row.version,
    attributes: attributes.filter(each => each.contact_id === row.id).map(attributeFrom),
    createdAtMs: row.created_at.getTime(),
    modifiedAtMs: row.updated_at.getTime(),
  }));
}

const attributeFrom = ({ id, name, value, description, is_primary: primary }: AttributeRow): ContactAttribute => ({
  id,
  name,
  value,
  ...(description === null ? {} : { description }),
  primary,
});

async function insert(sql: TransactionSql, tenant: string, attributes: readonly NewAttribute[]): Promise<Contact> {
  const id = uuidv7();
  const [row] = await sql<ContactRow[]>`insert into contacts (id, tenant) values (${id}, ${tenant})
    returning id, version, created_at, updated_at`;
  const given = attributes.slice(0, maxAttributes).map(each => ({ ...each, id: uuidv7(), primary: each.primary === true }));
  await writeAttributes(sql, tenant, id, given);
  return (
    (await withAttributes(sql, row === undefined ? [] : [row]))[0] ?? { id, version: 1, attributes: [], createdAtMs: 0, modifiedAtMs: 0 }
  );
}

/** Replaces what the contact has; at most one value of a name is the primary one, the first when none is said to be. */
async function writeAttributes(sql: TransactionSql, tenant: string, id: string, attributes: readonly ContactAttribute[]): Promise<void> {
  const primaries = new Map<string, ContactAttribute>();
  for (const each of attributes)
    if (!primaries.has(each.name) || (each.primary && primaries.get(each.name)?.primary !== true)) primaries.set(each.name, each);
  await sql`delete from contact_attributes where contact_id = ${id}`;
  const rows = attributes.map((each, position) => ({
    id: each.id,
    contact_id: id,
    tenant,
    name: each.name,
    value: each.value,
    description: each.description ?? null,
    is_primary: primaries.get(each.name) === each,
    position,
    folded: folded(each.name, each.value),
  }));
  if (rows.length > 0) await sql`insert into contact_attributes ${sql(rows)}`;
  await writeTerms(sql, { tenant, kind: 'contact', id }, attributes);
}

async function update(sql: TransactionSql, tenant: string, id: string, change: ContactChange): Promise<Result<Contact, ContactRefusal>> {
  const row = await rowOf(sql, tenant, id, true);
  if (row === undefined) return refuse('unknown');
  if (change.version !== undefined && change.version !== row.version) return refuse('version');
  const [before] = await withAttributes(sql, [row]);
  const gone = new Set(change.deleted);
  let attributes = (before?.attributes ?? []).filter(each => !gone.has(each.id) && !gone.has(each.name));
  for (const { id: attributeId, name, value, description, primary } of change.changed) {
    const meant = (each: ContactAttribute): boolean => (attributeId === undefined ? each.name === name : each.id === attributeId);
    attributes = attributes.map(each =>
      meant(each) ? { ...each, value, description: description ?? each.description, primary: primary ?? each.primary } : each,
    );
    // The primary one of a name takes that from the others.
    const chosen = attributes.find(meant);
    if (primary === true && chosen !== undefined)
      attributes = attributes.map(each => (each.name === chosen.name && each !== chosen ? { ...each, primary: false } : each));
    if (attributeId === undefined && chosen === undefined)
      attributes.push({ id: uuidv7(), name, value, ...(description === undefined ? {} : { description }), primary: primary === true });
  }
  for (const added of change.added) {
    if (added.primary === true) attributes = attributes.map(each => (each.name === added.name ? { ...each, primary: false } : each));
    attributes.push({ ...added, id: uuidv7(), primary: added.primary === true });
  }
  if (attributes.length > maxAttributes) return refuse('too-many');
  await writeAttributes(sql, tenant, row.id, attributes);
  return ok(await touched(sql, row.id));
}

async function touched(sql: TransactionSql, id: string): Promise<Contact> {
  const rows = await sql<ContactRow[]>`update contacts set version = version + 1, updated_at = now() where id = ${id}
    returning id, version, created_at, updated_at`;
  const [contact] = await withAttributes(sql, rows);
  if (contact === undefined) throw new Error('the contact vanished in its own transaction');
  return contact;
}

async function merge(sql: TransactionSql, tenant: string, from: string, into: string): Promise<Result<Contact, ContactRefusal>> {
  // Always in the same order, so that two merges of the same contacts do not wait for each other.
  for (const each of [from, into].toSorted()) await rowOf(sql, tenant, each, true);
  const source = await rowOf(sql, tenant, from, true);
  const target = await rowOf(sql, tenant, into, true);
  if (source === undefined || target === undefined) return refuse('unknown');
  if (source.id === target.id) return refuse('same');
  const [gives, takes] = await withAttributes(sql, [source, target]);
  const known = new Set((takes?.attributes ?? []).map(each => `${each.name} ${folded(each.name, each.value)}`));
  const fresh = (gives?.attributes ?? []).filter(each => !known.has(`${each.name} ${folded(each.name, each.value)}`));
  const attributes = [...(takes?.attributes ?? []), ...fresh.map(each => ({ ...each, id: uuidv7(), primary: false }))];
  await writeAttributes(sql, tenant, target.id, attributes.slice(0, maxAttributes));
  await sql`update contact_interactions set contact_id = ${target.id} where tenant = ${tenant} and contact_id = ${source.id}`;
  await sql`update contacts set merged_into = ${target.id}, updated_at = now() where id = ${source.id}`;
  await sql`delete from search_terms where tenant = ${tenant} and kind = 'contact' and owner_id = ${source.id}`;
  return ok(await touched(sql, target.id));
}

async function matching(sql: Sql | TransactionSql, tenant: string, clues: readonly { name: string; value: string }[]): Promise<string[]> {
  const usable = clues.filter(({ name, value }) => folded(name, value) !== '');
  if (usable.length === 0) return [];
  const conditions = usable
    .map(({ name, value }) => sql`(a.name = ${name} and a.folded = ${folded(name, value)})`)
    .reduce((all, part) => sql`${all} or ${part}`);
  const rows = await sql<{ id: string }[]>`select c.id from contact_attributes a join contacts c on c.id = a.contact_id
    where a.tenant = ${tenant} and c.merged_into is null and (${conditions})
    group by c.id, c.created_at order by count(*) desc, c.created_at limit ${maxMatches}`;
  return rows.map(row => row.id);
}
