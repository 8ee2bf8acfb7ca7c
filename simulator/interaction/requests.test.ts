import type { KvList } from '@handover/shared/genesys';
import { describe, expect, test } from 'vitest';
import { TestInteractions } from '../tests/test-interactions.ts';
import { conditionFrom, orderFrom } from './condition.ts';
import { checkRequest } from './requests.ts';

const accept = { messageName: 'RequestAccept', referenceID: 1, agentID: '7001', placeName: 'p', interactionID: 'i', ticketID: 1 };
const nested = (depth: number): KvList => [{ key: 'k', type: 'kvlist', value: depth === 0 ? [] : nested(depth - 1) }];

describe('a request over the wire', () => {
  test('is taken when it has what it must have, whatever else it has', () => {
    expect(checkRequest({ ...accept, extra: 1 })).toMatchObject({ ok: true });
  });

  test.each([
    ['referenceID', { ...accept, referenceID: 'x' }],
    ['messageName', { ...accept, messageName: 'constructor' }],
    ['agentID', { ...accept, agentID: '' }],
    ['interactionID', { ...accept, interactionID: 'x'.repeat(256) }],
    ['ticketID', { ...accept, ticketID: -1 }],
    ['extensions', { ...accept, extensions: nested(6) }],
    ['mediaList', { ...accept, messageName: 'RequestAgentLogin', mediaList: Array(21).fill({ mediaType: 'chat', state: 'Ready' }) }],
    ['added', { ...accept, messageName: 'RequestChangeProperties', added: [{ key: 'a', type: 'int', value: 1.5 }] }],
    ['interaction', { messageName: 'RequestSubmit', referenceID: 1, interaction: null }],
    ['text', { ...accept, messageName: 'RequestChatMessage', visibility: 'All', text: 'x'.repeat(8_193) }],
    ['messageID', { messageName: 'RequestChatCustomer', referenceID: 1, interactionID: 'i', action: 'Say', messageID: 'x'.repeat(65) }],
  ])('is refused by the name of its fault: %s', (attribute, request) => {
    expect(checkRequest(request)).toMatchObject({ ok: false, attribute });
  });
});

test.each(['constructor', '__proto__', 'toString'])('%s is no queue', queue => {
  const server = new TestInteractions();
  expect(server.comes({ queue })).toBe('');
  expect(server.lines()).toEqual(['world submitted unknown-queue']);
});

test('user data beyond the limit is refused and leaves what was', () => {
  const server = new TestInteractions();
  const interactionID = server.comes();
  const add = (key: string) => [{ key, type: 'str', value: 'x'.repeat(200_000) }];
  expect(server.request('RequestChangeProperties', '7001', { interactionID, added: add('a') }).at(-1)).toBe('n1 Ack #1 ref');
  expect(server.request('RequestChangeProperties', '7001', { interactionID, added: add('b') }).at(-1)).toBe('n1 Ack #1 ref');
  expect(server.request('RequestChangeProperties', '7001', { interactionID, added: add('c') })).toEqual(['n1 error too-many ref']);
  expect(server.state.items.get(interactionID)?.properties.userData.map(pair => pair.key)).toEqual(['a', 'b']);
});

test('an agent pulls no more than a message about all of it can carry', () => {
  const server = new TestInteractions();
  server.login('7001', { email: 'NotReady' });
  for (let count = 0; count < 15; count += 1) server.comes({ mediaType: 'email', queue: 'email-outbound' });
  server.request('RequestPull', '7001', { queue: 'email-outbound', count: 100 });
  expect(server.state.busy.get('7001')?.size).toBe(12);
  expect(server.request('RequestPull', '7001', { queue: 'email-outbound' })).toEqual(['n1 error too-many ref']);
  const [interactionID] = server.state.items.keys();
  expect(server.request('RequestPull', '7001', { interactionID })).toEqual(['n1 PulledInteractions [#1] ref']);
});

test('a list holds as many interactions as one message may carry', () => {
  const server = new TestInteractions();
  for (let count = 0; count < 30; count += 1) {
    const interactionID = server.comes({ mediaType: 'email', queue: 'email-outbound' });
    const added = [{ key: 'Body', type: 'str', value: 'x'.repeat(250_000) }];
    server.request('RequestChangeProperties', '7001', { interactionID, added });
  }
  server.request('RequestTakeSnapshot', '8001', { condition: '' });
  const [snapshotID] = server.state.snapshots.keys();
  server.request('RequestGetSnapshotInteractions', '8001', { snapshotID, startIndex: 0, size: 100 });
  const chars = JSON.stringify(server.outputs).length;
  expect(chars).toBeGreaterThan(3_000_000);
  expect(chars).toBeLessThan(5_000_000);
});

describe('conditions', () => {
  const server = new TestInteractions();
  const id = server.comes({ mediaType: 'email' });
  server.request('RequestChangeProperties', '7001', { interactionID: id, added: [{ key: 'Case', type: 'int', value: 7 }] });
  const properties = server.state.items.get(id)?.properties;

  test.each([
    ["media_type = 'email'", true],
    ["media_type != 'email'", false],
    ["queue='chat-inbound' or Case >= 7 and state = 'Queued'", true],
    ["queue='chat-inbound' OR Case > 7", false],
    ['Case <> 7', false],
    ["Case = '7'", false],
    ['received_at > 1', true],
    ["assigned_to = '7001'", false],
    ["constructor = 'x'", false],
  ])('%s', (text, expected) => {
    expect(properties === undefined ? undefined : conditionFrom(text)?.(properties)).toBe(expected);
  });

  test.each(['Case', 'Case =', "Case = 'x", 'Case = 1 and', 'Case = 1 xor Case = 2', Array(21).fill('a = 1').join(' or ')])(
    '%s cannot be read',
    text => expect(conditionFrom(text)).toBeUndefined(),
  );

  test('neither can an order of two attributes', () => {
    expect(orderFrom('a, b')).toBeUndefined();
    expect(orderFrom('received_at DESC')).toBeDefined();
  });
});
