import { ok, refuse } from '@handover/shared/result';
import { describe, expect, it } from 'vitest';
import type { Statistics } from '../../../contracts/statistics.ts';
import { createBench, openTab } from '../fakes/bench.ts';

const asked: unknown[] = [];
const statistics = {
  get(wanted: { objectId: string; tenantName: string }) {
    asked.push(wanted);
    if (wanted.objectId === '9999')
      return Promise.resolve(refuse({ kind: 'invalid', attribute: 'objectId', text: 'there is no such object' }));
    return Promise.resolve(ok({ value: { intValue: 3 }, timestamp: 7 }));
  },
} as unknown as Statistics;

const inbound = (objectId: string) => ({ objectId, objectType: 'Agent', name: 'InboundCalls' });
const subscribe = async (bench = createBench({ statistics })) => {
  const tab = await openTab(bench);
  const answer = await tab.post('/reporting/subscriptions', { data: { statistics: [inbound('7001')] } });
  return { tab, answer, id: String(answer.body.data?.['subscriptionId']) };
};

describe('reporting', () => {
  it('answers the values at once, of the own tenant', async () => {
    const { answer } = await subscribe();
    expect(answer.body).toMatchObject({
      status: { code: 0 },
      data: { statistics: [{ ...inbound('7001'), timestamp: 7, value: { intValue: 3 } }] },
    });
    expect(asked.at(-1)).toEqual({ tenantName: 'acme', objectId: '7001', objectType: 'Agent', statType: 'InboundCalls' });
  });
  it('answers the values again by the id, also of several', async () => {
    const { tab, id } = await subscribe();
    const statistics = [{ value: { intValue: 3 } }];
    expect((await tab.get(`/reporting/subscriptions/${id}`)).body.data).toMatchObject({ subscriptionId: id, statistics });
    expect((await tab.get(`/reporting/subscriptions?ids=${id},${id}`)).body.data).toMatchObject({
      subscriptions: [{ statistics }, { statistics }],
    });
  });
  it('knows a subscription that another node made', async () => {
    const { id } = await subscribe();
    const elsewhere = await openTab(createBench({ statistics }));
    expect((await elsewhere.get(`/reporting/subscriptions/${id}`)).status).toBe(200);
  });
  it('names what is at fault', async () => {
    const { tab } = await subscribe();
    const answer = await tab.post('/reporting/subscriptions', { data: { statistics: [inbound('7001'), inbound('9999')] } });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'data.statistics.1.objectId']);
  });
  it.each(['nonsense', 'W10', 'WzFd'])('%s is no subscription', async id => {
    const { tab } = await subscribe();
    expect((await tab.get(`/reporting/subscriptions/${id}`)).status).toBe(404);
  });
  it('is unavailable without a Stat Server', async () => {
    const { answer } = await subscribe(createBench());
    expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([503, 'statistics.unavailable']);
  });
});
