import type { Sql, TransactionSql } from 'postgres';
import type { KvList } from '@handover/shared/genesys';
import type { HistoryChange, HistoryRange, InteractionHistory, PastInteraction } from '../../contracts/contacts.ts';
import type { Database } from './database.ts';
import { conditionOf, writeTerms } from './search-terms.ts';

const maxText = 65_536;
const maxFound = 10_000;
const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface HistoryRow {
  id: string;
  contact_id: string | null;
  media_type: string;
  interaction_type: string;
  interaction_subtype: string;
  status: PastInteraction['status'];
  owner: string | null;
  subject: string | null;
  comment: string | null;
  content: string | null;
  started_at: Date;
  ended_at: Date | null;
  duration_s: number | null;
  user_data: KvList;
}

const columns = [
  'id',
  'contact_id',
  'media_type',
  'interaction_type',
  'interaction_subtype',
  'status',
  'owner',
  'subject',
  'comment',
  'content',
  'started_at',
  'ended_at',
  'duration_s',
  'user_data',
] as const;

/** Reads are answered by the primary when there is one: an agent looks at what just happened. */
export function createInteractionHistory(database: Database): InteractionHistory {
  const read = <T>(statement: (sql: Sql) => Promise<T>): Promise<T> => database.read(database.writable ? 'primary' : 'local', statement);
  const range = (sql: Sql, { fromMs, toMs, order, maxResults }: HistoryRange) => {
    const from = fromMs === undefined ? sql`` : sql`and started_at >= ${new Date(fromMs)}`;
    const to = toMs === undefined ? sql`` : sql`and started_at <= ${new Date(toMs)}`;
    return sql`${from} ${to} order by started_at ${order === 'asc' ? sql`asc` : sql`desc`}, id limit ${maxResults}`;
  };
  return {
    recordInteraction: (tenant, interaction) =>
      database.write(pool =>
        pool.begin(async sql => {
          const before = await one(sql, tenant, interaction.id, true);
          await write(sql, tenant, { ...before, ...defined(interaction) } as PastInteraction);
          return before === undefined;
        }),
      ),
    get: (tenant, id) => read(sql => one(sql, tenant, id, false)),
    update: (tenant, id, change) =>
      database.write(pool =>
        pool.begin(async sql => {
          const before = await one(sql, tenant, id, true);
          if (before === undefined || !(await isContact(sql, tenant, change))) return undefined;
          const next = { ...before, ...defined(change) };
          await write(sql, tenant, next);
          return next;
        }),
      ),
    ofContact: (tenant, contactId, wanted) =>
      read(async sql => {
        if (!uuidShape.test(contactId)) return [];
        const rows = await sql<HistoryRow[]>`select ${sql(columns)} from contact_interactions
          where tenant = ${tenant} and contact_id = ${contactId} ${range(sql, wanted)}`;
        return rows.map(pastFrom);
      }),
    ofAgent: (tenant, userName, wanted) =>
      read(async sql => {
        const rows = await sql<HistoryRow[]>`select ${sql(columns)} from contact_interactions
          where tenant = ${tenant} and owner = ${userName} ${range(sql, wanted)}`;
        return rows.map(pastFrom);
      }),
    search: (tenant, query, { owners, maxResults }) =>
      read(async sql => {
        const owned = owners.length === 0 ? sql`` : sql`and owner in ${sql(owners)}`;
        const condition = sql`tenant = ${tenant} ${owned}
          and ${conditionOf(sql, query, { tenant, kind: 'interaction', column: sql`contact_interactions.id` })}`;
        const rows = await sql<HistoryRow[]>`select ${sql(columns)} from contact_interactions where ${condition}
          order by started_at desc, id limit ${maxResults}`;
        const [counted] = await sql<{ found: number }[]>`select count(*)::int as found from
          (select 1 from contact_interactions where ${condition} limit ${maxFound}) as all_found`;
        return { interactions: rows.map(pastFrom), found: counted?.found ?? 0 };
      }),
  };
}

async function one(sql: Sql | TransactionSql, tenant: string, id: string, lock: boolean): Promise<PastInteraction | undefined> {
  const [row] = await sql<HistoryRow[]>`select ${sql(columns)} from contact_interactions
    where tenant = ${tenant} and id = ${id} ${lock ? sql`for update` : sql``}`;
  return row === undefined ? undefined : pastFrom(row);
}

async function isContact(sql: TransactionSql, tenant: string, { contactId }: HistoryChange): Promise<boolean> {
  if (contactId === undefined) return true;
  if (!uuidShape.test(contactId)) return false;
  return (await sql`select 1 from contacts where tenant = ${tenant} and id = ${contactId} and merged_into is null`).length > 0;
}

async function write(sql: TransactionSql, tenant: string, past: PastInteraction): Promise<void> {
  const row = {
    tenant,
    id: past.id,
    contact_id: past.contactId ?? null,
    media_type: past.mediaType,
    interaction_type: past.interactionType,
    interaction_subtype: past.interactionSubtype,
    status: past.status,
    owner: past.owner ?? null,
    subject: past.subject ?? null,
    comment: past.comment ?? null,
    content: past.text?.slice(0, maxText) ?? null,
    started_at: new Date(past.startedAtMs),
    ended_at: past.endedAtMs === undefined ? null : new Date(past.endedAtMs),
    duration_s: past.durationS ?? null,
    user_data: sql.json(past.userData),
    updated_at: new Date(),
  };
  await sql`insert into contact_interactions ${sql(row)} on conflict (tenant, id) do update set
    contact_id = excluded.contact_id, media_type = excluded.media_type, interaction_type = excluded.interaction_type,
    interaction_subtype = excluded.interaction_subtype, status = excluded.status, owner = excluded.owner, subject = excluded.subject,
    comment = excluded.comment, content = excluded.content, started_at = excluded.started_at, ended_at = excluded.ended_at,
    duration_s = excluded.duration_s, user_data = excluded.user_data, updated_at = excluded.updated_at`;
  await writeTerms(sql, { tenant, kind: 'interaction', id: past.id }, [
    { name: 'Subject', value: past.subject },
    { name: 'TheComment', value: past.comment },
    { name: 'Text', value: past.text },
    { name: 'MediaTypeId', value: past.mediaType },
    { name: 'Status', value: past.status },
    { name: 'Id', value: past.id },
    { name: 'OwnerId', value: past.owner },
    { name: 'ContactId', value: past.contactId },
  ]);
}

/** What is not given stays as it was. */
const defined = (change: HistoryChange): HistoryChange =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));

function pastFrom(row: HistoryRow): PastInteraction {
  return {
    id: row.id,
    contactId: row.contact_id ?? undefined,
    mediaType: row.media_type,
    interactionType: row.interaction_type,
    interactionSubtype: row.interaction_subtype,
    status: row.status,
    owner: row.owner ?? undefined,
    subject: row.subject ?? undefined,
    comment: row.comment ?? undefined,
    text: row.content ?? undefined,
    startedAtMs: row.started_at.getTime(),
    endedAtMs: row.ended_at?.getTime(),
    durationS: row.duration_s ?? undefined,
    userData: row.user_data,
  };
}
