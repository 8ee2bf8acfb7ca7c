import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { RegionRegistryWire } from '@handover/regions';
import type { KeyringWire } from '@handover/shared/pin';
import { bundleEdge } from './bundle.ts';
import { workerdConfig } from './workerd-config.ts';

export { bundleEdge, type Bundle } from './bundle.ts';

export interface EdgeOptions {
  /** 0: a free one. */
  port?: number;
  host?: string;
  regions: RegionRegistryWire;
  keyring: KeyringWire;
  /** Built pages (`ui/dist`, which holds `ui/…`); absent: `/ui` is 404. */
  assetsDir?: string;
  /** Where the Durable Objects keep their state; absent: a temporary directory. */
  stateDir?: string;
  opsUser?: string;
  opsPassword?: string;
  /** Origins of pages, besides the edge's own, that may call with cookies. */
  publicOrigins?: readonly string[];
  panic?: 'fail-open' | 'fail-closed';
  logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /** Tests only: header that brings `request.cf` as JSON. */
  cfBlobHeader?: string;
  /** Lines that the runtime prints. */
  onLine?: (line: string) => void;
}

export interface RunningEdge {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the process is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** SIGTERM, after 2 s SIGKILL; resolves when the process is gone. */
  stop(): Promise<void>;
}

const readyTimeoutMs = 20_000;
const stopGraceMs = 2_000;

/** Starts the edge: the bundle that wrangler makes, on bare workerd. Resolves when it listens; a taken port is an error that says so. */
export async function startEdge(options: EdgeOptions): Promise<RunningEdge> {
  const { directory, workerd } = await bundleEdge();
  const host = options.host ?? '127.0.0.1';
  const work = await mkdtemp(join(tmpdir(), 'handover-workerd-'));
  const storageDir = options.stateDir ?? join(work, 'objects');
  await mkdir(storageDir, { recursive: true });
  await cp(directory, work, { recursive: true });
  const variables = variablesOf(options);
  const config = workerdConfig({
    host,
    port: options.port ?? 0,
    compatibilityDate: await compatibilityDate(),
    variables: Object.keys(variables),
    assetsDir: options.assetsDir,
    storageDir,
    cfBlobHeader: options.cfBlobHeader,
  });
  await writeFile(join(work, 'config.capnp'), config);
  const child = spawn(workerd, ['serve', 'config.capnp', 'config', '--control-fd=3'], {
    cwd: work,
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  void ended.then(() => rm(work, { recursive: true, force: true }));
  const lines = collectLines(child, options.onLine);
  const port = await listening(child, lines, `${host}:${options.port ?? 0}`);
  return { url: `http://${host}:${port}`, port, pid: child.pid ?? 0, ended, stop: () => stop(child, ended) };
}

function variablesOf(options: EdgeOptions): Record<string, string> {
  const optional: [string, string | undefined][] = [
    ['OPS_USER', options.opsUser],
    ['OPS_PASSWORD', options.opsPassword],
    ['PUBLIC_ORIGINS', options.publicOrigins?.join(',')],
    ['PANIC', options.panic],
    ['LOG_LEVEL', options.logLevel],
  ];
  return {
    REGIONS: JSON.stringify(options.regions),
    EDGE_KEYRING: JSON.stringify(options.keyring),
    ...Object.fromEntries(optional.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  };
}

async function compatibilityDate(): Promise<string> {
  const toml = await readFile(join(import.meta.dirname, '../../wrangler.toml'), 'utf8');
  const found = /^compatibility_date = "(\d{4}-\d{2}-\d{2})"$/m.exec(toml)?.[1];
  if (found === undefined) throw new Error('wrangler.toml: compatibility_date is missing');
  return found;
}

function collectLines(child: ChildProcess, onLine: ((line: string) => void) | undefined): string[] {
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', line => {
      if (last.push(line) > 50) last.shift();
      onLine?.(line);
    });
  }
  return last;
}

/** The runtime says on its control pipe where it listens. */
function listening(child: ChildProcess, lines: readonly string[], address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`the edge did not start on ${address}: ${why}\n${lines.join('\n')}`));
    };
    const timer = setTimeout(() => fail(`not ready after ${readyTimeoutMs} ms`), readyTimeoutMs);
    child.once('error', error => fail(error.message));
    child.once('close', code => {
      clearTimeout(timer);
      fail(lines.some(line => line.includes('already in use')) ? 'the port is taken' : `exit ${code}`);
    });
    createInterface({ input: child.stdio[3] as Readable }).on('line', line => {
      const event = JSON.parse(line) as { event?: string; port?: number };
      if (event.event !== 'listen' || event.port === undefined) return;
      clearTimeout(timer);
      resolve(event.port);
    });
  });
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  // A frozen process takes no SIGTERM.
  const timer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
  await ended;
  clearTimeout(timer);
}
