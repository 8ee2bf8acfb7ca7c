import { chmodSync, chownSync, cpSync, existsSync, lchownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runToEnd } from '../process/launch.ts';
import { serverUid } from './binaries.ts';

export interface DatabaseLogin {
  user: string;
  password: string;
  name: string;
}

/** Creates a data directory with our user and database in it. About 1.5 s. */
export async function initialise(native: string, data: string, login: DatabaseLogin, major: number): Promise<void> {
  const uid = serverUid();
  const partial = `${data}.new`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  own(partial, uid);
  const passwordFile = `${partial}.password`;
  writeFileSync(passwordFile, login.password, { mode: 0o600 });
  own(passwordFile, uid);
  const options = uid === undefined ? {} : { uid };
  try {
    await runToEnd(
      join(native, 'bin', 'initdb'),
      [
        '-D',
        partial,
        '-U',
        login.user,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        ...(major >= 17 ? ['--locale-provider=builtin'] : []),
        '--locale=C.UTF-8',
        '--no-sync',
        '--no-instructions',
      ],
      options,
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  // The regions' servers follow each other, from other addresses than their own when each has a network of its own.
  const access = ['host all all 0.0.0.0/0 scram-sha-256', 'host replication all 0.0.0.0/0 scram-sha-256', ''].join('\n');
  writeFileSync(join(partial, 'pg_hba.conf'), access, { mode: 0o600 });
  own(join(partial, 'pg_hba.conf'), uid);
  await runToEnd(join(native, 'bin', 'postgres'), ['--single', '-D', partial, 'postgres'], {
    ...options,
    input: `create database ${login.name}\n`,
  });
  renameInto(partial, data);
}

function renameInto(partial: string, data: string): void {
  rmSync(data, { recursive: true, force: true });
  cpSync(partial, data, { recursive: true, verbatimSymlinks: true });
  handOver(data);
  rmSync(partial, { recursive: true, force: true });
}

/** A standby's data directory from a stopped server's one. */
export function coldCopy(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  markStandby(to);
  handOver(to);
}

/** Contents that a copy of a running server leaves out: they belong to the running process or are made anew. */
const transient = ['pg_wal', 'pg_replslot', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_subtrans', 'pg_stat_tmp', 'pg_dynshmem'];

/** Copies a running server's files between the start and stop of its backup; `label` is what the stop answered. */
export function hotCopy(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  const skipped = new Set(['postmaster.pid', 'postmaster.opts', 'standby.signal', 'backup_label'].map(name => join(from, name)));
  const emptied = new Set(transient.map(name => join(from, name)));
  cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: path =>
      !skipped.has(path) && !basename(path).startsWith('pgsql_tmp') && !transient.some(name => path.startsWith(join(from, name) + '/')),
  });
  for (const name of emptied) mkdirSync(join(to, basename(name)), { recursive: true });
  for (const name of ['archive_status', 'summaries']) mkdirSync(join(to, 'pg_wal', name), { recursive: true });
}

export function finishHotCopy(to: string, label: string): void {
  writeFileSync(join(to, 'backup_label'), label);
  markStandby(to);
  handOver(to);
}

/** Tells a standby whom to follow: in a file of mode 600, since a command line is for everybody to read. */
export function follow(data: string, primary: { host: string; port: number }, login: DatabaseLogin, region: string): void {
  const target = `host=${primary.host} port=${primary.port} user=${login.user} password=${login.password} connect_timeout=2`;
  const path = join(data, 'postgresql.auto.conf');
  writeFileSync(path, `primary_conninfo = '${target} application_name=${region.replaceAll('-', '_')}'\n`, { mode: 0o600 });
  own(path, serverUid());
}

/** Lets no commit wait for a standby that an earlier run waited for. */
export function forgetSync(data: string): void {
  const path = join(data, 'postgresql.auto.conf');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const kept = lines.filter(line => !line.startsWith('synchronous_standby_names'));
  if (kept.length < lines.length) writeFileSync(path, kept.join('\n'));
}

export const isStandby = (data: string): boolean => existsSync(join(data, 'standby.signal'));
export const isInitialised = (data: string): boolean =>
  existsSync(join(data, 'PG_VERSION')) && existsSync(join(data, 'global', 'pg_control'));
const markStandby = (data: string): void => writeFileSync(join(data, 'standby.signal'), '');

/** Forgets the lock of a server that is gone: its process id may belong to another process by now. */
export function removeStaleLock(data: string): void {
  rmSync(join(data, 'postmaster.pid'), { force: true });
}

/** The process id in the lock file, if there is one. */
export function lockedBy(data: string): number | undefined {
  try {
    return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
}

/** Gives the directory to the servers' user with the modes PostgreSQL insists on. */
function handOver(data: string): void {
  const uid = serverUid();
  chmodSync(data, 0o700);
  if (uid === undefined) return;
  chownSync(data, uid, uid);
  for (const entry of readdirSync(data, { recursive: true, withFileTypes: true })) lchownSync(join(entry.parentPath, entry.name), uid, uid);
}

function own(path: string, uid: number | undefined): void {
  if (uid !== undefined) chownSync(path, uid, uid);
}
