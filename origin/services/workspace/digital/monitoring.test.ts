import { describe, expect, it } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import type { Bench, Tab } from '../fakes/bench.ts';
import type { FakeItem } from '../fakes/interaction-board.ts';

const channel = '/workspace/v3/media/chat';
interface Stage {
  bench: Bench;
  boss: Tab;
  item: FakeItem;
  path: string;
}

/** A supervisor, and agent 7001 with a chat in hand, at the same node. */
async function stage(): Promise<Stage> {
  const bench = createBench();
  const boss = await openLoggedIn(bench, 'super1');
  const { board } = bench.ixn;
  const item = board.submit('chat');
  board.handle(item, '7001');
  return { bench, boss, item, path: `/media/chat/interactions/${item.properties.interactionID}` };
}
const start = (tab: Tab, monitoringMode = 'Monitor'): ReturnType<Tab['post']> =>
  tab.post('/media/chat/start-monitoring', {
    data: { agentId: '7001', monitoringMode, monitoringNextInteractionType: 'AllInteractions' },
  });
const flush = async (): Promise<void> => {
  for (let i = 0; i < 6; i += 1) await new Promise<void>(resolve => setImmediate(resolve));
};
const wishes = (tab: Tab): unknown[] =>
  tab.heard(channel).flatMap(each => (each['messageType'] === 'MonitoringStateChanged' ? [each['state']] : []));
const shown = (tab: Tab): Record<string, unknown>[] =>
  tab.heard(channel).flatMap(each => (each['interaction'] === undefined ? [] : [each['interaction'] as Record<string, unknown>]));
const lines = (tab: Tab): number[] =>
  tab.heard(channel).flatMap(each => ((each['messages'] ?? []) as { index: number }[]).map(line => line.index));

describe('a supervisor who monitors an agent’s chats', () => {
  it('is told the wish, the interaction and its transcript, and joins unseen', async () => {
    const { bench, boss } = await stage();
    expect((await start(boss)).body.status).toEqual({ code: 1 });
    await flush();
    expect(wishes(boss)).toEqual(['MonitoringNextInteraction']);
    expect(shown(boss).at(-1)).toMatchObject({
      state: 'Chat',
      monitoring: { agentId: '7001', monitoringMode: 'Monitor' },
      capabilities: expect.arrayContaining(['leave', 'switch-to-coach', 'switch-to-barge-in']) as unknown,
    });
    expect(lines(boss)).toEqual([1, 2]);
    const join = bench.ixn.log.find(each => each.messageName === 'RequestChatJoin');
    expect(join).toMatchObject({ agentID: '7090', userType: 'Supervisor', visibility: 'Supervisor' });
  });

  it('switches between the three manners, each once', async () => {
    const { bench, boss, path } = await stage();
    await start(boss);
    await flush();
    for (const verb of ['coach', 'barge-in', 'barge-in', 'monitor']) await boss.post(`${path}/switch-to-${verb}`, {});
    expect(bench.ixn.log.flatMap(each => (each.messageName === 'RequestIntrude' ? [each.mode] : []))).toEqual([
      'Coach',
      'Bargein',
      'Monitor',
    ]);
    expect((shown(boss).at(-1)?.['monitoring'] as { monitoringMode: string }).monitoringMode).toBe('Monitor');
  });

  it('speaks in the chat, and may not do what only its agent may', async () => {
    const { bench, boss, item, path } = await stage();
    await start(boss, 'Coach');
    await flush();
    await boss.post(`${path}/send-message`, { data: { message: 'offer a refund' } });
    expect(item.chat?.lines.at(-1)?.text).toBe('offer a refund');
    for (const verb of ['complete', 'place-in-queue', 'update-nickname'])
      await boss.post(`${path}/${verb}`, { data: { queue: 'later', nickname: 'B' } });
    expect(bench.ixn.names()).not.toContain('RequestStopProcessing');
    bench.clock.advance(0);
    const errors = boss.heard(channel).flatMap(each => (each['error'] === undefined ? [] : [each['error']]));
    expect(errors).toEqual(Array(3).fill(expect.objectContaining({ errorCode: 'invalid-state' })));
  });

  it('leaves one chat and monitors on', async () => {
    const { boss, path } = await stage();
    await start(boss);
    await flush();
    await boss.post(`${path}/leave`, {});
    expect(shown(boss).at(-1)).toMatchObject({ state: 'Completed' });
    expect(wishes(boss)).toEqual(['MonitoringNextInteraction']);
  });

  it('stops, and has no part in anything any more', async () => {
    const { boss } = await stage();
    await start(boss);
    await flush();
    await boss.post('/media/chat/stop-monitoring', { data: { agentId: '7001' } });
    expect(shown(boss).at(-1)).toMatchObject({ state: 'Revoked' });
    expect(wishes(boss)).toEqual(['MonitoringNextInteraction', 'MonitoringCancelled']);
  });

  it('is not told that of an agent whom nobody knows', async () => {
    const { boss } = await stage();
    const answer = await boss.post('/media/chat/start-monitoring', {
      data: { agentId: 'nobody', monitoringMode: 'Coach', monitoringNextInteractionType: 'NextInteraction' },
    });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'data.agentId']);
  });
});

describe('an agent at the same node', () => {
  it('hears nothing of what is for supervisors', async () => {
    const bench = createBench();
    const ann = await openLoggedIn(bench, 'agent1');
    const { board } = bench.ixn;
    const item = board.submit('chat');
    board.invite(item, '7001');
    await ann.post(`/media/chat/interactions/${item.properties.interactionID}/accept`, { data: { nickname: 'Ann' } });
    board.line(item, { type: 'Text', nickname: 'Boss', userType: 'Supervisor', text: 'hm', visibility: 'Supervisor' });
    board.line(item, { type: 'Text', nickname: 'Boss', userType: 'Supervisor', text: 'refund', visibility: 'Agent' });
    expect(lines(ann)).toEqual([1, 2, 4]);
  });
});

describe('when another node takes the supervisor over', () => {
  async function moved({ bench, boss }: Stage, meanwhile: () => void): Promise<Bench> {
    bench.clock.advance(300);
    await flush();
    const passport = bench.ownership.passports.get('super1');
    bench.ixn.lose();
    meanwhile();
    const to = createBench({}, { east: bench.east, west: bench.west, clock: bench.clock, board: bench.ixn.board });
    to.ownership.epoch = 200;
    const key = { tenant: 'acme', person: 'super1' };
    await to.workspace.hooks.adopt(key, to.ownership.own(key), JSON.parse(JSON.stringify(passport)));
    bench.workspace.stop();
    await flush();
    expect(boss.clientId).not.toBe('');
    return to;
  }
  const told = (bench: Bench, clientId: string): Record<string, unknown>[] =>
    bench.hub.delivered.flatMap(each => (each.clientId === clientId ? [each.data as Record<string, unknown>] : []));

  it('the wish and the chat are told again, and lines that the client knows are not', async () => {
    const at = await stage();
    await start(at.boss, 'Coach');
    await flush();
    const to = await moved(at, () =>
      at.bench.ixn.board.line(at.item, { type: 'Text', nickname: 'Customer', userType: 'Customer', text: 'x' }),
    );
    const all = told(to, at.boss.clientId);
    expect(all.some(each => each['state'] === 'MonitoringNextInteraction')).toBe(true);
    const last = all.flatMap(each => (each['interaction'] === undefined ? [] : [each['interaction']])).at(-1);
    expect(last).toMatchObject({ state: 'Chat', monitoring: { agentId: '7001', monitoringMode: 'Coach' } });
    expect(all.flatMap(each => ((each['messages'] ?? []) as { index: number }[]).map(line => line.index))).toEqual([3]);
  });

  it('what is not monitored any more is told as gone', async () => {
    const at = await stage();
    await start(at.boss);
    await flush();
    const to = await moved(at, () => {
      at.bench.ixn.board.wishes.length = 0;
      at.item.observers.clear();
    });
    const all = told(to, at.boss.clientId);
    expect(all.some(each => each['state'] === 'MonitoringCancelled')).toBe(true);
    expect(all).toContainEqual(expect.objectContaining({ interaction: expect.objectContaining({ state: 'Revoked' }) as unknown }));
  });
});
