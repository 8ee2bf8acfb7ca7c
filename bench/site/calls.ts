import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile, usageOf } from '../edge/load.ts';
import type { SiteAgent } from './agent.ts';
import type { Tap } from './tap.ts';

/** One rate of calls, held for some seconds. */
export interface Step {
  /** Calls per second that were begun. */
  readonly rate: number;
  readonly carried: boolean;
  readonly failed: number;
  /** Calls that had no free agent when they were due. */
  readonly unplaced: number;
  /** From the server's event to the client's. */
  readonly eventMs: { readonly p50: number; readonly p99: number };
  readonly commandMs: { readonly p50: number; readonly p99: number };
  readonly cpuMsPerCall: number;
}

const callMs = 5_000;
const slowMs = 250;
const share = 0.98;
const customers = new Agent({ keepAlive: true, maxSockets: 100 });

/** Customers call at a steady rate, whatever becomes of their calls. */
export async function carry(
  people: readonly SiteAgent[],
  { rate, seconds, tap, pid, site }: { rate: number; seconds: number; tap: Tap | undefined; pid: number; site: string },
): Promise<Step> {
  const free = [...people];
  const eventMs: number[] = [];
  const commandMs: number[] = [];
  let [failed, unplaced, done] = [0, 0, 0];
  const one = async (agent: SiteAgent, number: number): Promise<void> => {
    try {
      const call = await callFrom(site, `+1555${String(number % 10_000_000).padStart(7, '0')}`, agent.dn);
      const ringingMs = await agent.heard(call, 'Ringing', callMs);
      commandMs.push(await agent.command(`/voice/calls/${call}/answer`, {}));
      await agent.heard(call, 'Established', callMs);
      commandMs.push(await agent.command(`/voice/calls/${call}/release`, {}));
      await agent.heard(call, 'Released', callMs);
      commandMs.push(await agent.command(`/voice/calls/${call}/complete`, { userData: [] }));
      agent.forget(call);
      // The agent may be read before the tap: both are in this process.
      const rangMs = tap?.rang(call);
      if (rangMs !== undefined) eventMs.push(Math.max(0, ringingMs - rangMs));
      done += 1;
    } catch {
      failed += 1;
    }
    free.push(agent);
  };
  const before = usageOf(pid).cpuMs;
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
  const cpuMs = usageOf(pid).cpuMs - before;
  const spread = (all: readonly number[]): { p50: number; p99: number } => ({
    p50: tenth(quantile(all, 0.5)),
    p99: tenth(quantile(all, 0.99)),
  });
  return {
    rate,
    carried: done >= rate * seconds * share && quantile(eventMs, 0.99) < slowMs,
    failed,
    unplaced,
    eventMs: spread(eventMs),
    commandMs: spread(commandMs),
    cpuMsPerCall: tenth(cpuMs / Math.max(1, done)),
  };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** A customer calls; answers the call's id. */
function callFrom(site: string, from: string, to: string): Promise<string> {
  const body = JSON.stringify({ from, to });
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${site}/calls`, {
      method: 'POST',
      agent: customers,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    sent.on('error', reject);
    sent.on('response', response => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const { call } = response.statusCode === 200 ? (JSON.parse(text) as { call?: string }) : {};
        if (call === undefined) reject(new Error(`HTTP ${response.statusCode ?? 0} ${text.slice(0, 100)}`));
        else resolve(call);
      });
    });
    sent.end(body);
  });
}
