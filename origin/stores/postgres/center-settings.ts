import { ok, refuse } from '@handover/shared/result';
import type { ContactCenters, ContactCenterSetting, CorsOrigin } from '../../contracts/stores.ts';
import { insertAudit } from './audit.ts';
import type { Database } from './database.ts';

interface SettingRow {
  id: string;
  contact_center_id: string;
  name: string;
  location: string;
  value: string;
  shared: boolean;
  version: number;
}

const columns = ['id', 'contact_center_id', 'name', 'location', 'value', 'shared', 'version'] as const satisfies (keyof SettingRow)[];

type CenterSettings = Pick<
  ContactCenters,
  'settings' | 'settingsNamed' | 'putSetting' | 'removeSetting' | 'corsOrigins' | 'addCorsOrigin' | 'removeCorsOrigin'
>;

export function createCenterSettings(database: Database): CenterSettings {
  return {
    settings: (contactCenterId, from) =>
      database.read(from, async sql => {
        const rows = await sql<SettingRow[]>`select ${sql(columns)} from settings where contact_center_id = ${contactCenterId}
          order by name, location limit 1000`;
        return rows.map(settingFrom);
      }),
    settingsNamed: (name, from) =>
      database.read(from, async sql => {
        const rows = await sql<
          SettingRow[]
        >`select ${sql(columns)} from settings where name = ${name} order by contact_center_id, location limit 1000`;
        return rows.map(settingFrom);
      }),
    putSetting: (setting, audit, version) =>
      database.write(pool =>
        pool.begin(async sql => {
          const parents = await sql`select 1 from contact_centers where id = ${setting.contactCenterId}`;
          if (parents.length === 0) return refuse('no-contact-center');
          const { contactCenterId, name, location, value, shared } = setting;
          const [row] =
            version === undefined
              ? await sql<SettingRow[]>`
                  insert into settings (id, contact_center_id, name, location, value, shared)
                  values (${setting.id}, ${contactCenterId}, ${name}, ${location}, ${value}, ${shared})
                  on conflict (contact_center_id, name, location) do update
                  set value = excluded.value, shared = excluded.shared, version = settings.version + 1, updated_at = now() returning ${sql(columns)}`
              : await sql<SettingRow[]>`
                  update settings set value = ${value}, shared = ${shared}, version = version + 1, updated_at = now()
                  where contact_center_id = ${contactCenterId} and name = ${name} and location = ${location} and version = ${version}
                  returning ${sql(columns)}`;
          if (row === undefined) return refuse('version');
          await insertAudit(sql, audit);
          return ok(settingFrom(row));
        }),
      ),
    removeSetting: (contactCenterId, id, audit, version) =>
      database.write(pool =>
        pool.begin(async sql => {
          const removed = await sql`delete from settings where contact_center_id = ${contactCenterId} and id = ${id}
            and version = coalesce(${version ?? null}::integer, version) returning 1`;
          if (removed.length === 0) {
            const there = await sql`select 1 from settings where contact_center_id = ${contactCenterId} and id = ${id}`;
            return refuse(there.length === 0 ? 'missing' : 'version');
          }
          await insertAudit(sql, audit);
          return ok(true as const);
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
