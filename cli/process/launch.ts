import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CommandFailure } from '../options.ts';
import { processIdOf, signalTree, type ProcessId } from './index.ts';

export interface LaunchSpec {
  /** Named in failures. */
  name: string;
  file: string;
  args: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  /** Drops root for this user and group. */
  uid?: number;
  /** Network namespace to run in. */
  namespace?: string;
  /** Output is appended here. */
  log: string;
  /** The output line that says it serves. */
  ready: RegExp;
  timeoutMs: number;
  /** Told as soon as the process exists, long before it serves. */
  onSpawn?: (process: ProcessId) => void;
}

export interface Launched {
  process: ProcessId;
  /** What `ready` matched. */
  match: RegExpExecArray;
  /** Resolves with a description when the process ends. */
  ended: Promise<string>;
}

const pollMs = 15;
const tailBytes = 2_000;

/** Only what a child needs: our own environment may hold settings that are none of its business. */
function environmentOf(spec: LaunchSpec): Record<string, string> {
  const inherited = ['PATH', 'HOME', 'TMPDIR', 'TZ'].flatMap(key => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value]];
  });
  return { ...(Object.fromEntries(inherited) as Record<string, string>), LANG: 'C.UTF-8', ...spec.env };
}

function commandOf(spec: LaunchSpec): { file: string; args: readonly string[] } {
  const file = spec.file;
  if (spec.namespace === undefined) return { file, args: spec.args };
  const user = spec.uid === undefined ? [] : ['-S', String(spec.uid), '-G', String(spec.uid)];
  // nsenter replaces itself by the command, so the process id stays that of the part.
  return { file: 'nsenter', args: [`--net=/run/netns/${spec.namespace}`, ...user, '--', file, ...spec.args] };
}

/**
 * Starts a process of its own session (a terminal's Ctrl-C reaches `up` alone, which stops the parts in order) and waits for its ready line.
 * Output goes straight into the log file, so a part neither blocks on `up` nor dies with it. Rejects with the end of the log.
 */
export async function launch(spec: LaunchSpec): Promise<Launched> {
  const log = openSync(spec.log, 'a+', 0o600);
  const from = fstatSync(log).size;
  const { file, args } = commandOf(spec);
  const dropped = spec.uid === undefined || spec.namespace !== undefined ? {} : { uid: spec.uid, gid: spec.uid };
  const child = spawn(file, args, {
    cwd: spec.cwd ?? '/',
    env: environmentOf(spec),
    stdio: ['ignore', log, log],
    detached: true,
    ...dropped,
  });
  let end: string | undefined;
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve((end = error.message)));
    child.once('exit', (code, signal) => resolve((end = signal === null ? `exit code ${code}` : signal)));
  });
  child.unref();
  const id = processIdOf(child.pid ?? 0);
  if (child.pid !== undefined) spec.onSpawn?.(id);
  try {
    for (const deadline = Date.now() + spec.timeoutMs; ;) {
      const match = spec.ready.exec(readFrom(log, from));
      if (match !== null) return { process: id, match, ended };
      if (end !== undefined)
        throw new CommandFailure(`${spec.name} ended while starting (${end}):\n${readFrom(log, from).slice(-tailBytes)}`);
      if (Date.now() > deadline) {
        signalTree(id, 'SIGKILL');
        throw new CommandFailure(`${spec.name} was not ready within ${spec.timeoutMs / 1000} s:\n${readFrom(log, from).slice(-tailBytes)}`);
      }
      await new Promise(resolve => setTimeout(resolve, pollMs));
    }
  } finally {
    closeSync(log);
  }
}

const readLimit = 1 << 20;

function readFrom(log: number, from: number): string {
  const length = Math.min(fstatSync(log).size - from, readLimit);
  if (length <= 0) return '';
  const bytes = Buffer.alloc(length);
  return bytes.toString('utf8', 0, readSync(log, bytes, 0, length, from));
}

/** Runs a program to its end; its output when it succeeds, else a failure with the output. */
export async function runToEnd(
  file: string,
  args: readonly string[],
  options: { uid?: number; env?: Record<string, string>; input?: string; cwd?: string },
): Promise<string> {
  const dropped = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  const child = spawn(file, args, {
    cwd: options.cwd ?? '/',
    env: options.env ?? { PATH: process.env['PATH'] ?? '' },
    stdio: 'pipe',
    ...dropped,
  });
  let output = '';
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-20_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal ?? 1));
  });
  if (code !== 0) throw new CommandFailure(`${file} failed (${code}):\n${output}`);
  return output;
}
