import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findJava } from '../../../cli/java/index.ts';
import { serverFiles } from './server-files.ts';

/** An Elasticsearch to test with: one of our own, which may be killed, or a given one. */
export interface TestElasticsearch {
  readonly url: string;
  /** The server's process; undefined for a given server, which is not ours to harm. */
  readonly pid: number | undefined;
  /** Kills it without warning; its data stays. */
  kill(): Promise<void>;
  /** Starts it again on its port with its data, or, `empty`, without. */
  restart(options?: { empty?: boolean }): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

const startTimeoutMs = 90_000;
/** Not root: `nobody` on the systems that we know. */
const serverUid = 65_534;
const isRoot = process.getuid?.() === 0;

/**
 * Why there is no Elasticsearch to test with; undefined when there is. Fetches the server when that has not been done. `own`: a given one
 * will not do.
 */
export function whyNoElasticsearch({ own = false } = {}): string | undefined {
  if (!own && process.env['ELASTICSEARCH_URL'] !== undefined) return undefined;
  if (findJava() === undefined) return 'there is no Java development kit of version 21 or newer';
  try {
    serverFiles();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * `ELASTICSEARCH_URL` when given (and not `own`), else a real one-node server on loopback. `measured`: it starts slower and then runs at full
 * speed. Always call `stop`.
 */
export async function startElasticsearch(options: { own?: boolean; measured?: boolean } = {}): Promise<TestElasticsearch> {
  const given = process.env['ELASTICSEARCH_URL'];
  const notOurs = (): Promise<void> => Promise.reject(new Error('a given Elasticsearch is not ours to harm'));
  if (given !== undefined && options.own !== true)
    return { url: given, pid: undefined, kill: notOurs, restart: notOurs, signal: () => void notOurs(), stop: () => Promise.resolve() };
  const java = findJava();
  if (java === undefined) throw new Error(whyNoElasticsearch({ own: true }));
  const home = serverFiles();
  const data = mkdtempSync(join(tmpdir(), 'handover-search-'));
  chmodSync(data, 0o700);
  if (isRoot) chownSync(data, serverUid, serverUid);
  const port = await freePort();
  const start = (): Promise<Running> => launch(java, home, data, port, options.measured === true);
  let running = await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    running.child.kill('SIGCONT');
    running.child.kill(signal);
    await running.ended;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return running.child.pid;
    },
    kill: () => end('SIGKILL'),
    async restart({ empty = false } = {}) {
      await end('SIGKILL');
      if (empty) for (const name of readdirSync(data)) rmSync(join(data, name), { recursive: true, force: true });
      running = await start();
    },
    signal: signal => void running.child.kill(signal),
    async stop() {
      await end('SIGKILL');
      rmSync(data, { recursive: true, force: true });
    },
  };
}

interface Running {
  child: ChildProcess;
  ended: Promise<unknown>;
}

async function launch(java: string, home: string, data: string, port: number, measured: boolean): Promise<Running> {
  const jars = readdirSync(join(home, 'lib')).map(name => join(home, 'lib', name));
  const speed = measured ? [] : ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const args = ['-Xms512m', '-Xmx512m', ...speed, '-cp', jars.join(':'), join(home, 'Launcher.java'), home, data, String(port)];
  const child = spawn(java, args, {
    cwd: data,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: tmpdir(), LANG: 'C.UTF-8' },
    ...(isRoot ? { uid: serverUid, gid: serverUid } : {}),
  });
  let output = '';
  const ended = new Promise(resolve => child.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`Elasticsearch ${why}\n${output.slice(-3_000)}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`was not ready within ${startTimeoutMs} ms`);
    }, startTimeoutMs);
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-20_000);
      if (!output.includes('elasticsearch ready')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', error => fail(error.message));
    void ended.then(code => {
      clearTimeout(timer);
      fail(`ended with ${String(code)}`);
    });
  });
  return { child, ended };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>(resolve => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
