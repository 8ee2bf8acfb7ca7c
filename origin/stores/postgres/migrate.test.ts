import { describe, expect, test } from 'vitest';
import { readMigrations } from './migrate.ts';

// The nodes of two versions run side by side during a deploy: the older one reads and writes in the newer one's schema. So what there is stays as
// it is, and new columns fill themselves. What must go is taken away one release after the last version that knew it, in a migration named below.
const forbidden: [RegExp, string][] = [
  [/\bdrop\s+(table|column|schema|view|type|function)\b/i, 'takes something away that the older version uses'],
  [/\brename\b/i, 'renames something that the older version knows by its name'],
  [/\balter\s+column\s+\S+\s+(set\s+data\s+)?type\b/i, 'changes a type under the older version'],
  [/\balter\s+column\s+\S+\s+set\s+not\s+null\b/i, 'refuses what the older version writes'],
  [/\badd\s+(constraint|check|unique|primary|foreign)\b/i, 'refuses what the older version writes'],
  [/\b(truncate|delete\s+from)\b/i, 'removes data'],
  [/\bcreate\s+index\s+concurrently\b/i, 'cannot run in a transaction'],
];
const addsRequired =
  /\badd\s+(?:column\s+)?(?!column|constraint)(?:if\s+not\s+exists\s+)?\w+\s[^,;]*\bnot\s+null\b(?![^,;]*\bdefault\b)[^,;]*/i;
/** Migrations that may break a rule, because no version that runs beside them is left that minds. */
const excused: ReadonlySet<string> = new Set();

function faultsIn(text: string): string[] {
  const statements = text.replaceAll(/--.*$/gm, '');
  const found = forbidden.filter(([pattern]) => pattern.test(statements)).map(([, why]) => why);
  const required = statements.split(';').some(statement => /\balter\s+table\b/i.test(statement) && requiredWithoutDefault(statement));
  return required ? [...found, 'adds a column that the older version does not fill'] : found;
}
const requiredWithoutDefault = (statement: string): boolean =>
  addsRequired.test(statement.replaceAll(/\bdefault\b([^,;]*)\bnot\s+null\b/gi, 'default$1'));

describe('migrations', () => {
  test('keep the schema good for the version before', async () => {
    const faults = (await readMigrations())
      .filter(({ name }) => !excused.has(name))
      .flatMap(({ name, text }) => faultsIn(text).map(fault => `${name} ${fault}`));
    expect(faults).toEqual([]);
  });

  test.each([
    'drop table audit;',
    'alter table audit drop column actor;',
    'alter table audit rename column actor to who;',
    'alter table audit alter column actor type integer;',
    'alter table audit alter column actor set not null;',
    'alter table audit add constraint short check (length(actor) < 9);',
    'alter table audit add column place text not null;',
    'delete from audit;',
  ])('a rule notices: %s', text => expect(faultsIn(text)).not.toEqual([]));

  test.each([
    'alter table audit add column place text;',
    "alter table audit add column place text not null default '';",
    "alter table audit add column place text default '' not null;",
    'create table more (id uuid primary key, name text not null);',
    'create index audit_actor on audit (actor);',
  ])('a rule lets pass: %s', text => expect(faultsIn(text)).toEqual([]));
});
