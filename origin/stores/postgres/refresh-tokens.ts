import type { JSONValue } from 'postgres';
import type { RefreshTokenRecord, RefreshTokens } from '../../contracts/stores.ts';
import type { Database } from './database.ts';

interface TokenRow {
  hash: string;
  grant_id: string;
  client_id: string;
  tenant: string;
  user_name: string | null;
  payload: unknown;
  consumed_at: Date | null;
  expires_at: Date;
}

const columns = [
  'hash',
  'grant_id',
  'client_id',
  'tenant',
  'user_name',
  'payload',
  'consumed_at',
  'expires_at',
] as const satisfies (keyof TokenRow)[];

export function createRefreshTokens(database: Database): RefreshTokens {
  const find = (hash: string, from: 'primary' | 'local'): Promise<RefreshTokenRecord | undefined> =>
    database.read(from, async sql => {
      const [row] = await sql<TokenRow[]>`select ${sql(columns)} from refresh_tokens where hash = ${hash}`;
      return row === undefined ? undefined : recordFrom(row);
    });
  return {
    get writable() {
      return database.writable;
    },
    canWrite: () => database.canWrite(),
    async find(hash) {
      const near = await find(hash, 'local');
      // A token issued a moment ago may not have come to a standby yet.
      return near === undefined && database.writable ? find(hash, 'primary') : near;
    },
    save: record =>
      database.write(async sql => {
        await sql`insert into refresh_tokens (hash, grant_id, client_id, tenant, user_name, payload, expires_at)
          values (${record.hash}, ${record.grantId}, ${record.clientId}, ${record.tenant}, ${record.userName ?? null},
            ${sql.json(record.payload as JSONValue)}, ${new Date(record.expiresAtMs)})
          on conflict (hash) do update set payload = excluded.payload, expires_at = excluded.expires_at`;
      }),
    consume: (hash, atMs) =>
      database.write(async sql => {
        const [row] = await sql<{ consumed_at: Date }[]>`update refresh_tokens set consumed_at = coalesce(consumed_at, ${new Date(atMs)})
          where hash = ${hash} returning consumed_at`;
        return row?.consumed_at.getTime();
      }),
    remove: hash =>
      database.write(async sql => {
        await sql`delete from refresh_tokens where hash = ${hash}`;
      }),
    removeGrant: grantId =>
      database.write(async sql => {
        await sql`delete from refresh_tokens where grant_id = ${grantId}`;
      }),
    removeUser: (tenant, userName) =>
      database.write(async sql => {
        await sql`delete from refresh_tokens where tenant = ${tenant} and user_name = ${userName}`;
      }),
    removeExpired: nowMs =>
      database.write(async sql => {
        const removed = await sql`delete from refresh_tokens where hash in
          (select hash from refresh_tokens where expires_at < ${new Date(nowMs)} limit 10000)`;
        return removed.count;
      }),
  };
}

const recordFrom = (row: TokenRow): RefreshTokenRecord => ({
  hash: row.hash,
  grantId: row.grant_id,
  clientId: row.client_id,
  tenant: row.tenant,
  ...(row.user_name === null ? {} : { userName: row.user_name }),
  payload: row.payload,
  ...(row.consumed_at === null ? {} : { consumedAtMs: row.consumed_at.getTime() }),
  expiresAtMs: row.expires_at.getTime(),
});
