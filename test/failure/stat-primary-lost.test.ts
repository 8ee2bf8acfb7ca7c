import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openConfiguration,
  setRedundancy,
  startAgent,
  startSystem,
  statusOf,
  until,
  watchStatistics,
  type Agent,
  type RunningSystem,
  type StatisticsWatcher,
} from '../support/index.ts';

// F4: the Stat Server in service is killed, then its partner falls silent, while somebody watches an agent.
const region = 'us-east';
let system: RunningSystem;
let ann: Agent;
let watcher: StatisticsWatcher;
let clientId = '';
beforeAll(async () => {
  system = await startSystem({ regions: [region], agents: 4 });
  await setTimeOut(2);
  ann = await startAgent(system.url, 'agent1');
  watcher = await watchStatistics(system.url, 'agent2');
  clientId = watcher.clientId();
  const statistic = { statisticId: 's1', objectId: ann.dn, objectType: 'Agent', name: 'CurrentAgentState' } as const;
  await watcher.client.createSubscription('board', [statistic], true);
  await watcher.value('s1', () => true, 0);
});
afterAll(async () => {
  watcher.client.destroy();
  await ann.leave();
  await system.stop();
});

/** The local time-out of every connection to a server: what a silent one costs. */
async function setTimeOut(timeoutLocalS: number): Promise<void> {
  const configuration = await openConfiguration(system, region);
  const own = configuration.all('CfgApplication').find(({ name }) => name === `Handover_${region}`);
  const appServers = own?.appServers.map(connection => ({ ...connection, timeoutLocalS })) ?? [];
  const changed = await configuration.update('CfgApplication', own?.dbid ?? 0, { appServers });
  configuration.stop();
  expect(changed.ok).toBe(true);
}

const serving = async (): Promise<string[]> =>
  (await statusOf(system)).regions.flatMap(each =>
    each.servers.filter(({ type, role, state }) => type === 'stat' && role === 'primary' && state === 'up').map(({ name }) => name),
  );

/** The states told since, in order. */
const told = (from: number): unknown[] =>
  watcher.updates.seen.slice(from).flatMap(({ data }) => data.statistics.map(each => each.value.stringValue));

async function changes(to: 'Ready' | 'NotReady', shown: string): Promise<void> {
  const from = watcher.updates.mark();
  await (to === 'Ready' ? ann.voice.ready() : ann.voice.notReady());
  await watcher.value('s1', ({ stringValue }) => stringValue === shown, from);
}

describe.each(['warm', 'hot'] as const)('in %s standby', redundancy => {
  it('every change is told once, to the client it always was, and status shows who serves', async () => {
    await setRedundancy(system, 'stat', redundancy);
    await until(
      'served again',
      20_000,
      async () => (await watcher.client.peekSubscriptionStats('board', [], true)).data.statistics.length === 1,
    );
    await changes('NotReady', 'NotReadyForNextCall');
    const [before] = await serving();
    const from = watcher.updates.mark();
    const service = watcher.service.mark();
    await system.handover('fault', 'kill', 'stat', region);
    await changes('Ready', 'WaitForNextCall');
    expect(await serving()).not.toContain(before);
    await system.handover('fault', 'heal', 'stat', region);
    await system.handover('fault', 'freeze', 'stat', region);
    await changes('NotReady', 'NotReadyForNextCall');
    await system.handover('fault', 'heal', 'stat', region);
    await changes('Ready', 'WaitForNextCall');
    expect(told(from)).toEqual(['WaitForNextCall', 'NotReadyForNextCall', 'WaitForNextCall']);
    expect([watcher.clientId(), watcher.handshakes()]).toEqual([clientId, 0]);
    if (redundancy === 'hot') expect(watcher.service.seen.slice(service)).toEqual([]);
  });
});

describe('the loss of both SIP Servers', () => {
  it('makes what was counted from them invalid until one is back', async () => {
    const isValid = (from: number, valid: false | undefined): Promise<unknown> =>
      watcher.updates.next(
        `valid: ${valid}`,
        ({ data }) => data.statistics.some(each => each.statisticId === 's1' && each.valid === valid),
        { from },
      );
    const lost = watcher.updates.mark();
    for (const role of ['primary', 'backup']) await system.handover('fault', 'kill', 'sip', `${region}/${role}`);
    await isValid(lost, false);
    const back = watcher.updates.mark();
    await system.handover('fault', 'heal', 'sip', region);
    await isValid(back, undefined);
  });
});
