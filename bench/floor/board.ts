import type { UpdatesWire, StatisticValueWire } from '@handover/shared/api/statistics';
import { BayeuxClient } from './bayeux.ts';
import { Cookies, send } from './http.ts';
import type { Transport } from './types.ts';
import { createLongPolling, createWebSocketWay } from './ways.ts';

/** What every agent watches of themselves. */
export const boardStatistics = ['CurrentAgentState', 'InboundCalls', 'InternalCalls'] as const;
const requestTimeoutMs = 30_000;
const updates = '/statistics/v3/updates';

/** One value without the times in it, which differ with the moment of asking. */
export const boardValue = ({ stringValue, intValue }: { stringValue?: string | undefined; intValue?: number | undefined }): string =>
  stringValue ?? String(intValue ?? '');

/** The statistics of one agent, as their client was told. */
export class Board {
  readonly told: Record<string, string> = {};
  updates = 0;
  readonly #url: string;
  readonly #authorization: string;
  readonly #cookies = new Cookies();
  readonly #bayeux: BayeuxClient;

  constructor(url: string, transport: Transport, token: string) {
    this.#url = url;
    this.#authorization = `Bearer ${token}`;
    const create = transport === 'websocket' ? createWebSocketWay : createLongPolling;
    const door = { path: '/statistics/v3/notifications', headers: { authorization: this.#authorization } };
    const way = create(
      url,
      this.#cookies,
      ({ channel, data }) => {
        if (channel !== updates) return;
        this.updates += 1;
        for (const each of (data as UpdatesWire).data.statistics) this.#take(each);
      },
      door,
    );
    this.#bayeux = new BayeuxClient(way, [updates]);
  }

  get rehandshakes(): number {
    return this.#bayeux.rehandshakes;
  }

  /** Shakes hands, and opens the statistics of this agent. */
  async start(agentId: string): Promise<void> {
    await this.#bayeux.start();
    const statistics = boardStatistics.map(name => ({ statisticId: name, objectId: agentId, objectType: 'Agent', name }));
    const answer = await send(`${this.#url}/statistics/v3/subscriptions`, {
      method: 'POST',
      cookies: this.#cookies,
      headers: { authorization: this.#authorization },
      body: JSON.stringify({ operationId: 'board', data: { statistics } }),
      timeoutMs: requestTimeoutMs,
    });
    if (answer.status !== 200) throw new Error(`statistics of ${agentId}: HTTP ${answer.status} ${answer.text.slice(0, 200)}`);
  }

  stop(): void {
    this.#bayeux.stop();
  }

  #take({ statisticId, value, valid }: StatisticValueWire): void {
    this.told[statisticId] = valid === false ? `${boardValue(value)} (invalid)` : boardValue(value);
  }
}
