import { expect, it } from 'vitest';
import { createBench, openLoggedIn, openTab } from './fakes/bench.ts';

it('an agent logs in, becomes ready, answers, holds, retrieves, releases and completes', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  expect(tab.dn()).toMatchObject({ number: '7001', switchName: 'SIP_East', agentState: 'NotReady' });
  expect((await tab.post('/voice/ready')).body.status).toEqual({ code: 1 });
  expect(tab.dn()).toMatchObject({ agentState: 'Ready', available: true });
  const id = bench.east.ring('+15550100', '7001');
  expect(tab.told(id)).toEqual(['Ringing']);
  for (const verb of ['answer', 'hold', 'retrieve', 'release'])
    expect((await tab.post(`/voice/calls/${id}/${verb}`, {})).body.status).toEqual({ code: 1 });
  const done = await tab.post(`/voice/calls/${id}/complete`, {
    data: { userData: [{ key: 'DispositionCode', type: 'str', value: 'Sale' }] },
  });
  expect(done.body.status).toEqual({ code: 1 });
  expect(tab.told(id)).toEqual(['Ringing', 'Established', 'Held', 'Established', 'Released', 'Completed']);
  expect(bench.east.log.every(each => each.epoch === 101)).toBe(true);
});

it('whoever subscribes late learns the DN and each call', async () => {
  const bench = createBench();
  await openLoggedIn(bench);
  const id = bench.east.ring('+15550100', '7001');
  const second = await openTab(bench, 'agent1', 'second');
  expect(second.dn()).toMatchObject({ agentState: 'NotReady' });
  expect(second.told(id)).toEqual(['Ringing CallRecovered']);
});
