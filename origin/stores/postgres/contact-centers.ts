import { ok, refuse } from '@handover/shared/result';
import type { ContactCenter, ContactCenters, ContactCenterSetting, CorsOrigin, Environment, ReadFrom } from '../../contracts/stores.ts';
import { insertAudit } from './audit.ts';
import type { Database } from './database.ts';

interface CenterRow {
  id: string;
  name: string;
  environment_id: string;
  version: number;
  domains: string[] | null;
}
interface SettingRow {
  id: string;
  contact_center_id: string;
  name: string;
  location: string;
  value: string;
  shared: boolean;
  version: number;
}

export function createContactCenters(database: Database): ContactCenters {
  return {
    environments: from =>
      database.read(from, async sql => [
        ...(await sql<Environment[]>`select id, name, version from environments order by name limit 1000`),
      ]),
    createEnvironment: (environment, audit) =>
      database.write(pool =>
        pool.begin(async sql => {
          const [row] = await sql<Environment[]>`insert into environments (id, name) values (${environment.id}, ${environment.name})
            on conflict do nothing returning id, name, version`;
          if (row === undefined) return refuse('exists');
          await insertAudit(sql, audit);
          return ok(row);
        }),
      ),
    contactCenters: from => centers(database, from),
    createContactCenter: (center, audit) =>
      database.write(pool =>
        pool.begin(async sql => {
          const parents = await sql`select 1 from environments where id = ${center.environmentId}`;
          if (parents.length === 0) return refuse('no-environment');
          const taken = await sql`select 1 from contact_center_domains where domain = any(
            select jsonb_array_elements_text(${sql.json(center.domains)}))`;
          if (taken.length > 0) return refuse('domain-taken');
          const made = await sql`insert into contact_centers (id, name, environment_id)
            values (${center.id}, ${center.name}, ${center.environmentId}) on conflict do nothing returning 1`;
          if (made.length === 0) return refuse('exists');
          const rows = center.domains.map((domain, position) => ({ domain, contact_center_id: center.id, position }));
          if (rows.length > 0) await sql`insert into contact_center_domains ${sql(rows)}`;
          await insertAudit(sql, audit);
          return ok({ ...center, version: 1 });
        }),
      ),
    settings: (contactCenterId, from) =>
      database.read(from, async sql => {
        const rows = await sql<SettingRow[]>`select * from settings where contact_center_id = ${contactCenterId}
          order by name, location limit 1000`;
        return rows.map(settingFrom);
      }),
    putSetting: (setting, audit) =>
      database.write(pool =>
        pool.begin(async sql => {
          const parents = await sql`select 1 from contact_centers where id = ${setting.contactCenterId}`;
          if (parents.length === 0) return refuse('no-contact-center');
          const [row] = await sql<SettingRow[]>`
            insert into settings (id, contact_center_id, name, location, value, shared)
            values (${setting.id}, ${setting.contactCenterId}, ${setting.name}, ${setting.location}, ${setting.value}, ${setting.shared})
            on conflict (contact_center_id, name, location) do update
            set value = excluded.value, shared = excluded.shared, version = settings.version + 1, updated_at = now() returning *`;
          await insertAudit(sql, audit);
          return row === undefined ? refuse('no-contact-center') : ok(settingFrom(row));
        }),
      ),
    corsOrigins: from =>
      database.read(from, async sql => {
        const rows = await sql<{ id: string; contact_center_id: string | null; origin: string }[]>`
          select id, contact_center_id, origin from cors_origins order by origin, id limit 1000`;
        return rows.map(originFrom);
      }),
    addCorsOrigin: (entry, audit) =>
      database.write(pool =>
        pool.begin(async sql => {
          const center = entry.contactCenterId ?? null;
          const parents = center === null ? [1] : await sql`select 1 from contact_centers where id = ${center}`;
          if (parents.length === 0) return refuse('no-contact-center');
          const [row] = await sql<{ id: string; contact_center_id: string | null; origin: string }[]>`
            insert into cors_origins (id, contact_center_id, origin) values (${entry.id}, ${center}, ${entry.origin})
            on conflict (contact_center_id, origin) do update set origin = excluded.origin returning id, contact_center_id, origin`;
          await insertAudit(sql, audit);
          return row === undefined ? refuse('no-contact-center') : ok(originFrom(row));
        }),
      ),
    removeCorsOrigin: (id, audit) =>
      database.write(pool =>
        pool.begin(async sql => {
          const removed = await sql`delete from cors_origins where id = ${id} returning 1`;
          if (removed.length > 0) await insertAudit(sql, audit);
          return removed.length > 0;
        }),
      ),
  };
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

const settingFrom = (row: SettingRow): ContactCenterSetting => ({
  id: row.id,
  contactCenterId: row.contact_center_id,
  name: row.name,
  location: row.location,
  value: row.value,
  shared: row.shared,
  version: row.version,
});

const originFrom = (row: { id: string; contact_center_id: string | null; origin: string }): CorsOrigin => ({
  id: row.id,
  ...(row.contact_center_id === null ? {} : { contactCenterId: row.contact_center_id }),
  origin: row.origin,
});
