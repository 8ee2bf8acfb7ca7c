import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from '../process/launch.ts';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'ui/dist');
const marker = join(dist, '.built-from');
const sources = ['ui/**/*', 'shared/**/*.ts', 'package-lock.json'];

/** The directory of the built pages; builds them first when their sources changed. Undefined when there are none to build. */
export async function builtPages(): Promise<string | undefined> {
  if (!existsSync(join(root, 'ui/vite.config.ts'))) return undefined;
  const digest = digestOfSources();
  if (existsSync(marker) && readFileSync(marker, 'utf8') === digest) return dist;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  await runToEnd(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'ui'),
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production' },
  });
  writeFileSync(marker, digest);
  return dist;
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  const paths = globSync(sources, { cwd: root, exclude: name => name.includes('node_modules') || name.includes('dist') });
  for (const path of paths.sort()) {
    const file = join(root, path);
    if (statSync(file).isFile()) hash.update(path).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
