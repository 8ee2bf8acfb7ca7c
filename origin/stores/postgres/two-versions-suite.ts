import { silentLogger } from '@handover/shared/log';
import type { Sql } from 'postgres';
import { afterEach, expect, test } from 'vitest';
import { addressesFrom, type ServerAddress } from './address.ts';
import { createPostgres, type Postgres } from './index.ts';
import { migrate, readMigrations, type Migration } from './migrate.ts';
import { connect } from './server.ts';

const patienceMs = 20_000;
const workers = 6;

/**
 * Nodes of two versions at one database, as a rolling deploy has them: the older one is this version, the newer one brings migrations that it
 * has never heard of. `emptyDatabase` answers the URL of a new one; `work` uses every statement of a store once.
 */
export function twoVersionsSuite(emptyDatabase: () => Promise<string>, work: (store: Postgres) => Promise<void>): void {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });
  const prepare = async () => {
    const url = await emptyDatabase();
    const [address] = addressesFrom(url);
    if (address === undefined) throw new Error('no server');
    const sql = connect(address, 1, 0);
    undo.push(() => sql.end({ timeout: 1 }));
    return { url, address, sql, known: await readMigrations() };
  };
  const opened = async (url: string): Promise<Postgres> => {
    const store = createPostgres({ url, log: silentLogger });
    undo.push(() => store.stop());
    await store.start();
    await store.ready();
    return store;
  };

  test('every migration leaves what the version before it uses as it was', async () => {
    const { address, sql, known } = await prepare();
    for (const migration of known) {
      const before = await catalogOf(sql);
      await migrate(address, known.slice(0, migration.number), silentLogger);
      expect(faultsBetween(before, await catalogOf(sql)).map(fault => `${migration.name}: ${fault}`)).toEqual([]);
    }
  });

  test.each([
    ['alter table audit drop column actor', 'audit.actor'],
    ['alter table audit alter column actor type varchar(9)', 'audit.actor'],
    ['alter table audit add column place text not null', 'audit.place'],
    ['alter table audit add check (length(actor) < 9)', 'audit'],
    ['create unique index once on audit (request_id)', 'audit'],
    ['drop table documents', 'documents.id'],
  ])('the check of migrations notices: %s', async (text, what) => {
    const { address, sql, known } = await prepare();
    await migrate(address, known, silentLogger);
    const before = await catalogOf(sql);
    await sql.unsafe(text);
    expect(faultsBetween(before, await catalogOf(sql)).join()).toContain(what);
  });

  test('a node that runs loses no statement while a later version adds to every table, and one that starts then works too', async () => {
    const { url, address, sql, known } = await prepare();
    const store = await opened(url);
    const failures: unknown[] = [];
    let rounds = 0;
    let working = true;
    const worker = async (): Promise<void> => {
      while (working) {
        await work(store).catch((error: unknown) => failures.push(error));
        rounds += 1;
      }
    };
    const all = Array.from({ length: workers }, worker);
    try {
      await until('everybody has worked', () => rounds >= 2 * workers);
      const later = laterMigrations(await catalogOf(sql), known.length);
      await patiently(address, [...known, ...later]);
      const reached = rounds;
      await until('everybody has worked in the new schema', () => rounds >= reached + 3 * workers);
    } finally {
      working = false;
      await Promise.all(all);
    }
    expect(failures).toEqual([]);
    await work(await opened(url));
  });

  test('a migration that has to wait for somebody who reads for long lets everybody else pass', async () => {
    const { url, address, sql, known } = await prepare();
    const store = await opened(url);
    const entry = { actor: 'test', action: 'test', subject: '', detail: {}, requestId: '' };
    let migrated: Promise<void> | undefined;
    await sql.begin(async reader => {
      await reader`select count(*) from audit`;
      migrated = patiently(address, [...known, migrationOf(known.length + 1, 'alter table audit add column later text')]);
      migrated.catch(() => undefined);
      const waiting = connect(address, 1, 0);
      undo.push(() => waiting.end({ timeout: 1 }));
      await until('the migration waits', async () => (await waiting`select 1 from pg_locks where not granted`).length > 0);
      for (let time = 0; time < 5; time += 1) await store.audit.append(entry);
    });
    await migrated;
    expect(await sql`select later from audit`).toHaveLength(5);
  });
}

/** As a node does it: again and again, until it is done. */
async function patiently(address: ServerAddress, migrations: readonly Migration[]): Promise<void> {
  await until('migrated', async () => {
    try {
      await migrate(address, migrations, silentLogger);
      return true;
    } catch {
      return false;
    }
  });
}

const migrationOf = (number: number, text: string): Migration => ({ number, name: `later-${number}.sql`, text, checksum: text });

/** One migration for each table, with everything that one may do to it. */
const laterMigrations = (catalog: Catalog, known: number): Migration[] =>
  [...catalog.tables].map((table, index) =>
    migrationOf(
      known + index + 1,
      `alter table ${table} add column later_text text, add column later_number integer not null default 1;
       create index ${table}_later on ${table} (later_text); create table later_${table} (id uuid primary key);`,
    ),
  );

interface Catalog {
  tables: ReadonlySet<string>;
  /** Each column, constraint and unique index as a line that says everything about it, with its table. */
  lines: ReadonlyMap<string, { table: string; refuses: boolean }>;
}

async function catalogOf(sql: Sql): Promise<Catalog> {
  const rows = await sql<{ table: string; line: string; refuses: boolean }[]>`
    with ours as (select oid, relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
      and relname <> 'schema_migrations')
    select relname as table, relname || '.' || attname || ' ' || format_type(atttypid, atttypmod) || (case when attnotnull then ' not null' else '' end)
        || coalesce(' default ' || pg_get_expr(adbin, adrelid), '') as line, attnotnull and not atthasdef as refuses
      from ours join pg_attribute on attrelid = ours.oid and attnum > 0 and not attisdropped
      left join pg_attrdef on adrelid = attrelid and adnum = attnum
    union all select relname, relname || ' ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid), true
      from ours join pg_constraint on conrelid = ours.oid and contype <> 'n'
    union all select relname, relname || ' ' || pg_get_indexdef(indexrelid), true
      from ours join pg_index on indrelid = ours.oid and indisunique`;
  return { tables: new Set(rows.map(row => row.table)), lines: new Map(rows.map(({ line, ...row }) => [line, row])) };
}

function faultsBetween(before: Catalog, after: Catalog): string[] {
  const gone = [...before.lines.keys()].filter(line => !after.lines.has(line));
  const demands = [...after.lines].filter(([line, { table, refuses }]) => refuses && before.tables.has(table) && !before.lines.has(line));
  return [...gone.map(line => `is no longer there: ${line}`), ...demands.map(([line]) => `refuses what was accepted: ${line}`)];
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await condition()); await new Promise(resolve => setTimeout(resolve, 20)))
    if (Date.now() > end) throw new Error(`${what}: not within ${patienceMs} ms`);
}
