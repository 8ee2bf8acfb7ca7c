import type { IxnEvent } from '@handover/shared/genesys';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { systemClock } from '@handover/shared/time';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createConfiguration } from '../../origin/connectors/configuration/index.ts';
import { createInteractionServers, type InteractionConnector } from '../../origin/connectors/interaction/index.ts';
import { createSimDriver } from '../../origin/connectors/link/index.ts';
import { startSites, type SimulatedSites } from './simulated-sites.ts';

const patience = { timeout: 20_000, interval: 20 };
const agent = { agentID: '7001', placeName: 'Place_7001' };
const as = (epoch: number) => ({ deadlineMs: 5_000, admit: () => ok({ epoch }) });

let sites: SimulatedSites;
const stops: (() => void)[] = [];
let first: InteractionConnector;

/** The connectors of a node, as an origin builds them. */
async function startNode(node: string): Promise<InteractionConnector> {
  const common = {
    application: 'Handover_us-east',
    location: '/us-east',
    driver: createSimDriver(),
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
  };
  const configuration = createConfiguration({ ...common, servers: sites.configurationServers('us-east') });
  const interactions = createInteractionServers({ ...common, configuration, node });
  configuration.start();
  await interactions.start();
  stops.push(() => {
    interactions.stop();
    configuration.stop();
  });
  await vi.waitFor(() => expect(interactions.local()?.state).toBe('up'), patience);
  return interactions;
}

beforeAll(async () => {
  sites = await startSites(['us-east'], 2, true);
  first = await startNode('us-east/1');
});
afterAll(async () => {
  for (const stop of stops) stop();
  await sites.stop();
});

function local(node: InteractionConnector) {
  const server = node.local();
  if (server === undefined) throw new Error('no Interaction Server of us-east');
  return server;
}

const heardOf = <Name extends IxnEvent['messageName']>(events: readonly IxnEvent[], name: Name) =>
  vi.waitFor(() => {
    const found = events.find(event => event.messageName === name);
    expect(found?.messageName).toBe(name);
    return found as Extract<IxnEvent, { messageName: Name }>;
  }, patience);

test('the servers of the configuration are known with their roles', async () => {
  await vi.waitFor(
    () =>
      expect(first.status().map(({ name, role, state, location }) => [name, role, state, location])).toEqual([
        ['interaction_us-east_primary', 'primary', 'up', '/us-east'],
        ['interaction_us-east_backup', 'backup', 'up', '/us-east'],
      ]),
    patience,
  );
});

test('who wanted to hand a chat over hears that it was refused, and a supervisor of the same node takes part in it', async () => {
  const server = local(first);
  const [asker, target, boss] = ['7002', '7003', '7004'].map(agentID => ({ agentID, placeName: `Place_${agentID}` })) as [
    typeof agent,
    typeof agent,
    typeof agent,
  ];
  const heard = new Map<string, IxnEvent[]>();
  const mediaList = [{ mediaType: 'chat', state: 'NotReady' } as const];
  for (const each of [asker, target, boss]) {
    const events: IxnEvent[] = [];
    heard.set(each.agentID, events);
    server.listen(each.agentID, event => events.push(event));
    expect(await server.request({ messageName: 'RequestAgentLogin', ...each, mediaList }, as(1))).toMatchObject({ ok: true });
  }
  const events = (of: typeof agent): IxnEvent[] => heard.get(of.agentID) ?? [];
  const interactionID = await sites.chat('us-east', { text: 'hello', agent: 'agent2' });
  expect(await server.request({ messageName: 'RequestPull', ...asker, interactionID }, as(1))).toMatchObject({ ok: true });
  const transfer = { messageName: 'RequestTransfer', ...asker, interactionID, targetAgentID: target.agentID } as const;
  expect(await server.request(transfer, as(1))).toMatchObject({ ok: true });
  const { ticketID } = await heardOf(events(target), 'EventInvite');
  expect(await server.request({ messageName: 'RequestReject', ...target, interactionID, ticketID }, as(1))).toMatchObject({ ok: true });
  expect(await heardOf(events(asker), 'EventError')).toMatchObject({ errorCode: 'rejected-by-target', interactionID });

  const how = { targetAgentID: asker.agentID, mediaType: 'chat', mode: 'Coach', next: 'AllInteractions' } as const;
  expect(await server.request({ messageName: 'RequestStartMonitoring', ...boss, ...how }, as(1))).toMatchObject({ ok: true });
  expect(await heardOf(events(boss), 'EventInteractionMonitored')).toMatchObject({ interaction: { interactionID }, mode: 'Coach' });
  expect(events(asker).some(event => event.messageName === 'EventInteractionMonitored')).toBe(false);
  expect(await server.request({ messageName: 'RequestStopProcessing', ...asker, interactionID }, as(1))).toMatchObject({ ok: true });
  expect(await heardOf(events(boss), 'EventRevoked')).toMatchObject({ interactionID, operation: 10 });
});

test('a chat is offered, accepted, joined and spoken in, signed by node and epoch; it goes on at the backup and at another node', async () => {
  const server = local(first);
  const events: IxnEvent[] = [];
  server.listen('7001', event => events.push(event));
  const mediaList = [{ mediaType: 'chat', state: 'Ready' } as const];
  expect(await server.request({ messageName: 'RequestAgentLogin', ...agent, mediaList }, as(5))).toMatchObject({ ok: true });
  const interactionID = await sites.chat('us-east', { text: 'hello', agent: 'agent1' });
  const { ticketID } = await heardOf(events, 'EventInvite');
  const wrong = await server.request({ messageName: 'RequestAccept', ...agent, interactionID, ticketID: ticketID + 1 }, as(5));
  expect(wrong).toMatchObject({ ok: false, reason: { kind: 'error', errorCode: 'invalid-ticket' } });
  const fenced = { deadlineMs: 5_000, admit: () => refuse('not the owner') };
  expect(await server.request({ messageName: 'RequestAccept', ...agent, interactionID, ticketID }, fenced)).toMatchObject({ ok: false });
  expect(await server.request({ messageName: 'RequestAccept', ...agent, interactionID, ticketID }, as(5))).toMatchObject({ ok: true });

  const lines: number[] = [];
  server.listenChat(interactionID, info => lines.push(...info.lines.map(line => line.index)));
  const join = { messageName: 'RequestChatJoin', ...agent, interactionID, nickname: 'Ann', userType: 'Agent', visibility: 'All' } as const;
  const said = { messageName: 'RequestChatMessage', ...agent, interactionID, visibility: 'All' } as const;
  expect(await server.request({ ...join, fromIndex: 1 }, as(5))).toMatchObject({ ok: true });
  expect(await server.request({ ...said, text: 'at the first' }, as(5))).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(lines).toEqual([1, 2, 3, 4]), patience);
  const log = (await sites.commands('us-east', '7001')).filter(entry => entry.messageName === 'RequestAccept');
  expect(log.map(({ node, epoch, connId }) => [node, epoch, connId])).toEqual([
    ['us-east/1', 5, interactionID],
    ['us-east/1', 5, interactionID],
  ]);

  const changes: string[] = [];
  server.onChange(change => changes.push(change));
  await sites.kill('interaction_us-east_primary');
  await vi.waitFor(() => expect(changes.at(-1)).toBe('switched'), patience);
  await sites.say('us-east', interactionID, 'at the backup');
  await vi.waitFor(() => expect(lines).toEqual([1, 2, 3, 4, 5]), patience);

  const second = local(await startNode('us-east/2'));
  const snapshot = await second.request({ messageName: 'RequestQueryAgent', ...agent }, as(6));
  expect(snapshot).toMatchObject({ ok: true, value: { snapshot: { loggedIn: true, handling: [{ interactionID }] } } });
  const taken: number[] = [];
  second.listenChat(interactionID, info => taken.push(...info.lines.map(line => line.index)));
  expect(await second.request({ messageName: 'RequestAgentLogin', ...agent, mediaList }, as(6))).toMatchObject({ ok: true });
  expect(await second.request({ ...join, fromIndex: 5 }, as(6))).toMatchObject({ ok: true });
  // The first node goes now, and takes nothing along.
  stops.shift()?.();
  expect(await second.request({ ...said, text: 'at another node' }, as(6))).toMatchObject({ ok: true });
  expect(await second.request({ messageName: 'RequestStopProcessing', ...agent, interactionID }, as(6))).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(taken).toEqual([5, 6, 7, 8]), patience);
});
