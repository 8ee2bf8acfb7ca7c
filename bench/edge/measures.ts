import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { drive, quantile, usageOf, type Load } from './load.ts';
import type { BenchOrigin } from './origin.ts';

/** Who is asked; `pid` 0: the origin itself, of which no cost is known. */
export interface Target {
  readonly url: string;
  readonly pid: number;
}

export interface Cost {
  /** CPU time of the process for each request. */
  readonly cpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const settleMs = 1_000;
const parkTimeoutMs = 60_000;

/** `total` requests over 32 connections. */
export async function costOfApi({ url, pid }: Target, load: Omit<Load, 'url'>): Promise<Cost> {
  const before = cpuOf(pid);
  const times = await drive({ ...load, url });
  return { cpuUs: ((cpuOf(pid) - before) * 1_000) / load.total, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

/** As many polls as connections, all held for `holdMs` and then answered. */
export async function costOfPolls({ url, pid }: Target, load: Omit<Load, 'url'>, origin: BenchOrigin, holdMs: number): Promise<Cost> {
  const before = cpuOf(pid);
  const answered = drive({ ...load, url });
  await parked(origin, load.total);
  await sleep(holdMs);
  await origin.release();
  const times = await answered;
  const cost = { cpuUs: ((cpuOf(pid) - before) * 1_000) / load.total, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
  origin.closeIdle();
  await sleep(settleMs);
  return cost;
}

/** Resident memory in MiB at rest, and with each number of polls held. */
export async function memoryOf(
  { url, pid }: Target,
  load: Omit<Load, 'url'>,
  origin: BenchOrigin,
  counts: readonly number[],
): Promise<number[]> {
  const seen = [usageOf(pid).rssMib];
  for (const count of counts) {
    const answered = drive({ ...load, url, connections: count, total: count });
    await parked(origin, count);
    await sleep(settleMs);
    seen.push(usageOf(pid).rssMib);
    await origin.release();
    await answered;
    origin.closeIdle();
    await sleep(settleMs);
  }
  return seen;
}

/** From the moment the origin answers a held poll until the client has the event, one at a time, while `others` more polls are held. */
export async function eventTimes(
  { url }: Target,
  load: Omit<Load, 'url'>,
  origin: BenchOrigin,
  samples: number,
  others: number,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: others + 1 });
  const times: number[] = [];
  let wanted = true;
  const poll = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = request(url + load.path, { method: load.method, headers: load.headers, agent }, response => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          const nowMs = performance.now();
          const at = /"sentMs":([\d.]+)/.exec(text)?.[1];
          if (wanted && at !== undefined) times.push(nowMs - Number(at));
          resolve();
        });
      });
      sent.on('error', reject);
      sent.end(load.body);
    });
  const waiting = new Set<Promise<void>>();
  const park = (): void => {
    const each: Promise<void> = poll().finally(() => waiting.delete(each));
    waiting.add(each);
  };
  for (let index = 0; index < others; index += 1) park();
  for (let index = 0; index < samples; index += 1) {
    park();
    await parked(origin, others + 1);
    await sleep(2);
    origin.emit();
    await Promise.race(waiting);
  }
  wanted = false;
  await origin.release();
  await Promise.all(waiting);
  agent.destroy();
  return times;
}

async function parked(origin: BenchOrigin, count: number): Promise<void> {
  for (const deadlineMs = Date.now() + parkTimeoutMs; origin.parked < count; await sleep(2))
    if (Date.now() > deadlineMs) throw new Error(`${origin.parked} of ${count} polls arrived within ${parkTimeoutMs} ms`);
}

const cpuOf = (pid: number): number => (pid === 0 ? 0 : usageOf(pid).cpuMs);
