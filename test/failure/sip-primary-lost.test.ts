import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  endByFarEnd,
  holdAndRetrieve,
  setRedundancy,
  startScene,
  startSystem,
  statusOf,
  unharmed,
  until,
  type Agent,
  type RunningSystem,
  type Scene,
} from '../support/index.ts';

// F4: the SIP Server in service is killed while two agents talk. Hot standby: they notice nothing. Warm standby: the backup knows no calls.
const region = 'us-east';
/** F4, warm standby: 10 s and the delay between two attempts. */
const warmMs = 20_000;

let system: RunningSystem;
let scene: Scene;
beforeAll(async () => {
  system = await startSystem({ regions: [region] });
  scene = await startScene(system);
});
afterAll(async () => {
  await scene.end();
  await system.stop();
});

/** Names of the region's SIP Servers that serve, as `status` shows them. */
const serving = async (): Promise<string[]> =>
  (await statusOf(system)).regions.flatMap(each =>
    each.servers.filter(server => server.type === 'sip' && server.role === 'primary' && server.state === 'up').map(server => server.name),
  );

const callMessages = (agent: Agent, from: number, id: string): string[] =>
  agent.events.seen
    .slice(from)
    .flatMap(message => (message.messageType === 'CallStateChanged' && message.call.id === id ? [message.call.state] : []));

const dnStates = (agent: Agent, from: number): string[] =>
  agent.events.seen.slice(from).flatMap(message => (message.messageType === 'DnStateChanged' ? [message.dn.agentState] : []));

describe('in hot standby', () => {
  it('calls go on at the backup, whose role status shows, and every event comes once', async () => {
    const { ann, bob, callId } = scene;
    expect(await serving()).toEqual([`sip_${region}_primary`]);
    const marks = [ann.events.mark(), bob.events.mark()] as const;
    await system.handover('fault', 'kill', 'sip', region);
    await holdAndRetrieve(ann, callId);
    await endByFarEnd(scene);
    await bob.callIn('Released', callId, marks[1]);
    expect(callMessages(ann, marks[0], callId)).toEqual(['Held', 'Established', 'Released']);
    expect(await serving()).toEqual([`sip_${region}_backup`]);
    for (const agent of [ann, bob]) expect(await scene.harmTo(agent)).toEqual(unharmed);
  });

  it('the server that was lost returns as the backup, and nobody notices', async () => {
    const { ann, bob } = scene;
    const from = ann.events.mark();
    await system.handover('fault', 'heal', 'sip', region);
    expect(await serving()).toEqual([`sip_${region}_backup`]);
    expect(ann.events.seen.slice(from).filter(message => message.messageType !== 'CallStateChanged')).toEqual([]);
    await ann.clearCalls();
    await bob.clearCalls();
    for (const agent of [ann, bob]) expect(await scene.harmTo(agent)).toEqual(unharmed);
  });
});

describe('in warm standby', () => {
  it('calls are told as released once, and agents are ready again without having done anything', async () => {
    const { ann, bob } = scene;
    await setRedundancy(system, 'sip', 'warm');
    const ready = ann.events.mark();
    await ann.voice.ready();
    await ann.dnIn('Ready', ready);
    const callId = await until('a call', 20_000, () => connect(bob, ann));
    scene.begin();
    const from = ann.events.mark();
    const { atMs } = await system.handover<{ atMs: number }>('fault', 'kill', 'sip', region);
    await ann.callIn('Released', callId, from);
    await ann.dnIn('Ready', from);
    expect(Date.now() - atMs).toBeLessThan(warmMs);
    expect(callMessages(ann, from, callId)).toEqual(['Released']);
    expect(dnStates(ann, from)).not.toContain('LoggedOut');
    expect(await serving()).toEqual([`sip_${region}_primary`]);
    // The backup knew no agents: the origin logged each in again, once.
    for (const agent of [ann, bob]) expect(await scene.harmTo(agent)).toEqual({ ...unharmed, agentLogins: 1 });
    await holdAndRetrieve(ann, await connect(bob, ann));
  });
});
