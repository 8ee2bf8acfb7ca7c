import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Elasticsearch 9 runs on no older one. */
const oldestJava = 21;
const homes = '/usr/lib/jvm';

/** The program of the newest Java development kit here that runs Elasticsearch; undefined when there is none. */
export function findJava(): string | undefined {
  const dirs = [...onPath(), ...listed(homes).map(name => join(homes, name))];
  const found = dirs.map(dir => ({ dir, version: versionOf(dir) })).filter(({ version }) => version >= oldestJava);
  const newest = found.sort((a, b) => b.version - a.version)[0];
  return newest === undefined ? undefined : join(newest.dir, 'bin', 'java');
}

const onPath = (): string[] =>
  (process.env['PATH'] ?? '').split(':').flatMap(dir => {
    try {
      return [dirname(dirname(realpathSync(join(dir, 'javac'))))];
    } catch {
      return [];
    }
  });

function listed(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** Of a development kit, whose compiler the launcher needs; 0 for anything else. */
function versionOf(dir: string): number {
  try {
    realpathSync(join(dir, 'bin', 'javac'));
    return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(join(dir, 'release'), 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
