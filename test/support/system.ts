import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDir } from './waiting.ts';

const bootstrap = join(import.meta.dirname, '../../cli/bootstrap.mjs');
const readyTimeoutMs = 90_000;
const stopTimeoutMs = 30_000;

export interface SystemOptions {
  /** Origin nodes per region; 1 by default. */
  nodes?: number;
  regions?: readonly string[];
  agents?: number;
  /** With the pages; off by default, most tests need none. */
  ui?: boolean;
  /** Each region in networks of its own, so that it can be cut off. Needs root. */
  netns?: boolean;
  /** Commits wait for the second region's standby; after so many seconds of its absence they no longer do (0: never). */
  syncStallS?: number;
  /** For all regions; in the nodes' memory by default, or what the environment says. */
  elasticsearchUrl?: string;
  /** State directory to use and keep; a temporary one by default, removed at the end. */
  stateDir?: string;
}

/** A whole system of this test's own: `npm run up` on a free port. */
export interface RunningSystem {
  readonly url: string;
  readonly stateDir: string;
  /** Runs `handover <args> --json` and parses its line; rejects with what it said when it fails. */
  handover<Answer = Record<string, unknown>>(...args: string[]): Promise<Answer>;
  /** Ends the system as Ctrl-C does; rejects when it does not end in time or with another code than 0. */
  stop(): Promise<void>;
}

export interface HandoverResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts a system and resolves when it is ready: typically 5 s. Always call `stop`, in `afterAll`. */
export async function startSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const stateDir = options.stateDir ?? join(temporaryDir('system'), 'state');
  const { elasticsearchUrl: search } = options;
  const process = startUp(stateDir, argumentsOf(options), search === undefined ? {} : { ELASTICSEARCH_URL: search });
  const url = await process.ready;
  return {
    url,
    stateDir,
    handover: async <Answer>(...args: string[]) => {
      const { code, stdout, stderr } = await runHandover([...args, '--json', '--state', stateDir]);
      if (code !== 0) throw new Error(`handover ${args.join(' ')}: exit code ${code}\n${stderr}${stdout}`);
      return JSON.parse(stdout) as Answer;
    },
    stop: async () => {
      const code = await process.stop();
      if (options.stateDir === undefined) rmSync(join(stateDir, '..'), { recursive: true, force: true });
      if (code !== 0) throw new Error(`up ended with ${code}\n${process.output()}`);
    },
  };
}

function argumentsOf(options: SystemOptions): string[] {
  const { nodes, regions, agents, ui, netns, syncStallS } = options;
  return [
    ...(nodes === undefined ? [] : ['--nodes', String(nodes)]),
    ...(regions === undefined ? [] : ['--regions', regions.join(',')]),
    ...(agents === undefined ? [] : ['--agents', String(agents)]),
    ...(ui === true ? [] : ['--no-ui']),
    ...(netns === true ? ['--netns'] : []),
    ...(syncStallS === undefined ? [] : ['--sync', '--sync-stall-s', String(syncStallS)]),
  ];
}

export interface UpProcess {
  /** The edge's URL, when the system is ready; rejects when `up` ends before. */
  readonly ready: Promise<string>;
  /** Everything it has printed. */
  output(): string;
  readonly ended: Promise<number | null>;
  /** Closes the pipes that it prints to. */
  stopReading(): void;
  /** SIGTERM, then its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `up` on a port of its choice, or the one in `args`. */
export function startUp(stateDir: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): UpProcess {
  const port = args.includes('--port') ? [] : ['--port', '0'];
  const child = spawn('node', [bootstrap, 'up', ...port, '--state', stateDir, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...more },
  });
  let output = '';
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  const ready = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready within ${readyTimeoutMs} ms\n${output}`)), readyTimeoutMs);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /^ready (\S+)$/m.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(code => {
      clearTimeout(timer);
      reject(new Error(`up ended with ${code}\n${output}`));
    });
  });
  ready.catch(() => undefined);
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    const code = await ended;
    clearTimeout(timer);
    return code;
  };
  const stopReading = (): void => {
    child.stdout.destroy();
    child.stderr.destroy();
  };
  return { ready, ended, stop, stopReading, output: () => output };
}

/** Runs one `handover` command to its end. */
export function runHandover(args: readonly string[]): Promise<HandoverResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('node', [bootstrap, 'handover', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => void (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => void (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', code => resolve({ code, stdout, stderr }));
  });
}
