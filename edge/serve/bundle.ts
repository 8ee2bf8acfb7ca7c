import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const cache = join(root, 'node_modules/.cache/handover-edge');
const sources = ['edge/**/*.ts', 'regions/*.ts', 'shared/**/*.ts', 'wrangler.toml', 'package-lock.json'];
const buildTimeoutMs = 60_000;
const require = createRequire(join(root, 'package.json'));
const wranglerEntry = require.resolve('wrangler/package.json');

export interface Bundle {
  /** Directory with `index.js` and `assets-worker.js`. */
  readonly directory: string;
  /** The runtime that belongs to the bundler. */
  readonly workerd: string;
}

/** Makes the worker's bundle with wrangler, or finds the one made of the same sources before. */
export async function bundleEdge(): Promise<Bundle> {
  const directory = join(cache, await hashOfSources());
  if (!existsSync(directory)) await build(directory);
  const workerd = (createRequire(wranglerEntry)('workerd') as { default: string }).default;
  return { directory, workerd };
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const files: string[] = [];
  for await (const file of glob(sources, { cwd: root, exclude: name => name.includes('node_modules') }))
    if (!file.endsWith('.test.ts')) files.push(file);
  for (const file of files.sort())
    hash
      .update(file)
      .update('\0')
      .update(await readFile(join(root, file)))
      .update('\0');
  return hash.digest('hex').slice(0, 24);
}

/** Built beside its place and moved there whole, so that two builders at once do no harm. */
async function build(directory: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'handover-edge-'));
  const made = await mkdtemp(`${directory}.`);
  try {
    await mkdir(join(work, 'assets'));
    const wrangler = join(dirname(wranglerEntry), 'bin/wrangler.js');
    await run([
      wrangler,
      'deploy',
      '--dry-run',
      '--outdir',
      made,
      '--assets',
      join(work, 'assets'),
      '--config',
      join(root, 'wrangler.toml'),
    ]);
    const assets = await readFile(join(import.meta.dirname, 'assets-worker.ts'), 'utf8');
    await writeFile(join(made, 'assets-worker.js'), stripTypeScriptTypes(assets));
    await rename(made, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await Promise.all([rm(work, { recursive: true, force: true }), rm(made, { recursive: true, force: true })]);
  }
}

function run(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: tmpdir(),
      CI: '1',
      NO_COLOR: '1',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_LOG_PATH: join(tmpdir(), 'handover-wrangler'),
    };
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-8_192));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setTimeout(() => child.kill('SIGKILL'), buildTimeoutMs);
    child.on('error', reject);
    child.on('close', code => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new Error(`the edge's bundle could not be made:\n${output}`));
    });
  });
}
