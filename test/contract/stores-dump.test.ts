import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLogger } from '@handover/shared/log';
import { expect, test } from 'vitest';
import { createPostgres, type Postgres } from '../../origin/stores/postgres/index.ts';
import { debianPostgres, hasDebianPostgres, startPostgres } from './stores-support.ts';

// Dump and restore as docs/operations.md tells operators, with PostgreSQL's own tools; they are not among the embedded binaries.
const run = promisify(execFile);
const log = createLogger({ sink: () => undefined, area: 'test' });
const audit = (subject: string): Parameters<Postgres['audit']['append']>[0] => ({
  actor: 'test',
  action: 'test',
  subject,
  detail: {},
  requestId: 'r1',
});
if (!hasDebianPostgres) console.log(`skipped: dump and restore, because ${debianPostgres.dir}/bin/pg_dump is not there`);

test.skipIf(!hasDebianPostgres)('a dump, restored into a new cluster, is the same database, and is written to at once', async () => {
  const undo: (() => Promise<unknown>)[] = [];
  const dir = mkdtempSync(join(tmpdir(), 'handover-dump-'));
  try {
    const [old, made] = [await startPostgres(['us-east'], debianPostgres), await startPostgres(['us-east'], debianPostgres)];
    undo.push(
      () => old.stop(),
      () => made.stop(),
    );
    const open = async (url: string): Promise<Postgres> => {
      const store = createPostgres({ url, log, timelines: { raiseTimeline: async (system, seen) => remember(system, seen) } });
      undo.push(() => store.stop());
      await store.start();
      return store;
    };
    const before = await open(old.url('us-east'));
    await before.ready();
    for (let index = 0; index < 20; index += 1)
      await before.contactCenters.createEnvironment({ id: crypto.randomUUID(), name: `environment ${index}` }, audit(`entry ${index}`));

    const kept = [await before.contactCenters.environments('primary'), await before.audit.list(1_000, 'primary')];

    const file = join(dir, 'handover.dump');
    await run(join(debianPostgres.dir, 'bin/pg_dump'), ['--format=custom', `--file=${file}`, old.url('us-east')]);
    const options = ['--exit-on-error', '--single-transaction', `--dbname=${made.url('us-east')}`];
    await run(join(debianPostgres.dir, 'bin/pg_restore'), [...options, file]);

    // The old cluster had been promoted often; the new one's timelines begin again, under an identifier of its own.
    for (const system of known.keys()) known.set(system, 7);
    const after = await open(made.url('us-east'));
    await after.ready();
    expect([await after.contactCenters.environments('primary'), await after.audit.list(1_000, 'primary')]).toEqual(kept);
    await after.audit.append(audit('after the restore'));
    expect((await after.audit.list(1, 'primary'))[0]?.subject).toBe('after the restore');
  } finally {
    for (const step of undo.reverse()) await step();
    rmSync(dir, { recursive: true, force: true });
  }
});

const known = new Map<string, number>();
const remember = (system: string, seen: number): number => {
  known.set(system, Math.max(known.get(system) ?? 0, seen));
  return known.get(system) ?? 0;
};
