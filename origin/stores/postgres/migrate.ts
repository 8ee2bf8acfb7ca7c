import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '@handover/shared/errors';
import type { Logger } from '@handover/shared/log';
import type { Sql } from 'postgres';
import type { ServerAddress } from './address.ts';
import { connect } from './server.ts';

export interface Migration {
  /** Leading number of the file name; they run in this order, each once. */
  number: number;
  name: string;
  text: string;
  checksum: string;
}

const folder = new URL('./migrations/', import.meta.url);
const nameShape = /^(\d{4})-[a-z0-9-]+\.sql$/;
// Any number nobody else uses as an advisory lock in this database.
const lock = 7_235_011;
const lockMs = 500;

/** The migrations that this version of the code needs. Numbers start at 1 and leave no gap. */
export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(nameShape.exec(name)?.[1]);
      if (number !== index + 1) throw new AppError('internal.fault', { detail: `migration ${name} is out of order` });
      const text = await readFile(new URL(name, folder), 'utf8');
      return { number, name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/** Brings the primary's schema to this version, one migration a transaction. Any number of nodes may do so at once; a lock orders them. */
export async function migrate(primary: ServerAddress, migrations: readonly Migration[], log: Logger): Promise<void> {
  const pool = connect(primary, 1, 0);
  try {
    await pool`select pg_advisory_lock(${lock})`;
    await pool`create table if not exists schema_migrations (
      number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`;
    const applied = await appliedMigrations(pool);
    for (const migration of migrations) {
      const known = applied.get(migration.number);
      if (known === undefined) await apply(pool, migration, log);
      // Forward only: what ran somewhere is never edited.
      else if (known !== migration.checksum)
        throw new AppError('internal.fault', { detail: `migration ${migration.name} was changed after it ran` });
    }
  } finally {
    // Ends the session, and with it the lock.
    await pool.end({ timeout: 1 });
  }
}

async function apply(pool: Sql, migration: Migration, log: Logger): Promise<void> {
  await pool.begin(async sql => {
    // Whoever comes after one that waits for a lock waits too, the older version's nodes first of all: step back, and try again.
    await sql.unsafe(`set local lock_timeout = ${lockMs}`);
    await sql.unsafe(migration.text).simple();
    await sql`insert into schema_migrations (number, name, checksum)
      values (${migration.number}, ${migration.name}, ${migration.checksum})`;
  });
  log.info('migrated', { migration: migration.name });
}

async function appliedMigrations(sql: Sql): Promise<Map<number, string>> {
  const rows = await sql<{ number: number; checksum: string }[]>`select number, checksum from schema_migrations`;
  return new Map(rows.map(row => [row.number, row.checksum]));
}

/** Whether the server that answers has at least the given migration. */
export async function schemaReached(sql: Sql, number: number): Promise<boolean> {
  const [table] = await sql<{ there: boolean }[]>`select to_regclass('schema_migrations') is not null as there`;
  if (table?.there !== true) return false;
  const [row] = await sql<{ highest: number | null }[]>`select max(number) as highest from schema_migrations`;
  return (row?.highest ?? 0) >= number;
}
