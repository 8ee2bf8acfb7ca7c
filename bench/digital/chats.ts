import { quantile, usageOf } from '../edge/load.ts';
import { comeSteadily, post } from '../site/customers.ts';
import type { LineTimes, WritingAgent } from './agent.ts';

export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** One rate of chats, held for some seconds. */
export interface Step {
  /** Chats per second that were begun. */
  readonly rate: number;
  readonly carried: boolean;
  readonly failed: number;
  /** Chats that had no free agent when they were due. */
  readonly unplaced: number;
  /** Lines that agents heard, joining and leaving included. */
  readonly linesPerS: number;
  /** From the server's line to the client's. */
  readonly lineMs: Spread;
  readonly commandMs: Spread;
  readonly cpuMsPerChat: number;
}

const stepMs = 5_000;
const slowMs = 250;
const share = 0.98;
const rounds = 2;

export const tenth = (value: number): number => Math.round(value * 10) / 10;
export const spread = (all: readonly number[]): Spread => ({ p50: tenth(quantile(all, 0.5)), p99: tenth(quantile(all, 0.99)) });

/** Customers ask for chats at a steady rate, whatever becomes of them. */
export async function carry(
  people: readonly WritingAgent[],
  { rate, seconds, times, pid, site }: { rate: number; seconds: number; times: LineTimes; pid: number; site: string },
): Promise<Step> {
  const commandMs: number[] = [];
  [times.lines, times.latencyMs.length] = [0, 0];
  const before = usageOf(pid).cpuMs;
  const { done, failed, unplaced, tookMs } = await comeSteadily(people, { rate, seconds }, agent => chat(agent, site, commandMs));
  const cpuMs = usageOf(pid).cpuMs - before;
  const lineMs = spread(times.latencyMs);
  return {
    rate,
    carried: done >= rate * seconds * share && lineMs.p99 < slowMs,
    failed,
    unplaced,
    linesPerS: tenth((times.lines / tookMs) * 1_000),
    lineMs,
    commandMs: spread(commandMs),
    cpuMsPerChat: tenth(cpuMs / Math.max(1, done)),
  };
}

/** Offered, accepted, lines both ways, completed. */
async function chat(agent: WritingAgent, site: string, commandMs: number[]): Promise<void> {
  const id = await openChat(agent, site);
  const path = `/media/chat/interactions/${id}`;
  for (let round = 0; round < rounds; round += 1) {
    await customerSays(site, id, `question ${round}`);
    await agent.heard(id, `question ${round}`, stepMs);
    commandMs.push(await agent.command(`${path}/send-message`, { message: `answer ${round}` }));
    await agent.heard(id, `answer ${round}`, stepMs);
  }
  commandMs.push(await agent.command(`${path}/complete`, {}));
  await agent.heard(id, 'Completed', stepMs);
  agent.forget(id);
}

/** A chat in the agent's hands, its first line heard; answers the interaction's id. */
export async function openChat(agent: WritingAgent, site: string): Promise<string> {
  const body = { queue: 'chat-inbound', nickname: 'Customer', text: 'hello', agent: agent.user };
  const { interactionId = '' } = await post<{ interactionId?: string }>(`${site}/chats`, body);
  await agent.heard(interactionId, 'Invited', stepMs);
  await agent.command(`/media/chat/interactions/${interactionId}/accept`, { nickname: agent.user });
  await agent.heard(interactionId, 'hello', stepMs);
  return interactionId;
}

export const customerSays = (site: string, interactionId: string, text: string): Promise<object> =>
  post(`${site}/chats/say`, { interactionId, text });
