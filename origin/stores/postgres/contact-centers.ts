import { ok, refuse } from '@handover/shared/result';
import type { TransactionSql } from 'postgres';
import type { ContactCenter, ContactCenters, ReadFrom } from '../../contracts/stores.ts';
import { insertAudit } from './audit.ts';
import { createCenterSettings } from './center-settings.ts';
import { isViolation, type Database } from './database.ts';
import { createEnvironments } from './environments.ts';

interface CenterRow {
  id: string;
  name: string;
  environment_id: string;
  version: number;
  domains: string[] | null;
}

export function createContactCenters(database: Database): ContactCenters {
  return {
    ...createEnvironments(database),
    ...createCenterSettings(database),
    contactCenters: from => centers(database, from),
    createContactCenter: (center, audit) =>
      database.write(pool =>
        pool.begin(async sql => {
          const fault = await faultOf(sql, center);
          if (fault !== undefined) return refuse(fault);
          const made = await sql`insert into contact_centers (id, name, environment_id)
            values (${center.id}, ${center.name}, ${center.environmentId}) on conflict do nothing returning 1`;
          if (made.length === 0) return refuse('exists');
          await insertDomains(sql, center);
          await insertAudit(sql, audit);
          return ok({ ...center, version: 1 });
        }),
      ),
    async updateContactCenter(center, audit) {
      try {
        return await database.write(pool =>
          pool.begin(async sql => {
            const [row] = await sql<{ version: number }[]>`update contact_centers
              set name = ${center.name}, environment_id = ${center.environmentId}, version = version + 1, updated_at = now()
              where id = ${center.id} and version = ${center.version}
                and exists (select 1 from environments where id = ${center.environmentId}) returning version`;
            const fault = await faultOf(sql, center);
            // Whoever fails takes the update back with it, so the answer must be thrown.
            if (row === undefined) return refuse(await reasonOf(sql, center));
            if (fault !== undefined) throw new Refusal(fault);
            await sql`delete from contact_center_domains where contact_center_id = ${center.id}`;
            await insertDomains(sql, center);
            await insertAudit(sql, audit);
            return ok({ ...center, version: row.version });
          }),
        );
      } catch (error) {
        if (error instanceof Refusal) return refuse(error.reason);
        if (isViolation(error, 'unique')) return refuse('exists');
        throw error;
      }
    },
    removeContactCenter: (id, audit, version) =>
      database.write(pool =>
        pool.begin(async sql => {
          const removed = await sql`delete from contact_centers
            where id = ${id} and version = coalesce(${version ?? null}::integer, version) returning 1`;
          if (removed.length === 0) return refuse((await isThere(sql, id)) ? 'version' : 'missing');
          await insertAudit(sql, audit);
          return ok(true as const);
        }),
      ),
  };
}

type Fault = 'no-environment' | 'domain-taken';
class Refusal extends Error {
  readonly reason: Fault;
  constructor(reason: Fault) {
    super(reason);
    this.reason = reason;
  }
}

async function faultOf(sql: TransactionSql, center: Omit<ContactCenter, 'version'>): Promise<Fault | undefined> {
  const parents = await sql`select 1 from environments where id = ${center.environmentId}`;
  if (parents.length === 0) return 'no-environment';
  const taken = await sql`select 1 from contact_center_domains where contact_center_id <> ${center.id} and domain = any(
    select jsonb_array_elements_text(${sql.json(center.domains)}))`;
  return taken.length > 0 ? 'domain-taken' : undefined;
}

/** Why nothing was updated. */
async function reasonOf(sql: TransactionSql, center: ContactCenter): Promise<'missing' | 'version' | 'no-environment'> {
  const [row] = await sql<{ version: number }[]>`select version from contact_centers where id = ${center.id}`;
  if (row === undefined) return 'missing';
  return row.version === center.version ? 'no-environment' : 'version';
}

const isThere = async (sql: TransactionSql, id: string): Promise<boolean> =>
  (await sql`select 1 from contact_centers where id = ${id}`).length > 0;

async function insertDomains(sql: TransactionSql, center: Omit<ContactCenter, 'version'>): Promise<void> {
  const rows = center.domains.map((domain, position) => ({ domain, contact_center_id: center.id, position }));
  if (rows.length > 0) await sql`insert into contact_center_domains ${sql(rows)}`;
}

const centers = (database: Database, from: ReadFrom): Promise<ContactCenter[]> =>
  database.read(from, async sql => {
    const rows = await sql<CenterRow[]>`
      select id, name, environment_id, version,
        (select jsonb_agg(domain order by position) from contact_center_domains where contact_center_id = contact_centers.id) as domains
      from contact_centers order by created_at, id limit 1000`;
    return rows.map(row => ({
      id: row.id,
      name: row.name,
      environmentId: row.environment_id,
      version: row.version,
      domains: row.domains ?? [],
    }));
  });
