import type { Sql } from 'postgres';
import { uuidv7 } from '@handover/shared/ids';
import type { ResponseCategory, StandardResponse, StandardResponses } from '../../contracts/contacts.ts';
import type { Database } from './database.ts';
import { conditionOf, writeTerms } from './search-terms.ts';

const maxFavorites = 100;
const maxRows = 1_000;
const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface CategoryRow {
  id: string;
  parent_id: string | null;
  name: string;
  description: string;
}
interface ResponseRow {
  id: string;
  category_id: string;
  name: string;
  description: string;
  subject: string;
  body: string;
  plain_text_body: string;
  language: string;
  approved: boolean;
  version: number;
}

const columns = [
  'id',
  'category_id',
  'name',
  'description',
  'subject',
  'body',
  'plain_text_body',
  'language',
  'approved',
  'version',
] as const satisfies (keyof ResponseRow)[];

/** Reads are local: what administrators write may take a moment to reach a region whose server is a standby. */
export function createStandardResponses(database: Database): StandardResponses {
  const read = <T>(statement: (sql: Sql) => Promise<T>): Promise<T> => database.read('local', statement);
  const list = async (sql: Sql, rows: readonly ResponseRow[]): Promise<StandardResponse[]> => {
    if (rows.length === 0) return [];
    const files = await sql<{ id: string; response_id: string; name: string; mime_type: string; size: number }[]>`
      select id, response_id, name, mime_type, length(content) as size from response_attachments
      where response_id in ${sql(rows.map(row => row.id))} order by name`;
    return rows.map(row =>
      responseFrom(
        row,
        files.filter(file => file.response_id === row.id),
      ),
    );
  };
  return {
    rootCategories: tenant =>
      read(async sql => {
        const rows = await sql<CategoryRow[]>`select id, parent_id, name, description from response_categories
          where tenant = ${tenant} and parent_id is null order by name limit ${maxRows}`;
        return rows.map(categoryFrom);
      }),
    category: (tenant, id) =>
      read(async sql => {
        if (!uuidShape.test(id)) return undefined;
        const [own] = await sql<CategoryRow[]>`select id, parent_id, name, description from response_categories
          where tenant = ${tenant} and id = ${id}`;
        if (own === undefined) return undefined;
        const children = await sql<CategoryRow[]>`select id, parent_id, name, description from response_categories
          where tenant = ${tenant} and parent_id = ${id} order by name limit ${maxRows}`;
        const responses = await sql<ResponseRow[]>`select ${sql(columns)} from standard_responses
          where tenant = ${tenant} and category_id = ${id} order by name limit ${maxRows}`;
        return { category: categoryFrom(own), children: children.map(categoryFrom), responses: await list(sql, responses) };
      }),
    get: (tenant, id) =>
      read(async sql => {
        if (!uuidShape.test(id)) return undefined;
        return (
          await list(sql, await sql<ResponseRow[]>`select ${sql(columns)} from standard_responses where tenant = ${tenant} and id = ${id}`)
        )[0];
      }),
    attachment: (tenant, responseId, documentId) =>
      read(async sql => {
        if (!uuidShape.test(responseId) || !uuidShape.test(documentId)) return undefined;
        const [row] = await sql<{ name: string; mime_type: string; content: Uint8Array }[]>`
          select a.name, a.mime_type, a.content from response_attachments a join standard_responses r on r.id = a.response_id
          where r.tenant = ${tenant} and r.id = ${responseId} and a.id = ${documentId}`;
        return row === undefined ? undefined : { name: row.name, mimeType: row.mime_type, content: Uint8Array.from(row.content) };
      }),
    search: (tenant, query, maxResults) =>
      read(async sql => {
        const found = conditionOf(sql, query, { tenant, kind: 'response', column: sql`standard_responses.id::text` });
        return list(
          sql,
          await sql<
            ResponseRow[]
          >`select ${sql(columns)} from standard_responses where tenant = ${tenant} and ${found} order by name limit ${maxResults}`,
        );
      }),
    favorites: (tenant, person) =>
      read(async sql =>
        list(
          sql,
          await sql<ResponseRow[]>`select ${sql(columns)} from response_favorites f join standard_responses r on r.id = f.response_id
            where f.tenant = ${tenant} and f.person = ${person} and r.tenant = ${tenant} order by f.created_at desc limit ${maxFavorites}`,
        ),
      ),
    addFavorite: (tenant, person, id) =>
      database.write(pool =>
        pool.begin(async sql => {
          if (!uuidShape.test(id)) return false;
          if ((await sql`select 1 from standard_responses where tenant = ${tenant} and id = ${id}`).length === 0) return false;
          await sql`insert into response_favorites (tenant, person, response_id) values (${tenant}, ${person}, ${id}) on conflict do nothing`;
          await sql`delete from response_favorites where tenant = ${tenant} and person = ${person} and response_id in
            (select response_id from response_favorites where tenant = ${tenant} and person = ${person}
              order by created_at desc offset ${maxFavorites})`;
          return true;
        }),
      ),
    removeFavorite: (tenant, person, id) =>
      database.write(async sql => {
        if (!uuidShape.test(id)) return false;
        const removed = await sql`delete from response_favorites
          where tenant = ${tenant} and person = ${person} and response_id = ${id} returning 1`;
        return removed.length > 0;
      }),
    removeAllFavorites: (tenant, person) =>
      database.write(async sql => {
        await sql`delete from response_favorites where tenant = ${tenant} and person = ${person}`;
      }),
    reportUsage: (tenant, { responseId, person, interactionId, type }) =>
      database.write(async sql => {
        if (!uuidShape.test(responseId)) return false;
        const written = await sql`insert into response_usage (id, tenant, response_id, person, interaction_id, type)
          select ${uuidv7()}, tenant, id, ${person}, ${interactionId}, ${type} from standard_responses
          where tenant = ${tenant} and id = ${responseId} returning 1`;
        return written.length > 0;
      }),
    put: (tenant, category, responses) =>
      database.write(pool =>
        pool.begin(async sql => {
          const { id, parentId, name, description } = category;
          await sql`insert into response_categories ${sql({ id, tenant, parent_id: parentId ?? null, name, description })}
            on conflict (id) do update set parent_id = excluded.parent_id, name = excluded.name, description = excluded.description`;
          for (const response of responses) {
            const row = {
              id: response.id,
              tenant,
              category_id: id,
              name: response.name,
              description: response.description,
              subject: response.subject,
              body: response.body,
              plain_text_body: response.plainTextBody,
              language: response.language,
              approved: response.approved,
            };
            await sql`insert into standard_responses ${sql(row)} on conflict (id) do update set
              category_id = excluded.category_id, name = excluded.name, description = excluded.description, subject = excluded.subject,
              body = excluded.body, plain_text_body = excluded.plain_text_body, language = excluded.language, approved = excluded.approved,
              version = standard_responses.version + 1, updated_at = now()`;
            await sql`delete from response_attachments where response_id = ${response.id}`;
            for (const file of response.attachments)
              await sql`insert into response_attachments (id, response_id, name, mime_type, content)
                values (${file.documentId}, ${response.id}, ${file.name}, ${file.mimeType}, ${Buffer.from(file.text)})`;
            await writeTerms(sql, { tenant, kind: 'response', id: response.id }, [
              { name: 'Name', value: response.name },
              { name: 'Description', value: response.description },
              { name: 'Subject', value: response.subject },
              { name: 'TheBody', value: response.plainTextBody },
              { name: 'Language', value: response.language },
            ]);
          }
        }),
      ),
  };
}

const categoryFrom = ({ id, parent_id, name, description }: CategoryRow): ResponseCategory => ({
  id,
  ...(parent_id === null ? {} : { parentId: parent_id }),
  name,
  description,
});

const responseFrom = (
  row: ResponseRow,
  files: readonly { id: string; name: string; mime_type: string; size: number }[],
): StandardResponse => ({
  id: row.id,
  categoryId: row.category_id,
  name: row.name,
  description: row.description,
  subject: row.subject,
  body: row.body,
  plainTextBody: row.plain_text_body,
  language: row.language,
  approved: row.approved,
  version: row.version,
  attachments: files.map(file => ({ documentId: file.id, name: file.name, mimeType: file.mime_type, size: file.size })),
});
