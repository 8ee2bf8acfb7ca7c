import { readdirSync, readFileSync } from 'node:fs';

/** A process and when it started (clock ticks since boot): a process id alone is given out again. */
export interface ProcessId {
  pid: number;
  startTicks: number;
}

interface ProcessStat {
  state: string;
  parent: number;
  startTicks: number;
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name is in parentheses and may hold spaces and parentheses itself: fields count from the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Names a running process so that it can be recognised later. Without /proc only the number is known. */
export const processIdOf = (pid: number): ProcessId => ({ pid, startTicks: statOf(pid)?.startTicks ?? 0 });

/** Whether the very process still runs (a zombie does not). */
export function isSameProcess(id: ProcessId): boolean {
  const stat = statOf(id.pid);
  if (stat === undefined) return process.platform !== 'linux' && alive(id.pid);
  return stat.startTicks === id.startTicks && stat.state !== 'Z' && stat.state !== 'X';
}

export const isFrozen = (id: ProcessId): boolean => isSameProcess(id) && statOf(id.pid)?.state === 'T';

/** The process and all its descendants, parents first. PostgreSQL's children leave their parent's process group, so a group is not enough. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(Number(name));
    if (stat === undefined) continue;
    const list = children.get(stat.parent);
    if (list === undefined) children.set(stat.parent, [Number(name)]);
    else list.push(Number(name));
  }
  const tree = [pid];
  for (let i = 0; i < tree.length; i += 1) tree.push(...(children.get(tree[i] ?? 0) ?? []));
  return tree;
}

/** Sends a signal to a process and its descendants; true when the process itself was there. */
export function signalTree(id: ProcessId, signal: NodeJS.Signals): boolean {
  if (!isSameProcess(id)) return false;
  for (const pid of processTree(id.pid)) signalOne(pid, signal);
  return true;
}

/** Sends a signal to one process; a process that is gone is no fault. */
export function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until the process is gone; false when it still runs after `timeoutMs`. */
export async function untilGone(id: ProcessId, timeoutMs: number): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; isSameProcess(id);) {
    if (Date.now() > end) return false;
    await new Promise(resolve => setTimeout(resolve, 15));
  }
  return true;
}
