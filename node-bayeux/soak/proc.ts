import { readFileSync } from 'node:fs';

const tickMs = 10;

/** CPU time that a process has used so far, in milliseconds, and its memory in MB. */
export function usage(pid: number): { readonly cpuMs: number; readonly rssMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs, rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024 };
}

export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
