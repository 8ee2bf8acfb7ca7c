import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  customerCalls,
  holdAndRetrieve,
  openChat,
  openCometdTab,
  replaceNode,
  serversOfNode,
  siteLog,
  startAgent,
  startSystem,
  temporaryDir,
  until,
  type Agent,
  type CometdTab,
  type OpenChat,
  type ReplacedNode,
  type RunningSystem,
} from '../support/index.ts';
import { makeCertificates, startSidecar, type Certificates, type Sidecar } from '../support/sidecar/index.ts';

// A whole origin that reaches every Genesys server through a sidecar, with certificates on both sides; the sidecar is killed and comes back.
const dir = temporaryDir('sidecar');
let system: RunningSystem;
let certificates: Certificates;
let sidecar: Sidecar;
let node: ReplacedNode;
let ann: Agent;
let tab: CometdTab;
let chat: OpenChat;
let callId = '';
beforeAll(async () => {
  system = await startSystem({ regions: ['us-east'], agents: 4 });
  certificates = makeCertificates(dir);
  sidecar = await startSidecar({ certificates });
  node = await replaceNode(system, {
    HANDOVER_DRIVER: 'bridge',
    HANDOVER_BRIDGE_URL: sidecar.url,
    HANDOVER_BRIDGE_CERT_FILE: certificates.client.certFile,
    HANDOVER_BRIDGE_KEY_FILE: certificates.client.keyFile,
    HANDOVER_BRIDGE_CA_FILE: certificates.caFile,
  });
  ann = await startAgent(system.url, 'agent1');
});
afterAll(async () => {
  await tab?.close();
  await ann?.leave();
  await node?.stop();
  await sidecar?.close();
  await system.stop();
  rmSync(dir, { recursive: true, force: true });
});

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
/** What happened to the call, as the agent was told since. */
const callStates = (from: number): string[] =>
  ann.events.seen
    .slice(from)
    .flatMap(message => (message.messageType === 'CallStateChanged' && message.call.id === callId ? [message.call.state] : []));
const service = (state: 'AVAILABLE' | 'UNAVAILABLE', from: number): Promise<unknown> =>
  ann.events.next(
    `voice is ${state}`,
    message => message.messageType === 'ServiceStateChanged' && message.serviceName === 'VOICE' && message.serviceState === state,
    { from },
  );
const allServe = (): Promise<unknown> =>
  until('every kind of server serves', 20_000, async () => {
    const serving = (await serversOfNode(system)).filter(({ role, state }) => role === 'primary' && state === 'up');
    return new Set(serving.map(({ type }) => type)).size === 4;
  });
/** What must not be done again: commands that took the call and the chat. */
const given = async (): Promise<string[]> =>
  (await siteLog(system.url, ann.dn)).map(({ messageName }) => messageName).filter(name => /AnswerCall|Accept/.test(name));

describe('an origin behind a sidecar', () => {
  it('reaches every kind of server through it, and an agent takes a call and a chat', async () => {
    await allServe();
    expect(sidecar.protocols()).toEqual(['configuration', 'interaction', 'stat', 'tlib']);
    const from = ann.events.mark();
    const id = await customerCalls(system.url, ann.dn);
    callId = (await ann.callIn('Ringing', undefined, from)).id;
    expect(callId).toBe(id);
    await ann.voice.answerCall(callId);
    await ann.callIn('Established', callId, from);
    await holdAndRetrieve(ann, callId);
    tab = await openCometdTab(system.url, ann.cookie());
    chat = await openChat(system.url, ann, tab);
    await chat.say('good morning');
    await chat.customerSays('good morning to you');
    expect(chat.lines()).toEqual(upTo(chat.lines().length));
  });

  it('tells when the sidecar is gone, and goes on with the call and the chat when it is back', async () => {
    const before = await given();
    const from = ann.events.mark();
    const port = Number(new URL(sidecar.url).port);
    await sidecar.close();
    await service('UNAVAILABLE', from);
    const back = ann.events.mark();
    const meanwhile = chat.customerSays('are you there?');
    sidecar = await startSidecar({ certificates, port });
    await Promise.all([service('AVAILABLE', back), meanwhile]);
    await until('the chat can be spoken in', 15_000, async () => {
      await chat.say('yes');
      return true;
    });
    await holdAndRetrieve(ann, callId);
    await allServe();
    const lines = chat.lines();
    expect(lines).toEqual(upTo(lines.length));
    expect(await chat.transcript()).toEqual(lines);
    expect(chat.states()).not.toContain('Revoked');
    expect(callStates(from).filter(state => state !== 'Established')).toEqual(['Held']);
    expect(await given()).toEqual(before);
    expect(ann.handshakes()).toBe(0);
  });

  it('tells once what happened while the sidecar was gone', async () => {
    const from = ann.events.mark();
    const port = Number(new URL(sidecar.url).port);
    await sidecar.close();
    await service('UNAVAILABLE', from);
    const response = await fetch(`${system.url}/simulator/hangup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ call: callId }),
    });
    expect(response.ok).toBe(true);
    sidecar = await startSidecar({ certificates, port });
    await service('AVAILABLE', from);
    await ann.callIn('Released', callId, from);
    expect(callStates(from)).toEqual(['Released']);
    const rings = ann.events.mark();
    const next = await customerCalls(system.url, ann.dn);
    await ann.callIn('Ringing', next, rings);
    expect(ann.handshakes()).toBe(0);
  });
});
