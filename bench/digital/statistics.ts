import { setTimeout as sleep } from 'node:timers/promises';
import type { UpdatesWire } from '@handover/shared/api/statistics';
import { quantile } from '../edge/load.ts';
import { BayeuxClient } from '../floor/bayeux.ts';
import { Cookies, send } from '../floor/http.ts';
import { createLongPolling } from '../floor/ways.ts';
import { tokenOf } from '../../test/support/index.ts';
import type { WritingAgent } from './agent.ts';
import { spread, tenth, type Spread } from './chats.ts';

/** A rate of changes of agents' states, each told to every watcher, held for some seconds. */
export interface StatisticsStep {
  readonly changesPerS: number;
  readonly carried: boolean;
  readonly updatesPerS: number;
  /** From the Stat Server's value to the watcher; 50 ms of it at most are waited on purpose, to gather. */
  readonly updateMs: Spread;
}

const channel = '/statistics/v3/updates';
const settleMs = 1_500;
const maxLooks = 20;
const slowMs = 500;
const share = 0.98;
const requestTimeoutMs = 30_000;

/** People who watch the state of agents. */
export class Watchers {
  updates = 0;
  readonly latencyMs: number[] = [];
  readonly #clients: BayeuxClient[] = [];
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  get count(): number {
    return this.#clients.length;
  }

  /** `user` opens the state of every agent. */
  async add(user: string, watched: readonly WritingAgent[]): Promise<void> {
    const headers = { authorization: `Bearer ${await tokenOf(this.#url, user)}` };
    const cookies = new Cookies();
    const door = { path: '/statistics/v3/notifications', headers };
    const way = createLongPolling(this.#url, cookies, message => this.#take(message.channel, message.data), door);
    const client = new BayeuxClient(way, [channel]);
    await client.start();
    this.#clients.push(client);
    const statistics = watched.map(({ dn }) => ({ statisticId: dn, objectId: dn, objectType: 'Agent', name: 'CurrentAgentState' }));
    const body = JSON.stringify({ operationId: 'bench', data: { statistics } });
    const url = `${this.#url}/statistics/v3/subscriptions`;
    const answer = await send(url, { method: 'POST', cookies, headers, body, timeoutMs: requestTimeoutMs });
    if (answer.status !== 200) throw new Error(`statistics: HTTP ${answer.status} ${answer.text.slice(0, 200)}`);
  }

  /** Resolves when nothing was told for a while: opening tells every value, some of them old. */
  async quiet(): Promise<void> {
    for (let [before, left] = [-1, maxLooks]; before !== this.updates && left > 0; left -= 1) {
      before = this.updates;
      await sleep(settleMs);
    }
  }

  end(): void {
    for (const client of this.#clients) client.stop();
  }

  #take(from: string, data: unknown): void {
    if (from !== channel) return;
    const nowMs = Date.now();
    for (const { timestamp } of (data as UpdatesWire).data.statistics) {
      this.updates += 1;
      this.latencyMs.push(Math.max(0, nowMs - timestamp));
    }
  }
}

/** Agents change between Ready and NotReady at a steady rate; each goes on when the change before is done. */
export async function change(
  people: readonly WritingAgent[],
  watchers: Watchers,
  { rate, seconds }: { rate: number; seconds: number },
): Promise<StatisticsStep> {
  await watchers.quiet();
  [watchers.updates, watchers.latencyMs.length] = [0, 0];
  const startedMs = performance.now();
  const last: Promise<unknown>[] = [];
  for (let number = 0; number < rate * seconds; number += 1) {
    const dueMs = startedMs + (number * 1_000) / rate;
    if (dueMs > performance.now()) await sleep(dueMs - performance.now());
    const index = number % people.length;
    const path = Math.floor(number / people.length) % 2 === 0 ? '/voice/not-ready' : '/voice/ready';
    const turn = (last[index] ?? Promise.resolve()).then(() => people[index]?.command(path, {}));
    last[index] = turn;
  }
  await Promise.all(last);
  const tookMs = performance.now() - startedMs;
  const expected = rate * seconds * watchers.count;
  for (const untilMs = performance.now() + settleMs; watchers.updates < expected && performance.now() < untilMs;) await sleep(50);
  // Back to Ready, for whoever is measured next.
  await Promise.all(people.map(agent => agent.command('/voice/ready', {})));
  return {
    changesPerS: rate,
    carried: watchers.updates >= expected * share && quantile(watchers.latencyMs, 0.99) < slowMs,
    updatesPerS: tenth((watchers.updates / tookMs) * 1_000),
    updateMs: spread(watchers.latencyMs),
  };
}
