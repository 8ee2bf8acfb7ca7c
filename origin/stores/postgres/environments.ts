import { ok, refuse } from '@handover/shared/result';
import type { ContactCenters, Environment } from '../../contracts/stores.ts';
import { insertAudit } from './audit.ts';
import { isViolation, type Database } from './database.ts';

type Environments = Pick<ContactCenters, 'environments' | 'createEnvironment' | 'updateEnvironment' | 'removeEnvironment'>;

export function createEnvironments(database: Database): Environments {
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
    async updateEnvironment({ id, name, version }, audit) {
      try {
        return await database.write(pool =>
          pool.begin(async sql => {
            const [row] = await sql<Environment[]>`update environments set name = ${name}, version = version + 1, updated_at = now()
              where id = ${id} and version = ${version} returning id, name, version`;
            if (row === undefined)
              return refuse((await sql`select 1 from environments where id = ${id}`).length === 0 ? 'missing' : 'version');
            await insertAudit(sql, audit);
            return ok(row);
          }),
        );
      } catch (error) {
        if (isViolation(error, 'unique')) return refuse('exists');
        throw error;
      }
    },
    async removeEnvironment(id, audit, version) {
      try {
        return await database.write(pool =>
          pool.begin(async sql => {
            const removed = await sql`delete from environments
              where id = ${id} and version = coalesce(${version ?? null}::integer, version) returning 1`;
            if (removed.length === 0)
              return refuse((await sql`select 1 from environments where id = ${id}`).length === 0 ? 'missing' : 'version');
            await insertAudit(sql, audit);
            return ok(true as const);
          }),
        );
      } catch (error) {
        if (isViolation(error, 'foreign-key')) return refuse('in-use');
        throw error;
      }
    },
  };
}
