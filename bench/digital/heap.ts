import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { usageOf } from '../edge/load.ts';

const inspector = 'http://127.0.0.1:9229/json/list';
const tries = 50;
const againMs = 100;

/** What a process on this machine keeps, after a collection of garbage: its resident memory and its heap, in KiB. */
export async function keptBy(pid: number): Promise<{ rssKib: number; heapKib: number }> {
  const socket = await inspected(pid);
  let number = 0;
  const ask = (method: string): Promise<{ usedSize?: number }> =>
    new Promise((resolve, reject) => {
      const id = (number += 1);
      const take = (data: Buffer): void => {
        const answer = JSON.parse(data.toString('utf8')) as { id?: number; result?: { usedSize?: number } };
        if (answer.id !== id) return;
        socket.off('message', take);
        resolve(answer.result ?? {});
      };
      socket.on('message', take).once('error', reject);
      socket.send(JSON.stringify({ id, method }));
    });
  await ask('HeapProfiler.enable');
  await ask('HeapProfiler.collectGarbage');
  await ask('HeapProfiler.collectGarbage');
  const { usedSize = 0 } = await ask('Runtime.getHeapUsage');
  socket.close();
  return { rssKib: Math.round(usageOf(pid).rssMib * 1_024), heapKib: Math.round(usedSize / 1_024) };
}

/** The process opens its inspector when it is asked by SIGUSR1; once is enough. */
async function inspected(pid: number): Promise<WebSocket> {
  process.kill(pid, 'SIGUSR1');
  for (let left = tries; ; left -= 1) {
    try {
      const list = (await (await fetch(inspector)).json()) as { webSocketDebuggerUrl: string }[];
      const socket = new WebSocket(list[0]?.webSocketDebuggerUrl ?? '', { maxPayload: 2 ** 26 });
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      return socket;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(againMs);
    }
  }
}
