import type { IxnProperties, IxnReport } from '@handover/shared/genesys';
import { expect, test } from 'vitest';
import { AgentMedia } from './agent-media.ts';

const report = (action: IxnReport['action'], interactionID = 'i1'): IxnReport => ({
  interactionID,
  mediaType: 'chat',
  interactionType: 'Inbound',
  action,
  agentID: '7001',
});
const handled = (interactionID: string): IxnProperties =>
  ({
    interactionID,
    state: 'Handling',
    mediaType: 'chat',
    interactionType: 'Inbound',
    parties: [{ kind: 'Agent', agentID: '7001' }],
  }) as never;
const told = (facts: ReturnType<AgentMedia['report']>): string[] =>
  facts.map(fact => `${fact.kind} ${fact.action}${fact.kind === 'happened' ? ` ${fact.durationMs}` : ''}`);

test('an offer lasts until it is accepted, and the interaction is in hand until it is released', () => {
  const media = new AgentMedia();
  expect(told(media.report(report('Delivering'), 10))).toEqual(['begin InteractionDelivering']);
  expect(told(media.report(report('Accepted'), 17))).toEqual(['end InteractionDelivering', 'happened InteractionAccepted 7']);
  expect(told(media.report(report('Handling'), 17))).toEqual(['begin InteractionHandlingInbound']);
  expect(told(media.report(report('Stopped'), 20))).toEqual(['happened InteractionStopped 3']);
  expect(told(media.report(report('Released'), 20))).toEqual(['end InteractionHandlingInbound']);
});

test('a look begins and ends what was missed, but nothing that was reported since the look before', () => {
  const media = new AgentMedia();
  expect(told(media.items([handled('i1')], 10))).toEqual(['begin InteractionHandlingInbound']);
  media.report(report('Handling', 'i2'), 11);
  expect(told(media.items([handled('i1')], 12))).toEqual([]);
  expect(told(media.items([handled('i2')], 13))).toEqual(['end InteractionHandlingInbound']);
  media.report(report('Released', 'i2'), 14);
  expect(told(media.items([handled('i2')], 15))).toEqual([]);
});

test('who leaves a queue unanswered is counted there', () => {
  const { agentID: _agent, ...given } = report('Abandoned');
  expect(new AgentMedia().report({ ...given, queue: 'chat-inbound', waitedMs: 5 }, 10)).toEqual([
    { kind: 'happened', at: 10, target: 'queue:chat-inbound#action', action: 'InteractionAbandoned', durationMs: 5, mediaType: 'chat' },
  ]);
});

test('a medium waits for work or is not ready for it, until the agent no longer has it', () => {
  const media = new AgentMedia();
  expect(told(media.media('7001', [{ mediaType: 'chat', state: 'Ready' }], 10))).toEqual(['begin WaitForNextCall']);
  expect(told(media.media('7001', [{ mediaType: 'chat', state: 'Ready' }], 11))).toEqual([]);
  const notReady = [
    { mediaType: 'chat', state: 'NotReady' },
    { mediaType: 'email', state: 'Ready' },
  ] as const;
  expect(told(media.media('7001', notReady, 12))).toEqual(['end WaitForNextCall', 'begin NotReadyForNextCall', 'begin WaitForNextCall']);
  expect(told(media.media('7001', [], 13))).toEqual(['end NotReadyForNextCall', 'end WaitForNextCall']);
});

test('who logged out while nothing was heard has no media after the first look', () => {
  const media = new AgentMedia();
  media.media('7001', [{ mediaType: 'chat', state: 'Ready' }], 10);
  media.media('7002', [{ mediaType: 'chat', state: 'Ready' }], 10);
  media.connected();
  media.media('7002', [{ mediaType: 'chat', state: 'Ready' }], 20);
  expect(media.items([], 21)).toMatchObject([{ kind: 'end', at: 21, target: 'agent:7001#action' }]);
  expect(media.items([], 22)).toEqual([]);
});
