import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  openChat,
  openCometdTab,
  sessionOf,
  startAgent,
  startSystem,
  until,
  type Agent,
  type CometdTab,
  type OpenChat,
  type RunningSystem,
} from '../support/index.ts';

// F2 for media: a supervisor takes part in an agent's chat, and the region that serves both is lost.
const channel = '/workspace/v3/media/chat';
let system: RunningSystem;
let ann: Agent;
let boss: Agent;
let tab: CometdTab;
let bossTab: CometdTab;
let chat: OpenChat;

beforeAll(async () => {
  system = await startSystem({ nodes: 1 });
  [ann, boss] = await Promise.all([startAgent(system.url, 'agent1'), startAgent(system.url, 'super1')]);
  [tab, bossTab] = await Promise.all([openCometdTab(system.url, ann.cookie()), openCometdTab(system.url, boss.cookie())]);
  chat = await openChat(system.url, ann, tab);
  await bossTab.subscribe(channel);
});
afterAll(async () => {
  await Promise.all([tab.close(), bossTab.close()]);
  await Promise.all([ann.leave(), boss.leave()]);
  await system.stop();
});

/** An operation of the supervisor, which must be accepted; one that is refused in between is asked again. */
const ask = (path: string, data: object = {}): Promise<true> =>
  until(path, 20_000, async () => {
    const answer = await boss.request('POST', `/media/chat/${path}`, { data });
    expect([path, answer.status]).toEqual([path, 200]);
    return true as const;
  });
const heard = (): Record<string, unknown>[] => bossTab.events.seen.flatMap(event => (event.channel === channel ? [event.data] : []));
const shown = (): { state: string; monitoring?: { monitoringMode: string } }[] =>
  heard().flatMap(data => (data['interaction'] === undefined ? [] : [data['interaction'] as { state: string }]));
const wishes = (): unknown[] => heard().flatMap(data => (data['messageType'] === 'MonitoringStateChanged' ? [data['state']] : []));
const lines = (): { index: number; text: string }[] =>
  heard().flatMap(data => (data['messages'] ?? []) as { index: number; text: string }[]);
const hears = (text: string): Promise<true> =>
  until(`the supervisor hears ${text}`, 20_000, () => {
    expect(lines().map(line => line.text)).toContain(text);
    return Promise.resolve(true as const);
  });
const mode = (wanted: string): Promise<true> =>
  until(`in mode ${wanted}`, 20_000, () => {
    expect(shown().at(-1)).toMatchObject({ state: 'Chat', monitoring: { agentId: ann.dn, monitoringMode: wanted } });
    return Promise.resolve(true as const);
  });

it('a supervisor hears the chat from its first line', async () => {
  await ask('start-monitoring', { agentId: 'agent1', monitoringMode: 'Monitor', monitoringNextInteractionType: 'AllInteractions' });
  await mode('Monitor');
  await chat.say('how can I help?');
  await Promise.all(['hello', 'how can I help?'].map(hears));
});

it('when the region is killed, the part in the chat goes on, and every line is heard', async () => {
  const { region } = await sessionOf(system, boss.user);
  await system.handover('fault', 'kill', 'region', region);
  await chat.customerSays('are you there?');
  await hears('are you there?');
  await mode('Monitor');
  const indexes = [...new Set(lines().map(line => line.index))];
  expect(indexes).toEqual(Array.from({ length: indexes.length }, (_, index) => index + 1));
  expect(shown().map(each => each.state)).not.toContain('Revoked');
  expect(wishes()).not.toContain('MonitoringCancelled');
});

it('there the supervisor coaches, heard by the agent alone, and stops', async () => {
  await ask(`interactions/${chat.id}/switch-to-coach`);
  await mode('Coach');
  await ask(`interactions/${chat.id}/send-message`, { message: 'offer a refund' });
  const line = await tab.events.next('the word of the coach', ({ data }) => JSON.stringify(data).includes('offer a refund'));
  expect((line.data['messages'] as { visibility: string }[])[0]?.visibility).toBe('Agent');
  await ask('stop-monitoring', { agentId: 'agent1' });
  await until('the wish is gone', 20_000, () => {
    expect(wishes().at(-1)).toBe('MonitoringCancelled');
    return Promise.resolve(true);
  });
  expect(chat.states()).not.toContain('Revoked');
});
