import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, startSystem, watchStatistics, type Agent, type RunningSystem, type StatisticsWatcher } from '../support/index.ts';

// F1 and F2 for somebody who watches statistics: the node that serves them is killed, then the whole region.
let system: RunningSystem;
let ann: Agent;
let watcher: StatisticsWatcher;
let clientId = '';
beforeAll(async () => {
  system = await startSystem({ nodes: 2, agents: 4 });
  ann = await startAgent(system.url, 'agent1');
  watcher = await watchStatistics(system.url, 'agent2');
  clientId = watcher.clientId();
  await watcher.client.createSubscription(
    'board',
    [{ statisticId: 's1', objectId: ann.dn, objectType: 'Agent', name: 'CurrentAgentState' }],
    true,
  );
  await watcher.value('s1', () => true, 0);
});
afterAll(async () => {
  watcher.client.destroy();
  await ann.leave();
  await system.stop();
});

/** What the agent does now is told to the client it always was, under the same subscription. */
async function goesOn(): Promise<void> {
  const from = watcher.updates.mark();
  await ann.voice.notReady();
  await watcher.value('s1', value => JSON.stringify(value).includes('NotReadyForNextCall'), from);
  const next = watcher.updates.mark();
  await ann.voice.ready();
  await watcher.value('s1', value => JSON.stringify(value).includes('WaitForNextCall'), next);
  expect([watcher.clientId(), watcher.handshakes()]).toEqual([clientId, 0]);
  const peeked = await watcher.client.peekSubscriptionStats('board', [], true);
  expect(peeked.data.statistics.map(each => each.statisticId)).toEqual(['s1']);
}

describe('a client of the statistics', () => {
  it('keeps its clientId and its subscription when each node of the region is killed in turn', async () => {
    await goesOn();
    await system.handover('fault', 'kill', 'node', 'us-east/1');
    await goesOn();
    await system.handover('fault', 'heal', 'node', 'us-east/1');
    await system.handover('fault', 'kill', 'node', 'us-east/2');
    await goesOn();
  });

  it('goes on at another region, and shows as no agent session', async () => {
    await system.handover('fault', 'kill', 'region', 'us-east');
    await goesOn();
    const { sessions } = await system.handover<{ sessions: { agent: string }[] }>('status');
    expect(sessions.map(session => session.agent)).toEqual(['agent1']);
  });
});
