import { quantile, usageOf } from '../edge/load.ts';
import type { SiteAgent } from './agent.ts';
import { comeSteadily, post } from './customers.ts';
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

/** Customers call at a steady rate, whatever becomes of their calls. */
export async function carry(
  people: readonly SiteAgent[],
  { rate, seconds, tap, pid, site }: { rate: number; seconds: number; tap: Tap | undefined; pid: number; site: string },
): Promise<Step> {
  const eventMs: number[] = [];
  const commandMs: number[] = [];
  const before = usageOf(pid).cpuMs;
  const { done, failed, unplaced } = await comeSteadily(people, { rate, seconds }, async (agent, number) => {
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
  });
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
async function callFrom(site: string, from: string, to: string): Promise<string> {
  const { call } = await post<{ call?: string }>(`${site}/calls`, { from, to });
  if (call === undefined) throw new Error('the customer did not get through');
  return call;
}
