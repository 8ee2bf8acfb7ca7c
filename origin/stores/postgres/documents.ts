import type { Documents, StoredDocument } from '../../contracts/documents.ts';
import type { Database } from './database.ts';

/** Reads are local: a file added a moment ago may not be there yet when the region's server is a standby. */
export function createDocuments(database: Database): Documents {
  return {
    put: (tenant, { id, name, mime, content }) =>
      database.write(async sql => {
        await sql`insert into documents (id, tenant, name, mime, content) values (${id}, ${tenant}, ${name}, ${mime}, ${Buffer.from(content)})
          on conflict (id) do nothing`;
      }),
    get: (tenant, id) =>
      database.read('local', async sql => {
        const [row] = await sql<StoredDocument[]>`select id, name, mime, content from documents where tenant = ${tenant} and id = ${id}`;
        return row === undefined ? undefined : { ...row, content: Uint8Array.from(row.content) };
      }),
    remove: (tenant, id) =>
      database.write(async sql => {
        await sql`delete from documents where tenant = ${tenant} and id = ${id}`;
      }),
  };
}
