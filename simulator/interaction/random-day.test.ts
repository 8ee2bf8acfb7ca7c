import { expect, test } from 'vitest';
import type { MediaType } from '@handover/shared/genesys';
import { TestInteractions } from '../tests/test-interactions.ts';
import type { IxnState } from './state.ts';
import { stateEntries, stateFromEntries } from './state.ts';
import { step } from './step.ts';

const agentIDs = ['7001', '7002', '7003'];
const clients = ['n1', 'n2'];
const modes = ['Monitor', 'Coach', 'Bargein'];
const nexts = ['NextInteraction', 'AllInteractions'];

/** mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): <T>(from: readonly T[]) => T {
  let state = seed;
  return from => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const at = ((mixed ^ (mixed >>> 14)) >>> 0) % from.length;
    return from[at] as (typeof from)[number];
  };
}

function act(server: TestInteractions, pick: ReturnType<typeof randomOf>): void {
  const agentID = pick(agentIDs);
  const client = pick(clients);
  const id = pick([...server.state.items.keys(), 'none']);
  const ticketID = server.state.items.get(id)?.invites[0]?.ticketID ?? 0;
  const mediaType: MediaType = pick(['chat', 'email']);
  const send = (name: Parameters<TestInteractions['request']>[0], more: object = {}): unknown =>
    server.request(name, agentID, { interactionID: id, ticketID, mediaType, ...more }, client);
  const workbin = { workbinType: 'draft', ownerID: agentID };
  const acts: (() => unknown)[] = [
    () => server.comes({ mediaType }),
    () => server.comes({ mediaType, agentID }),
    () => server.login(agentID, { chat: 'Ready', email: pick(['Ready', 'NotReady']) }, client),
    () => send('RequestAgentLogout'),
    () => send('RequestAccept'),
    () => server.accept(agentID, id),
    () => server.accept(agentID, id),
    () => send('RequestReject'),
    () => send('RequestStopProcessing'),
    () => send('RequestPlaceInQueue', { queue: `${mediaType}-inbound` }),
    () => send('RequestPlaceInWorkbin', workbin),
    () => send('RequestPull'),
    () => send('RequestPull', { interactionID: undefined, ...workbin }),
    () => send('RequestTransfer', { targetAgentID: pick(agentIDs) }),
    () => send('RequestConference', { targetAgentID: pick(agentIDs) }),
    () => send('RequestConference', { targetAgentID: pick(agentIDs), consult: true }),
    () => send('RequestCancelConsult'),
    () => send('RequestRemoveParty', { targetAgentID: pick(agentIDs) }),
    () => send('RequestLeaveInteraction'),
    () => send('RequestStartMonitoring', { targetAgentID: pick(agentIDs), mode: pick(modes), next: pick(nexts) }),
    () => send('RequestStartMonitoring', { targetAgentID: pick(agentIDs), mode: pick(modes), next: pick(nexts) }),
    () => send('RequestStopMonitoring', { targetAgentID: pick(agentIDs) }),
    () => send('RequestIntrude', { mode: pick(modes) }),
    () => server.join(agentID, id, { userType: 'Supervisor' }, client),
    () => send(pick(['RequestNotReadyForMedia', 'RequestCancelNotReadyForMedia', 'RequestRemoveMedia'] as const)),
    () => send(pick(['RequestDoNotDisturbOn', 'RequestDoNotDisturbOff'] as const)),
    () =>
      send('RequestSubmit', {
        interaction: { mediaType, interactionType: 'Outbound', interactionSubtype: 'x', queue: 'email-inbound', userData: [] },
      }),
    () => server.join(agentID, id, {}, client),
    () => send('RequestChatMessage', { text: 'a', visibility: 'All' }),
    () => send('RequestChatLeave', { afterAction: pick(['KeepAlive', 'CloseIfNoAgents', 'ForceClose']) }),
    () => server.input({ kind: 'customerSays', request: 1, interactionID: id, text: 'b' }),
    () => server.input({ kind: 'vanished', client }),
    () => server.input({ kind: 'promoted', connected: [client] }),
    () => server.pass(pick([500, 5_000, 31_000])),
  ];
  pick(acts)();
}

function check(state: IxnState): void {
  const busy = new Map<string, Set<string>>();
  for (const [id, { properties, handlers, invites, guests, chat }] of state.items) {
    for (const { agentID, by } of guests)
      expect(handlers, 'guests and who brought them are there').toEqual(expect.arrayContaining([agentID, by]));
    const held = [...handlers, ...invites.map(invite => invite.agentID)];
    for (const agentID of held) busy.set(agentID, (busy.get(agentID) ?? new Set()).add(id));
    expect(
      held.every(agentID => state.agents.has(agentID)),
      'only agents who are logged in have anything',
    ).toBe(true);
    expect(new Set(held).size, 'nobody has it twice').toBe(held.length);
    expect(state.waiting.has(id), 'what is queued waits').toBe(properties.state === 'Queued');
    const expected = handlers.length > 0 ? 'Handling' : invites.length > 0 ? 'Invited' : properties.state;
    expect(properties.state).toBe(expected);
    if (held.length === 0) expect(['Queued', 'InWorkbin', 'Stopped']).toContain(properties.state);
    if (properties.state === 'Stopped') expect([held.length, chat?.open ?? false]).toEqual([0, false]);
    expect(properties.workbin !== undefined, 'a workbin is named for what lies in one').toBe(properties.state === 'InWorkbin');
    expect(chat?.lines.map(line => line.index) ?? []).toEqual((chat?.lines ?? []).map((_, index) => index + 1));
    for (const { ticketID } of invites) expect(state.deadlines.has(`invite ${id} ${String(ticketID)}`)).toBe(true);
  }
  expect(state.busy).toEqual(busy);
  checkMonitoring(state);
  for (const name of state.deadlines.keys()) {
    const [what, id = '', ticket] = name.split(' ');
    const item = state.items.get(id);
    if (what === 'invite')
      expect(
        item?.invites.some(invite => String(invite.ticketID) === ticket),
        name,
      ).toBe(true);
    if (what === 'handling') expect(item?.handlers.length, name).toBeGreaterThan(0);
    if (what === 'reserve') expect(item?.reservedFor, name).toBeDefined();
  }
}

function checkMonitoring(state: IxnState): void {
  const observing = new Map<string, Set<string>>();
  for (const [id, { properties, handlers, observers, reservedFor }] of state.items)
    for (const { agentID, targetAgentID } of observers) {
      observing.set(agentID, (observing.get(agentID) ?? new Set()).add(id));
      expect(handlers.includes(targetAgentID) || reservedFor === targetAgentID, 'what is monitored is its target’s').toBe(true);
      expect(handlers, 'nobody monitors what is in their own hands').not.toContain(agentID);
      const wish = state.wishes.get(targetAgentID)?.find(each => each.agentID === agentID && each.mediaType === properties.mediaType);
      expect(wish, 'somebody wants it').toBeDefined();
    }
  expect(state.observing).toEqual(observing);
  for (const wishes of state.wishes.values()) {
    expect(wishes.length).toBeGreaterThan(0);
    for (const { agentID } of wishes) expect(state.agents.has(agentID) || state.deadlines.has(`monitor ${agentID}`)).toBe(true);
  }
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('a random day leaves no contradiction, and a partner that joins late knows the same (%i)', seed => {
  const pick = randomOf(seed);
  const server = new TestInteractions();
  const copy = (): IxnState => stateFromEntries(JSON.parse(JSON.stringify([...stateEntries(server.state)])) as never);
  let partner: IxnState | undefined;
  for (let count = 0; count < 250; count += 1) {
    act(server, pick);
    check(server.state);
    if (count === 100) {
      partner = copy();
      server.inputs.length = 0;
    }
  }
  for (const each of server.inputs) if (partner !== undefined) step(partner, each);
  expect(partner).toEqual(copy());
});
