import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const keepAlive = new Agent({ keepAlive: true, maxSockets: 100 });

/** What a customer does at the site's own door; anything but 200 is an error. */
export function post<T extends object>(url: string, message: object): Promise<T> {
  const body = JSON.stringify(message);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, {
      method: 'POST',
      agent: keepAlive,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    sent.on('error', reject);
    sent.on('response', response => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as T);
        else reject(new Error(`HTTP ${response.statusCode ?? 0} ${text.slice(0, 100)}`));
      });
    });
    sent.end(body);
  });
}

/** What became of customers who came at a steady rate. */
export interface Carried {
  readonly done: number;
  readonly failed: number;
  /** Had no free agent when they were due. */
  readonly unplaced: number;
  readonly tookMs: number;
}

/** Customers come at a steady rate, whatever becomes of them; each takes an agent, who is free again afterwards. */
export async function comeSteadily<T>(
  people: readonly T[],
  { rate, seconds }: { rate: number; seconds: number },
  serve: (agent: T, number: number) => Promise<void>,
): Promise<Carried> {
  const free = [...people];
  let [done, failed, unplaced] = [0, 0, 0];
  const one = async (agent: T, number: number): Promise<void> => {
    try {
      await serve(agent, number);
      done += 1;
    } catch {
      failed += 1;
    }
    free.push(agent);
  };
  const startedMs = performance.now();
  const running: Promise<void>[] = [];
  for (let number = 0; number < rate * seconds; number += 1) {
    const dueMs = startedMs + (number * 1_000) / rate;
    if (dueMs > performance.now()) await sleep(dueMs - performance.now());
    const agent = free.shift();
    if (agent === undefined) unplaced += 1;
    else running.push(one(agent, number));
  }
  await Promise.all(running);
  return { done, failed, unplaced, tookMs: performance.now() - startedMs };
}
