import { expect, it, vi } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import type { Bench, Tab } from '../fakes/bench.ts';

/** An agent who talks over the western switch, while this node’s local one is in the east. */
async function awayFromHome(): Promise<{ bench: Bench; tab: Tab; id: string }> {
  const bench = createBench();
  bench.east.state = 'down';
  const tab = await openLoggedIn(bench);
  bench.east.state = 'up';
  const id = bench.west.ring('+15550100', '7001');
  await tab.post(`/voice/calls/${id}/answer`, {});
  await tab.post('/voice/ready');
  return { bench, tab, id };
}
const services = (tab: Tab): unknown[] =>
  tab
    .voice()
    .filter(each => each.messageType === 'ServiceStateChanged')
    .map(each => each['serviceState']);

it('a lost link makes voice unavailable, for as long as it is lost', async () => {
  const { bench, tab } = await awayFromHome();
  bench.west.lose();
  expect(services(tab)).toEqual(['UNAVAILABLE']);
  expect((await tab.post('/voice/not-ready')).headers.get('x-handover-refused')).toBe('voice.unavailable');
  bench.clock.advance(2_900);
  bench.west.restore();
  await vi.waitFor(() => expect(services(tab)).toEqual(['UNAVAILABLE', 'AVAILABLE']));
  bench.clock.advance(10_000);
  expect(bench.east.log).toEqual([]);
});

it('what happened while the link was lost is told when it is back', async () => {
  const { bench, tab, id } = await awayFromHome();
  bench.west.lose();
  bench.west.state = 'up';
  await bench.west.far({ messageName: 'RequestReleaseCall', thisDN: '+15550100', connID: id });
  bench.west.restore();
  await vi.waitFor(() => expect(tab.told(id).at(-1)).toBe('Released'));
});

it('a switch that logged the agent out while the link was lost logs the agent in again as before', async () => {
  const { bench, tab } = await awayFromHome();
  bench.west.keepsAgentsOnDisconnect = false;
  bench.west.lose();
  bench.west.dropAgents();
  bench.west.restore();
  await vi.waitFor(() => expect(services(tab).at(-1)).toBe('AVAILABLE'));
  expect(tab.dn()).toMatchObject({ agentState: 'Ready' });
  expect(bench.west.names().slice(-2)).toEqual(['RequestAgentLogin', 'RequestAgentReady']);
  expect(tab.voice().some(each => (each['dn'] as { agentState?: string } | undefined)?.agentState === 'LoggedOut')).toBe(false);
});

it('a home switch lost for 3 s: its calls are released as lost with the site, the agent is logged in at the local one, not ready', async () => {
  const { bench, tab, id } = await awayFromHome();
  bench.west.lose();
  bench.clock.advance(3_000);
  await vi.waitFor(() => expect(services(tab).at(-1)).toBe('AVAILABLE'));
  expect(tab.told(id).at(-1)).toBe('Released');
  const call = tab.voice().findLast(each => each.messageType === 'CallStateChanged')?.['call'];
  expect(call).toMatchObject({
    extensions: [{ key: 'ReleaseReason', value: 'site-lost' }],
    capabilities: ['complete', 'attach-user-data', 'update-user-data', 'delete-user-data-pair'],
  });
  expect(tab.dn()).toMatchObject({ switchName: 'SIP_East', agentState: 'NotReady' });
  expect(bench.ownership.attached.at(-1)).toBe('7001@SIP_East');
  expect((await tab.post('/voice/ready')).status).toBe(200);
  expect(tab.dn()).toMatchObject({ switchName: 'SIP_East', agentState: 'Ready' });
  const next = bench.east.ring('+15550101', '7001');
  expect(tab.told(next)).toEqual(['Ringing']);
});

it('when the home switch returns the agent is logged out there', async () => {
  const { bench, tab } = await awayFromHome();
  bench.west.lose();
  bench.clock.advance(3_000);
  await vi.waitFor(() => expect(tab.dn()).toMatchObject({ switchName: 'SIP_East' }));
  bench.west.restore();
  await vi.waitFor(() =>
    expect(bench.west.names().slice(-3)).toEqual(['RequestRegisterAddress', 'RequestAgentLogout', 'RequestUnregisterAddress']),
  );
  expect(bench.west.phone('7001').agentState).toBe('LoggedOut');
});

it('while the returned home switch does not let the agent go, ready is refused and nothing is sent for it', async () => {
  const { bench, tab } = await awayFromHome();
  bench.west.lose();
  bench.clock.advance(3_000);
  await vi.waitFor(() => expect(tab.dn()).toMatchObject({ switchName: 'SIP_East' }));
  bench.west.mute.add('RequestAgentLogout');
  bench.west.restore();
  expect((await tab.post('/voice/ready')).status).toBe(503);
  expect(bench.east.names()).not.toContain('RequestAgentReady');
  bench.west.mute.clear();
  expect((await tab.post('/voice/ready')).status).toBe(200);
});

it('the same switch cannot be moved to: a lost local switch stays unavailable until it returns', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  bench.east.lose();
  bench.clock.advance(20_000);
  expect(services(tab)).toEqual(['UNAVAILABLE']);
  bench.east.restore();
  await vi.waitFor(() => expect(services(tab)).toEqual(['UNAVAILABLE', 'AVAILABLE']));
});
