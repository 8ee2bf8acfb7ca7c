import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSameProcess, processIdOf, signalOne, untilGone } from '../process/index.ts';

/** Finds what a test run leaves running. */
export interface Sweep {
  /** For every process of the run: a temporary directory of its own, by which its processes are known. */
  readonly environment: Record<string, string>;
  /** Ends the processes that the run left behind, removes its directory, and tells their command lines. */
  end(): Promise<string[]>;
}

const graceMs = 3_000;

/**
 * A run's processes carry its temporary directory in their environment, or work in it; nobody else's do. So what is left can be told
 * from everything else on the machine, even when its parents are gone.
 */
export function createSweep(): Sweep {
  const dir = mkdtempSync(join(tmpdir(), 'handover-run-'));
  chmodSync(dir, 0o711);
  const end = async (): Promise<string[]> => {
    const left = await stragglers(dir);
    const lines = left.map(pid => `${pid} ${commandLine(pid).slice(0, 200)}`);
    for (const pid of left) await endOne(pid);
    rmSync(dir, { recursive: true, force: true });
    return lines;
  };
  return { environment: { TMPDIR: dir }, end };
}

/** What is still there after a moment: a process whose parent has just ended may be on its way. */
async function stragglers(dir: string): Promise<number[]> {
  for (const deadline = Date.now() + graceMs; ;) {
    const left = processesOf(dir).filter(pid => pid !== process.pid && isSameProcess(processIdOf(pid)));
    if (left.length === 0 || Date.now() > deadline) return left;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

function processesOf(dir: string): number[] {
  const pids = readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? [Number(name)] : []));
  return pids.filter(pid => workingDirectory(pid).startsWith(`${dir}/`) || read(pid, 'environ').split('\0').includes(`TMPDIR=${dir}`));
}

async function endOne(pid: number): Promise<void> {
  const id = processIdOf(pid);
  signalOne(pid, 'SIGTERM');
  signalOne(pid, 'SIGCONT');
  if (!(await untilGone(id, graceMs)) && isSameProcess(id)) signalOne(pid, 'SIGKILL');
}

const commandLine = (pid: number): string => read(pid, 'cmdline').replaceAll('\0', ' ').trim();

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
