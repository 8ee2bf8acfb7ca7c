import { expect, it, vi } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import type { Bench, Tab } from '../fakes/bench.ts';
import { InteractionBoard } from '../fakes/interaction-board.ts';
import { FakeInteractionServer, fakeInteractions } from '../fakes/interaction.ts';
import { createFakeClock } from '@handover/shared/time';

interface Sites {
  bench: Bench;
  tab: Tab;
  east: FakeInteractionServer;
  west: FakeInteractionServer;
}

/** Two sites; the node stands at the first, where the agent works. */
async function twoSites(): Promise<Sites> {
  const clock = createFakeClock();
  const east = new FakeInteractionServer(new InteractionBoard(clock), '/us-east');
  const west = new FakeInteractionServer(new InteractionBoard(clock), '/eu-west');
  const bench = createBench({ interactions: fakeInteractions([east, west]) }, { clock });
  const tab = await openLoggedIn(bench);
  await tab.post('/media/ready', {});
  return { bench, tab, east, west };
}

const channels = (tab: Tab): { name: string; state: string; dnd: boolean }[] =>
  (
    tab.heard('/workspace/v3/media').findLast(each => each.messageType === 'ChannelStateChanged')?.['media'] as {
      channels: { name: string; state: string; dnd: boolean }[];
    }
  ).channels;
const services = (tab: Tab): unknown[] =>
  tab.heard('/workspace/v3/media').flatMap(each => (each.messageType === 'ServiceStateChanged' ? [each['serviceState']] : []));

it('the site of the phone is home', async () => {
  const { east, west } = await twoSites();
  expect([east.board.agents.has('7001'), west.board.agents.size]).toEqual([true, 0]);
});

it('a home that stays away for 3 s is left: what was in hand is Revoked, the agent is not ready elsewhere', async () => {
  const { bench, tab, east, west } = await twoSites();
  const item = east.board.submit('workitem');
  east.board.invite(item, '7001');
  await tab.post(`/media/workitem/interactions/${item.properties.interactionID}/accept`, {});
  east.lose();
  bench.clock.advance(2_900);
  expect(west.board.agents.size).toBe(0);
  bench.clock.advance(200);
  await vi.waitFor(() => expect(services(tab)).toEqual(['UNAVAILABLE', 'AVAILABLE']));
  expect(channels(tab).map(each => each.state)).toEqual(['NotReady', 'NotReady', 'NotReady', 'NotReady']);
  expect(tab.heard('/workspace/v3/media/workitem').at(-1)?.['interaction']).toMatchObject({ state: 'Revoked' });
  expect((await tab.post('/media/chat/ready', {})).body.status).toEqual({ code: 1 });
  expect(west.board.agents.get('7001')?.media.get('chat')?.state).toBe('Ready');
});

it('a home that returns in time keeps the agent, with the states as they were', async () => {
  const { bench, tab, east, west } = await twoSites();
  await tab.post('/media/email/not-ready', { data: { reasonCode: 'Lunch' } });
  await tab.post('/media/dnd-on', {});
  east.lose();
  bench.clock.advance(1_000);
  east.restore();
  await vi.waitFor(() => expect(services(tab).at(-1)).toBe('AVAILABLE'));
  const agent = east.board.agents.get('7001');
  expect([agent?.dnd, agent?.media.get('chat'), agent?.media.get('email')]).toEqual([
    true,
    { state: 'Ready', reason: undefined },
    { state: 'NotReady', reason: 'Lunch' },
  ]);
  expect(west.board.agents.size).toBe(0);
});

it('the changes on the way back to that are not told', async () => {
  const { tab, east } = await twoSites();
  const before = tab.heard('/workspace/v3/media').filter(each => each.messageType === 'ChannelStateChanged').length;
  const item = east.board.submit('workitem');
  east.board.invite(item, '7001');
  east.lose();
  east.restore();
  await vi.waitFor(() => expect(services(tab).at(-1)).toBe('AVAILABLE'));
  expect(tab.heard('/workspace/v3/media').filter(each => each.messageType === 'ChannelStateChanged')).toHaveLength(before);
});

it('a silent server makes digital work unavailable, and voice goes on', async () => {
  const { tab, east } = await twoSites();
  east.lose(false);
  expect((await tab.post('/media/chat/not-ready', { data: {} })).status).toBe(503);
  expect((await tab.post('/voice/ready', {})).body.status).toEqual({ code: 1 });
});

it('an agent who subscribed to a workbin hears of it at the other site too', async () => {
  const { bench, tab, east, west } = await twoSites();
  await tab.post('/workbins/w/subscribe', { data: {} });
  east.lose();
  bench.clock.advance(3_100);
  await vi.waitFor(() => expect(services(tab).at(-1)).toBe('AVAILABLE'));
  expect(west.heard).toEqual(['w/7001']);
});

it('ownership that comes back asks the server anew', async () => {
  const { bench, tab, east } = await twoSites();
  east.board.agents.clear();
  const owned = bench.ownership.owned.get('agent1');
  if (owned === undefined) throw new Error('nobody owns it');
  bench.workspace.hooks.resumed(owned.key, owned);
  await vi.waitFor(() => expect(east.board.agents.get('7001')?.media.get('chat')?.state).toBe('Ready'));
  expect(channels(tab).every(each => each.state === 'Ready')).toBe(true);
});
