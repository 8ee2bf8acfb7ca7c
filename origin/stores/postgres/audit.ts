import { uuidv7 } from '@handover/shared/ids';
import type { Sql, TransactionSql } from 'postgres';
import type { AuditEntry, AuditLog } from '../../contracts/stores.ts';
import type { Database } from './database.ts';

interface AuditRow {
  id: string;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  detail: AuditEntry['detail'];
  request_id: string;
}

const maxEntries = 1_000;

export function createAuditLog(database: Database): AuditLog {
  return {
    append: entry => database.write(sql => insertAudit(sql, entry)),
    list: (limit, from, before) =>
      database.read(from, async sql => {
        const rows = await sql<AuditRow[]>`select id, at, actor, action, subject, detail, request_id from audit
          where ${before ?? null}::uuid is null or (at, id) < (select at, id from audit where id = ${before ?? null}::uuid)
          order by at desc, id desc limit ${Math.min(limit, maxEntries)}`;
        return rows.map(row => ({
          id: row.id,
          atMs: row.at.getTime(),
          actor: row.actor,
          action: row.action,
          subject: row.subject,
          detail: row.detail,
          requestId: row.request_id,
        }));
      }),
  };
}

/** Writes the entry inside the transaction of the change it tells of. */
export async function insertAudit(sql: Sql | TransactionSql, entry: AuditEntry): Promise<void> {
  await sql`insert into audit (id, actor, action, subject, detail, request_id)
    values (${uuidv7()}, ${entry.actor}, ${entry.action}, ${entry.subject}, ${sql.json(entry.detail)}, ${entry.requestId})`;
}
