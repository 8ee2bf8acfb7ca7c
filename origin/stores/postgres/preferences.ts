import { uuidv7 } from '@handover/shared/ids';
import type { JSONValue } from 'postgres';
import type { FavoriteTarget, Preferences, RecentTarget } from '../../contracts/workspace.ts';
import type { Database } from './database.ts';

const kept = 100;

/** Reads are local: a page that writes and reads at once may see the state of a moment ago when its region's server is a standby. */
export function createPreferences(database: Database): Preferences {
  return {
    recents: (tenant, person) =>
      database.read('local', async sql => {
        const rows = await sql<{ target: RecentTarget; missed: boolean }[]>`select target, missed from recent_targets
          where tenant = ${tenant} and person = ${person} order by at desc, id desc limit ${kept}`;
        return rows.map(row => ({ ...row.target, missed: row.missed }));
      }),
    addRecent: (tenant, person, target) =>
      database.write(pool =>
        pool.begin(async sql => {
          await sql`insert into recent_targets (id, tenant, person, target, missed, at) values (${uuidv7()}, ${tenant}, ${person},
            ${sql.json(target as unknown as JSONValue)}, ${target.missed}, ${new Date(target.timeStampMs)})`;
          await sql`delete from recent_targets where id in (select id from recent_targets
            where tenant = ${tenant} and person = ${person} order by at desc, id desc offset ${kept})`;
        }),
      ),
    acknowledgeMissed: (tenant, person) =>
      database.write(async sql => {
        await sql`update recent_targets set missed = false where tenant = ${tenant} and person = ${person} and missed`;
      }),
    favorites: (tenant, person) =>
      database.read('local', async sql => {
        const rows = await sql<{ target: FavoriteTarget }[]>`select target from favorite_targets
          where tenant = ${tenant} and person = ${person} order by created_at desc, id desc limit ${kept}`;
        return rows.map(row => row.target);
      }),
    saveFavorite: (tenant, person, target) =>
      database.write(pool =>
        pool.begin(async sql => {
          const made = await sql`insert into favorite_targets (id, tenant, person, type, target_id, target) values (${uuidv7()}, ${tenant},
            ${person}, ${target.type}, ${target.id}, ${sql.json(target as unknown as JSONValue)}) on conflict do nothing returning 1`;
          if (made.length === 0) return false;
          await sql`delete from favorite_targets where id in (select id from favorite_targets
            where tenant = ${tenant} and person = ${person} order by created_at desc, id desc offset ${kept})`;
          return true;
        }),
      ),
    deleteFavorite: (tenant, person, type, id) =>
      database.write(async sql => {
        const removed = await sql`delete from favorite_targets
          where tenant = ${tenant} and person = ${person} and type = ${type} and target_id = ${id} returning 1`;
        return removed.length > 0;
      }),
  };
}
