import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** CPU time that a process has used, in milliseconds, and its resident memory in MiB. */
export function usageOf(pid: number): { cpuMs: number; rssMib: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticksMs = 10;
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * ticksMs, rssMib: (pages * 4_096) / 2 ** 20 };
}

/** How many files a process of this machine may have open. */
export const openFilesLimit = (): number =>
  Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1_024);

const connectedAtOnce = 100;
const connectPauseMs = 10;

export interface Load {
  url: string;
  path: string;
  method: string;
  body?: string;
  headers: Record<string, string>;
  connections: number;
  total: number;
}

/** Sends `total` requests over `connections` kept-alive connections; resolves with the time of each in milliseconds. Any failure is an error. */
export async function drive({ url, path, method, body, headers, connections, total }: Load): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let left = total;
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const startedMs = performance.now();
      const sent = request(url + path, { method, headers, agent }, response => {
        response.resume();
        response.on('end', () => {
          times.push(performance.now() - startedMs);
          if (response.statusCode === 200) resolve();
          else reject(new Error(`HTTP ${response.statusCode}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const worker = async (): Promise<void> => {
    while (left-- > 0) await one();
  };
  const workers: Promise<void>[] = [];
  for (let index = 0; index < connections; index += 1) {
    workers.push(worker());
    // Not all at the door at once: what it turns away is no cost of the proxy.
    if (index % connectedAtOnce === connectedAtOnce - 1) await sleep(connectPauseMs);
  }
  await Promise.all(workers);
  agent.destroy();
  return times;
}

export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
