import { describe, expect, it } from 'vitest';
import { createBench, openLoggedIn } from '../fakes/bench.ts';
import type { Bench, Tab } from '../fakes/bench.ts';
import { settleMs } from '../session/attachments.ts';

const key = { tenant: 'acme', person: 'agent1' };

/** Another node, on the same switches, takes the session over. */
async function takeOver(from: Bench, options: { passport?: unknown; local?: 'west' } = {}): Promise<Bench> {
  const to = createBench({}, { east: from.east, west: from.west, clock: from.clock });
  to.ownership.epoch = 1_000;
  from.workspace.hooks.lost(key, 'taken');
  const passport = 'passport' in options ? options.passport : from.ownership.passports.get('agent1');
  await to.workspace.hooks.adopt(key, to.ownership.own(key), passport);
  return to;
}
const told = (bench: Bench, clientId = 'client-agent1'): string[] =>
  bench.hub.delivered
    .filter(each => each.clientId === clientId && !each.channel.startsWith('/workspace/v3/media'))
    .map(({ data }) => {
      const call = data['call'] as { connId: string; state: string } | undefined;
      const dn = data['dn'] as { agentState: string } | undefined;
      if (call !== undefined) return `${call.connId.slice(-1)} ${call.state} ${String(data['notificationType'])}`;
      return dn === undefined ? `${data.messageType} ${String(data['serviceState'])}` : `dn ${dn.agentState}`;
    });
const post = async (bench: Bench, tab: Tab, path: string, body?: unknown): Promise<number> =>
  (await bench.call('POST', path, { ...(body === undefined ? {} : { body }), headers: { cookie: tab.cookie } })).status;

async function talkingAgent(): Promise<{ bench: Bench; tab: Tab; id: string }> {
  const bench = createBench();
  const tab = await openLoggedIn(bench);
  const id = bench.east.ring('+15550100', '7001');
  await tab.post(`/voice/calls/${id}/answer`, {});
  await Promise.resolve();
  return { bench, tab, id };
}

describe('with a passport', () => {
  it('the clients keep their Bayeux sessions, the agent stays logged in, the call goes on', async () => {
    const { bench, tab, id } = await talkingAgent();
    const to = await takeOver(bench);
    expect(to.hub.adopted).toEqual([
      { key: tab.key, client: { clientId: tab.clientId, browserHash: 'hash', subscriptions: ['/workspace/v3/voice'] } },
    ]);
    expect(told(to)).toEqual(['dn NotReady', '1 Established CallRecovered']);
    expect(await post(to, tab, `/voice/calls/${id}/hold`, {})).toBe(200);
    expect(bench.east.names()).toEqual(['RequestAgentLogin', 'RequestAnswerCall', 'RequestHoldCall']);
    expect(bench.east.log.at(-1)?.epoch).toBe(1_001);
  });

  it('a call that ended meanwhile is told Released before anything else', async () => {
    const { bench } = await talkingAgent();
    bench.east.ring('+15550101', '7001');
    await Promise.resolve();
    bench.workspace.hooks.lost(key, 'taken');
    await bench.east.far({ messageName: 'RequestReleaseCall', thisDN: '+15550100', connID: [...bench.east.calls.keys()][0] ?? '' });
    expect(told(await takeOver(bench))).toEqual(['1 Released CallRecovered', 'dn NotReady', '2 Ringing CallRecovered']);
  });

  it('a call completed a moment ago is told once more: the event may have gone down with the other node', async () => {
    const { bench, tab, id } = await talkingAgent();
    await tab.post(`/voice/calls/${id}/release`, {});
    await tab.post(`/voice/calls/${id}/complete`, { data: { userData: [] } });
    const to = await takeOver(bench);
    expect(told(to)).toEqual(['1 Completed CallRecovered', 'dn NotReady']);
    to.clock.advance(10_000);
    expect(told(await takeOver(to))).toEqual(['dn NotReady']);
  });

  it('a released call that nobody completed survives and can be completed', async () => {
    const { bench, tab, id } = await talkingAgent();
    await tab.post(`/voice/calls/${id}/release`, {});
    const to = await takeOver(bench);
    expect(told(to)).toEqual(['dn NotReady', '1 Released CallRecovered']);
    expect(await post(to, tab, `/voice/calls/${id}/complete`, { data: { userData: [] } })).toBe(200);
    expect(told(to).at(-1)).toBe('1 Completed StateChange');
  });

  it('a complete that was executed before is answered with success', async () => {
    const { bench, tab, id } = await talkingAgent();
    await tab.post(`/voice/calls/${id}/release`, {});
    await tab.post(`/voice/calls/${id}/complete`, { data: { userData: [] } });
    const to = await takeOver(bench);
    expect(await post(to, tab, `/voice/calls/${id}/complete`, { data: { userData: [] } })).toBe(200);
    // Whoever completed it may have died before the clients heard.
    expect(told(to).at(-1)).toBe('1 Completed StateChange');
  });

  it('events that come while the switch is asked follow the snapshot', async () => {
    const { bench } = await talkingAgent();
    const to = createBench({}, { east: bench.east, west: bench.west, clock: bench.clock });
    bench.workspace.hooks.lost(key, 'taken');
    const adopting = to.workspace.hooks.adopt(key, to.ownership.own(key), bench.ownership.passports.get('agent1'));
    bench.east.emit('7001', { messageName: 'EventAgentReady' });
    bench.east.phone('7001').agentState = 'NotReady';
    await Promise.resolve();
    bench.east.ring('+15550102', '7001');
    await adopting;
    expect(told(to).slice(0, 2)).toEqual(['dn NotReady', '1 Established CallRecovered']);
    expect(told(to).filter(each => each.startsWith('2 '))).toHaveLength(1);
  });

  it('the switch that logged the agent out is asked for the same login, state, reason and do-not-disturb', async () => {
    const { bench, tab } = await talkingAgent();
    await tab.post('/voice/not-ready', { data: { agentWorkMode: 'AuxWork', reasonCode: 'Lunch' } });
    await tab.post('/voice/dnd-on');
    await Promise.resolve();
    bench.east.keepsAgentsOnDisconnect = false;
    bench.east.dropAgents();
    bench.east.phone('7001').dnd = false;
    const to = await takeOver(bench);
    expect(bench.east.log.slice(-3)).toMatchObject([
      { messageName: 'RequestAgentLogin', agentID: '7001' },
      { messageName: 'RequestAgentNotReady', agentWorkMode: 'AuxWork', reasons: [{ key: 'ReasonCode', value: 'Lunch' }] },
      { messageName: 'RequestSetDNDOn' },
    ]);
    expect(told(to)).toEqual(['dn NotReady', '1 Established CallRecovered']);
  });

  it('a switch that keeps agents and shows this one logged out is believed', async () => {
    const { bench } = await talkingAgent();
    bench.east.dropAgents();
    expect(told(await takeOver(bench))[0]).toBe('dn LoggedOut');
    expect(bench.east.names().filter(each => each === 'RequestAgentLogin')).toHaveLength(1);
  });

  it('an unreachable switch does not hold it up: voice is unavailable and says so', async () => {
    const { bench, tab } = await talkingAgent();
    bench.east.lose();
    const to = await takeOver(bench);
    expect(told(to)).toEqual(['ServiceStateChanged UNAVAILABLE']);
    expect(await post(to, tab, '/voice/ready')).toBe(503);
  });

  it('a client in the middle of its subscriptions misses nothing, and is told what lets it start', async () => {
    const { bench, tab } = await talkingAgent();
    bench.workspace.policy.onSubscribed(tab.key, tab.clientId, '/workspace/v3/media');
    await Promise.resolve();
    const to = await takeOver(bench);
    expect(to.hub.adopted.map(each => each.client.subscriptions)).toEqual([['/workspace/v3/**']]);
    expect(to.hub.delivered[0]?.data.messageType).toBe('WorkspaceInitializationComplete');
  });

  it('a client keeps exactly its subscriptions once they have been the same for a while', async () => {
    const { bench, tab } = await talkingAgent();
    bench.workspace.policy.onSubscribed(tab.key, tab.clientId, '/workspace/v3/media');
    bench.clock.advance(settleMs);
    await Promise.resolve();
    const to = await takeOver(bench);
    expect(to.hub.adopted.map(each => each.client.subscriptions)).toEqual([bench.hub.describe(tab.clientId)?.subscriptions]);
    expect(to.hub.delivered.filter(each => each.data.messageType === 'WorkspaceInitializationComplete')).toEqual([]);
  });

  it('several tabs come along, each with its own clients', async () => {
    const { bench } = await talkingAgent();
    await openLoggedIn(bench, 'agent1', 'second');
    await Promise.resolve();
    const to = await takeOver(bench);
    expect(to.hub.adopted.map(each => each.client.clientId)).toEqual(['client-agent1', 'second']);
    expect(told(to, 'second')).toEqual(told(to));
  });

  it('that cannot be understood is as good as none', async () => {
    const { bench } = await talkingAgent();
    const to = await takeOver(bench, { passport: { v: 2, told: 'x' } });
    expect(to.workspace.status()).toMatchObject({ sessions: 1, clients: 0, calls: 1 });
  });
});

describe('without a passport', () => {
  it('a passport without web sessions is what an ended session left, and counts as none', async () => {
    const { bench, tab } = await talkingAgent();
    const left = bench.ownership.passports.get('agent1') as object;
    await tab.post('/logout');
    const to = await takeOver(bench, { passport: { ...left, attachments: [] } });
    expect(to.workspace.status()).toMatchObject({ sessions: 1, calls: 0 });
    const again = await openLoggedIn(to);
    expect(again.dn()).toMatchObject({ switchName: 'SIP_East', agentState: 'NotReady' });
  });
  it('the switches say where the agent is logged in', async () => {
    const { bench, tab, id } = await talkingAgent();
    const to = await takeOver(bench, { passport: undefined });
    expect(to.ownership.attached).toEqual(['7001@SIP_East']);
    expect(await post(to, tab, `/voice/calls/${id}/hold`, {})).toBe(200);
  });
  it('an agent who is logged in nowhere has no channel', async () => {
    const bench = createBench();
    await bench.workspace.hooks.adopt(key, bench.ownership.own(key), undefined);
    expect(bench.ownership.attached).toEqual([]);
    expect(bench.east.log).toEqual([]);
  });
  it('a phone where somebody else works is not taken for the agent’s', async () => {
    const bench = createBench();
    Object.assign(bench.east.phone('7001'), { agentID: '7002', agentState: 'Ready' });
    await bench.workspace.hooks.adopt(key, bench.ownership.own(key), undefined);
    expect(bench.ownership.attached).toEqual([]);
  });
  it('locate names the DN, for when the registry is gone', async () => {
    const { bench } = await talkingAgent();
    const to = createBench({}, { east: bench.east, west: bench.west, clock: bench.clock });
    expect(await to.workspace.hooks.locate(key)).toEqual({ number: '7001', switchName: 'SIP_East' });
    expect(await to.workspace.hooks.locate({ tenant: 'acme', person: 'agent2' })).toBeUndefined();
  });
});

it('a node that lost the session sends nothing more', async () => {
  const { bench, tab } = await talkingAgent();
  const before = tab.voice().length;
  bench.workspace.hooks.lost(key, 'taken');
  bench.east.emit('7001', { messageName: 'EventAgentReady' });
  expect(tab.voice().length).toBe(before);
  expect(bench.workspace.status().sessions).toBe(0);
});

it('a session taken again by the same node goes on from what it knew, not from an older passport', async () => {
  const { bench, tab, id } = await talkingAgent();
  await tab.post(`/voice/calls/${id}/release`, {});
  bench.ownership.owned.clear();
  await bench.workspace.hooks.adopt(key, bench.ownership.own(key), { v: 1, attachments: [], told: [], completed: [] });
  expect(bench.workspace.status()).toMatchObject({ clients: 1, calls: 1 });
});
