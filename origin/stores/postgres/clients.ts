import { uuidv7 } from '@handover/shared/ids';
import { ok, refuse } from '@handover/shared/result';
import type { Sql } from 'postgres';
import type { OAuthClient, OAuthClients } from '../../contracts/stores.ts';
import { insertAudit } from './audit.ts';
import type { Database } from './database.ts';

interface ClientRow {
  client_id: string;
  name: string;
  secret_hash: string | null;
  client_type: OAuthClient['clientType'];
  internal_client: boolean;
  grant_types: string[];
  redirect_uris: string[];
  scopes: string[];
  authorities: string[];
  contact_center_ids: string[];
  access_token_expiration_s: number;
  refresh_token_expiration_s: number;
  version: number;
}

const columns = [
  'client_id',
  'name',
  'secret_hash',
  'client_type',
  'internal_client',
  'grant_types',
  'redirect_uris',
  'scopes',
  'authorities',
  'contact_center_ids',
  'access_token_expiration_s',
  'refresh_token_expiration_s',
  'version',
] as const satisfies (keyof ClientRow)[];

export function createClients(database: Database): OAuthClients {
  return {
    find: (clientId, from) =>
      database.read(from, async sql => {
        const [row] = await sql<ClientRow[]>`select ${sql(columns)} from oauth_clients where client_id = ${clientId}`;
        return row === undefined ? undefined : clientFrom(row);
      }),
    list: from =>
      database.read(from, async sql => {
        const rows = await sql<ClientRow[]>`select ${sql(columns)} from oauth_clients order by client_id limit 1000`;
        return rows.map(clientFrom);
      }),
    create: (client, audit) =>
      database.write(pool =>
        pool.begin(async sql => {
          const [row] = await sql<ClientRow[]>`
            insert into oauth_clients ${sql({ id: uuidv7(), ...rowFrom(sql, client) })}
            on conflict (client_id) do nothing returning ${sql(columns)}`;
          if (row === undefined) return refuse('exists');
          await insertAudit(sql, audit);
          return ok(clientFrom(row));
        }),
      ),
    update: (client, audit) =>
      database.write(pool =>
        pool.begin(async sql => {
          const [row] = await sql<ClientRow[]>`
            update oauth_clients set ${sql(rowFrom(sql, client))}, version = version + 1, updated_at = now()
            where client_id = ${client.clientId} and version = ${client.version} returning ${sql(columns)}`;
          if (row !== undefined) {
            await insertAudit(sql, audit);
            return ok(clientFrom(row));
          }
          const there = await sql`select 1 from oauth_clients where client_id = ${client.clientId}`;
          return refuse(there.length === 0 ? 'missing' : 'version');
        }),
      ),
    remove: (clientId, audit, version) =>
      database.write(pool =>
        pool.begin(async sql => {
          const removed = await sql`delete from oauth_clients
            where client_id = ${clientId} and version = coalesce(${version ?? null}::integer, version) returning 1`;
          if (removed.length === 0) {
            const there = await sql`select 1 from oauth_clients where client_id = ${clientId}`;
            return refuse(there.length === 0 ? 'missing' : 'version');
          }
          await sql`delete from refresh_tokens where client_id = ${clientId}`;
          await insertAudit(sql, audit);
          return ok(true as const);
        }),
      ),
  };
}

const clientFrom = (row: ClientRow): OAuthClient => ({
  clientId: row.client_id,
  name: row.name,
  ...(row.secret_hash === null ? {} : { secretHash: row.secret_hash }),
  clientType: row.client_type,
  internalClient: row.internal_client,
  grantTypes: row.grant_types,
  redirectUris: row.redirect_uris,
  scopes: row.scopes,
  authorities: row.authorities,
  contactCenterIds: row.contact_center_ids,
  accessTokenExpirationS: row.access_token_expiration_s,
  refreshTokenExpirationS: row.refresh_token_expiration_s,
  version: row.version,
});

const rowFrom = (sql: Pick<Sql, 'json'>, client: Omit<OAuthClient, 'version'>) => ({
  client_id: client.clientId,
  name: client.name,
  secret_hash: client.secretHash ?? null,
  client_type: client.clientType,
  internal_client: client.internalClient,
  grant_types: sql.json(client.grantTypes),
  redirect_uris: sql.json(client.redirectUris),
  scopes: sql.json(client.scopes),
  authorities: sql.json(client.authorities),
  contact_center_ids: sql.json(client.contactCenterIds),
  access_token_expiration_s: client.accessTokenExpirationS,
  refresh_token_expiration_s: client.refreshTokenExpirationS,
});
