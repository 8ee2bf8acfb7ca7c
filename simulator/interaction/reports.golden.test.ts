import { expect, test } from 'vitest';
import { TestInteractions } from '../tests/test-interactions.ts';

test('reports say what agents are offered, take, refuse, lose and end', () => {
  const server = new TestInteractions();
  server.login('7001');
  const id = server.comes();
  expect(server.reports()).toEqual(['Delivering 7001 #1']);
  const ticketID = server.state.items.get(id)?.invites[0]?.ticketID ?? 0;
  server.request('RequestReject', '7001', { interactionID: id, ticketID });
  expect(server.reports()).toEqual(['Rejected 7001 #1']);
  server.pass(10_000);
  expect(server.reports()).toEqual(['Delivering 7001 #1']);
  server.pass(30_000);
  expect(server.reports()).toEqual(['Revoked 7001 #1', 'media 7001 chat=NotReady']);
  server.request('RequestPull', '7001', { interactionID: id });
  expect(server.reports()).toEqual(['Handling 7001 #1']);
  server.request('RequestStopProcessing', '7001', { interactionID: id });
  expect(server.reports()).toEqual(['Stopped 7001 #1', 'Released 7001 #1']);
});

test('reports say how an interaction leaves its queue without an agent', () => {
  const server = new TestInteractions();
  const [left, cleared] = [server.comes(), server.comes()];
  server.input({ kind: 'customerLeaves', request: 1, interactionID: left });
  expect(server.reports()).toEqual(['Abandoned chat-inbound #1']);
  server.request('RequestStopProcessing', '7001', { interactionID: cleared });
  expect(server.reports()).toEqual(['Cleared chat-inbound #2']);
});

test('reports say how the media of an agent stand, not ready in do-not-disturb, and none after the logout', () => {
  const server = new TestInteractions();
  server.login('7001', { chat: 'Ready', email: 'NotReady' });
  expect(server.reports()).toEqual(['media 7001 chat=Ready email=NotReady']);
  server.request('RequestDoNotDisturbOn', '7001');
  expect(server.reports()).toEqual(['media 7001 chat=NotReady email=NotReady']);
  server.request('RequestRemoveMedia', '7001', { mediaType: 'email' });
  expect(server.reports()).toEqual(['media 7001 chat=NotReady']);
  server.input({ kind: 'vanished', client: 'n1' });
  expect(server.reports()).toEqual(['media 7001 none']);
});
