import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Plain JavaScript, so that any supported Node can pack.
 * Runs around `npm pack`. In the repository the package is its sources; packed it is JavaScript and declarations. `before`
 * builds them and points the manifest at them, `after` puts the manifest back.
 */
const root = dirname(fileURLToPath(import.meta.url));
const manifestPath = join(root, 'package.json');
const savedPath = join(root, 'package.json.unpacked');

function before() {
  // A manifest saved by a pack that was interrupted is the true one.
  if (existsSync(savedPath)) renameSync(savedPath, manifestPath);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const built = spawnSync('tsc', ['-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit', cwd: root });
  if (built.status !== 0) throw new Error('the build failed');
  copyFileSync(manifestPath, savedPath);
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
  manifest.exports = { '.': { types: './dist/index.d.ts', default: './dist/index.js' } };
  manifest.types = './dist/index.d.ts';
  manifest.main = './dist/index.js';
  delete manifest.scripts;
  writeFileSync(manifestPath, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function after() {
  if (existsSync(savedPath)) renameSync(savedPath, manifestPath);
}

if (process.argv[2] === 'before') before();
else after();
