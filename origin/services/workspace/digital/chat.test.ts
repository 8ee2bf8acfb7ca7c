import { expect, it, vi } from 'vitest';
import type { InteractionBoard } from '../fakes/interaction-board.ts';
import type { FakeItem } from '../fakes/interaction-board.ts';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import type { Bench, Tab } from '../fakes/bench.ts';

const chatChannel = '/workspace/v3/media/chat';
const mediaChannel = '/workspace/v3/media';

interface Work {
  bench: Bench;
  tab: Tab;
  item: FakeItem;
  id: string;
}

/** A logged-in agent, ready for chat, with a chat in hand whose customer has said hello. */
async function chatting(): Promise<Work> {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  await tab.post('/media/chat/ready', { data: {} });
  const item = bench.ixn.board.submit('chat');
  bench.ixn.board.line(item, { type: 'Text', nickname: 'Customer', userType: 'Customer', text: 'hello' });
  bench.ixn.board.invite(item, '7001');
  const id = item.properties.interactionID;
  const answer = await tab.post(`/media/chat/interactions/${id}/accept`, { data: { nickname: 'Agent One' } });
  expect(answer.body.status).toEqual({ code: 1 });
  return { bench, tab, item, id };
}

const states = (tab: Tab): unknown[] =>
  tab
    .heard(chatChannel)
    .flatMap(each => (each.messageType === 'InteractionStateChanged' ? [(each['interaction'] as { state: string }).state] : []));
const lines = (tab: Tab): unknown[] =>
  tab
    .heard(chatChannel)
    .flatMap(each => (each.messageType === 'MessageLogUpdated' ? (each['messages'] as { index: number }[]).map(line => line.index) : []));
const media = (tab: Tab): unknown =>
  (tab.heard(mediaChannel).at(-1)?.['media'] as { channels: { name: string; state: string }[] }).channels.find(each => each.name === 'chat')
    ?.state;

it('activate-channels logs the agent in for every medium, not ready, behind voice', async () => {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  await vi.waitFor(() => expect(media(tab)).toBe('NotReady'));
  expect(bench.ixn.log[0]).toMatchObject({ messageName: 'RequestAgentLogin', agentID: '7001', placeName: 'Place_7001', epoch: 101 });
});

it('ready, an offered chat, accepted: the transcript follows with its indexes', async () => {
  const { tab } = await chatting();
  expect(media(tab)).toBe('Ready');
  expect(states(tab).slice(0, 2)).toEqual(['Invited', 'Chat']);
  expect(lines(tab)).toEqual([1, 2, 3]);
  const first = tab.heard(chatChannel).find(each => each.messageType === 'MessageLogUpdated');
  expect(first).toMatchObject({
    notificationType: 'NewMessages',
    messages: [
      { type: 'ParticipantJoined', from: { type: 'Customer' } },
      { text: 'hello', index: 2 },
      { type: 'ParticipantJoined', from: { nickname: 'Agent One' } },
    ],
  });
  expect(first?.['id']).toBe(first?.['interactionId']);
});

it('a message is heard once, with the operation id of whoever sent it', async () => {
  const { tab, id } = await chatting();
  await tab.post(`/media/chat/interactions/${id}/send-message`, { data: { message: 'hi', visibility: 'All' }, operationId: 'op-1' });
  expect(tab.heard(chatChannel).at(-1)).toMatchObject({ operationId: 'op-1', interactionId: id, messages: [{ index: 4, text: 'hi' }] });
});

it('leave keeps the interaction, complete ends it, and once more is a success', async () => {
  const { bench, tab, id } = await chatting();
  await tab.post(`/media/chat/interactions/${id}/leave`, { data: {} });
  expect(states(tab).at(-1)).toBe('LeftChat');
  for (let i = 0; i < 2; i += 1) expect((await tab.post(`/media/chat/interactions/${id}/complete`, {})).body.status).toEqual({ code: 1 });
  expect(states(tab).slice(-2)).toEqual(['LeftChat', 'Completed']);
  expect(bench.ixn.names().filter(name => name === 'RequestStopProcessing')).toHaveLength(1);
  expect(bench.ixn.heard).toEqual([]);
});

it('in a chat that was left, send-message is code 1, then EventError on the medium’s channel', async () => {
  const { bench, tab, id } = await chatting();
  await tab.post(`/media/chat/interactions/${id}/leave`, { data: {} });
  const answer = await tab.post(`/media/chat/interactions/${id}/send-message`, { data: { message: 'late' }, operationId: 'op-2' });
  expect(answer.body.status).toEqual({ code: 1 });
  bench.clock.advance(0);
  expect(tab.heard(chatChannel).at(-1)).toMatchObject({
    messageType: 'EventError',
    operationId: 'op-2',
    interactionId: id,
    error: { errorCode: 'invalid-state' },
  });
});

it('an offer that times out is Revoked; what nobody offered is 404', async () => {
  const { bench, tab } = await chatting();
  const other = bench.ixn.board.submit('chat');
  bench.ixn.board.invite(other, '7001');
  bench.ixn.board.revoke(other, 8);
  expect(states(tab).slice(-2)).toEqual(['Invited', 'Revoked']);
  const answer = await tab.post(`/media/chat/interactions/${other.properties.interactionID}/accept`, {});
  expect([answer.status, answer.body.errors?.[0]?.code]).toEqual([404, 'interaction.unknown']);
});

it('a tab that subscribes late hears media, chats and the transcript', async () => {
  const { bench } = await chatting();
  const late = await openLoggedIn(bench, 'agent1', 'late');
  bench.workspace.policy.onSubscribed(late.key, 'late', mediaChannel);
  bench.workspace.policy.onSubscribed(late.key, 'late', chatChannel);
  await vi.waitFor(() => expect(lines(late)).toEqual([1, 2, 3]));
  expect([media(late), states(late)]).toEqual(['Ready', ['Chat']]);
});

it('current-session carries media and interactions', async () => {
  const { tab, id } = await chatting();
  const session = (await tab.get('/current-session')).body.data as {
    user: { activeSession: { media: { channels: unknown[] }; interactions: unknown[] } };
  };
  expect(session.user.activeSession.media.channels).toContainEqual(expect.objectContaining({ name: 'chat', state: 'Ready' }));
  expect(session.user.activeSession.interactions).toEqual([expect.objectContaining({ id, state: 'Chat' })]);
});

it('the transcript can be asked for', async () => {
  const { tab, id } = await chatting();
  const answer = await tab.get(`/media/chat/interactions/${id}/messages`);
  expect(answer.body).toMatchObject({ status: { code: 0 }, data: { messages: [{ index: 1 }, { text: 'hello' }, { index: 3 }] } });
});

it('logout logs out of the media', async () => {
  const { bench, tab } = await chatting();
  await tab.post('/logout', {});
  expect(bench.ixn.board.agents.size).toBe(0);
});

/** The same agent at another node, after the first one died with its link. */
async function moved(work: Work, before?: (board: InteractionBoard) => void): Promise<{ bench: Bench; tab: Tab }> {
  const { bench, tab } = work;
  bench.clock.advance(300);
  await vi.waitFor(() => expect(bench.ownership.passports.has('agent1')).toBe(true));
  const passport = JSON.parse(JSON.stringify(bench.ownership.passports.get('agent1'))) as unknown;
  bench.ixn.lose();
  before?.(bench.ixn.board);
  const next = createBench({}, { east: bench.east, west: bench.west, clock: bench.clock, board: bench.ixn.board });
  next.ownership.epoch = 200;
  const key = { tenant: 'acme', person: 'agent1' };
  await next.workspace.hooks.adopt(key, next.ownership.own(key), passport);
  const heard = (channel: string): ReturnType<Tab['heard']> =>
    next.hub.delivered.filter(each => each.clientId === tab.clientId && each.channel === channel).map(each => each.data);
  return { bench: next, tab: { ...tab, heard, post: async (path, body) => relayed(next, tab, path, body) } };
}

async function relayed(bench: Bench, tab: Tab, path: string, body: unknown): ReturnType<Tab['post']> {
  const response = await bench.call('POST', path, { body, headers: { cookie: tab.cookie } });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Awaited<ReturnType<Tab['post']>>['body'] };
}

it('another node goes on with the chat: same agent state, transcript without loss or doubles, newer epoch', async () => {
  const work = await chatting();
  const { bench, tab } = await moved(work, board => {
    for (const text of ['still there?', 'hm']) board.line(work.item, { type: 'Text', nickname: 'Customer', userType: 'Customer', text });
  });
  await vi.waitFor(() => expect(media(tab)).toBe('Ready'));
  expect([lines(tab), states(tab).at(-1)]).toEqual([[4, 5], 'Chat']);
  await tab.post(`/media/chat/interactions/${work.id}/send-message`, { data: { message: 'back' } });
  expect(lines(tab)).toEqual([4, 5, 6]);
  expect(work.item.agentID).toBe('7001');
  expect(bench.ixn.log.every(each => each.epoch === 201)).toBe(true);
  const names = bench.ixn.names();
  expect(names.indexOf('RequestPull')).toBeLessThan(names.indexOf('RequestCancelNotReadyForMedia'));
});

it('voice is served before digital work is taken over', async () => {
  const work = await chatting();
  const { bench } = await moved(work);
  const order = bench.hub.delivered.map(each => each.channel);
  expect(order.indexOf('/workspace/v3/voice')).toBeGreaterThanOrEqual(0);
  await vi.waitFor(() => expect(bench.hub.delivered.some(each => each.channel === mediaChannel)).toBe(true));
  const later = bench.hub.delivered.map(each => each.channel);
  expect(later.indexOf('/workspace/v3/voice')).toBeLessThan(later.indexOf(mediaChannel));
});

it('a chat that somebody else has meanwhile is told as Revoked', async () => {
  const work = await chatting();
  const { tab } = await moved(work, board => board.handle(work.item, '7002'));
  await vi.waitFor(() => expect(media(tab)).toBe('Ready'));
  expect([states(tab), work.item.agentID]).toEqual([['Revoked'], '7002']);
});

it('a chat that is offered to the same agent anew is accepted for her', async () => {
  const work = await chatting();
  const { tab } = await moved(work, board => board.invite(work.item, '7001'));
  await vi.waitFor(() => expect(media(tab)).toBe('Ready'));
  expect([states(tab).at(-1), work.item.ticketID, work.item.agentID]).toEqual(['Chat', undefined, '7001']);
});

it('a chat that the server takes away late, because the old node is missed late, is taken back', async () => {
  const { bench, tab, item } = await chatting();
  bench.ixn.board.revoke(item, 13);
  await vi.waitFor(() => expect(item.agentID).toBe('7001'));
  expect(states(tab)).not.toContain('Revoked');
});

it('a login that the server takes away late, because the old node is missed late, is made again as it was', async () => {
  const { bench, tab, item } = await chatting();
  const { board } = bench.ixn;
  board.agents.delete('7001');
  board.emit({ messageName: 'EventCurrentAgentStatus', agentID: '7001', placeName: 'Place_7001', snapshot: board.snapshotOf('7001') });
  board.revoke(item, 13);
  await vi.waitFor(() => expect([board.agents.get('7001')?.media.get('chat')?.state, item.agentID]).toEqual(['Ready', '7001']));
  expect([media(tab), states(tab).at(-1)]).toEqual(['Ready', 'Chat']);
});

it('whoever insists on logging the agent out has the last word', async () => {
  const { bench, tab } = await chatting();
  const { board } = bench.ixn;
  for (let i = 0; i < 2; i += 1) {
    board.agents.delete('7001');
    board.emit({ messageName: 'EventCurrentAgentStatus', agentID: '7001', placeName: 'Place_7001', snapshot: board.snapshotOf('7001') });
    await tab.get('/current-session');
  }
  await vi.waitFor(() => expect(media(tab)).toBe('LoggedOut'));
});

it('a lost link makes digital work unavailable, a restored one takes up the chat again', async () => {
  const { bench, tab, id, item } = await chatting();
  bench.ixn.lose();
  expect((await tab.post(`/media/chat/interactions/${id}/send-message`, { data: { message: 'x' } })).status).toBe(503);
  expect(tab.heard(mediaChannel).at(-1)).toMatchObject({ serviceName: 'IXN', serviceState: 'UNAVAILABLE' });
  bench.ixn.board.line(item, { type: 'Text', nickname: 'Customer', userType: 'Customer', text: 'hello?' });
  bench.ixn.restore();
  await vi.waitFor(() => expect(tab.heard(mediaChannel).at(-1)).toMatchObject({ serviceState: 'AVAILABLE' }));
  expect([lines(tab), item.agentID]).toEqual([[1, 2, 3, 4], '7001']);
});

it('while ownership admits no command, nothing is written', async () => {
  const { bench, tab, id } = await chatting();
  const sent = bench.ixn.log.length;
  bench.ownership.closed = 'unsure';
  const answer = await tab.post(`/media/chat/interactions/${id}/send-message`, { data: { message: 'x' } });
  expect([answer.status, answer.headers.get('x-handover-refused'), bench.ixn.log.length]).toEqual([503, 'ownership.unsure', sent]);
});
