import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const fetchTimeoutMs = 100_000;
const cacheRoot = '/var/tmp/handover-elasticsearch';

/** Where the server's files are, complete; fetched from Maven Central once. Throws when that is not possible. */
export function serverFiles(): string {
  const wanted = readFileSync(join(import.meta.dirname, 'pom.xml'));
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  const home = join(cacheRoot, digest);
  if (existsSync(home)) return home;
  makeReadable(cacheRoot);
  // Whoever is first moves the complete directory into place.
  const making = join(cacheRoot, `making-${process.pid}`);
  rmSync(making, { recursive: true, force: true });
  fetchInto(making);
  try {
    renameSync(making, home);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}

function fetchInto(dir: string): void {
  const all = join(dir, 'lib');
  const module = join(dir, 'modules', 'transport-netty4');
  for (const made of [dir, all, join(dir, 'modules'), module]) makeReadable(made);
  const pom = join(import.meta.dirname, 'pom.xml');
  const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${all}`, '-DincludeScope=runtime'];
  const run = spawnSync('mvn', args, { encoding: 'utf8', timeout: fetchTimeoutMs, stdio: ['ignore', 'pipe', 'pipe'] });
  if (run.status !== 0) throw new Error(`Elasticsearch could not be fetched: ${run.error?.message ?? run.stdout.slice(-500)}`);
  for (const name of readdirSync(all)) {
    if (/^(netty|transport-netty4)-/.test(name)) renameSync(join(all, name), join(module, name));
  }
  copyFileSync(join(import.meta.dirname, 'plugin-descriptor.properties'), join(module, 'plugin-descriptor.properties'));
  copyFileSync(join(import.meta.dirname, 'Launcher.java'), join(dir, 'Launcher.java'));
  for (const sub of [dir, all, module]) for (const name of readdirSync(sub)) chmodSync(join(sub, name), 0o755);
}

/** For the server's user, who is not ours. */
function makeReadable(dir: string): void {
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o755);
}
