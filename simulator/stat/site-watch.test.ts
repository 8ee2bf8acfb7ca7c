import { describe, expect, test } from 'vitest';
import type { TlibEvent, TlibEventName } from '@handover/shared/genesys';
import type { Fact } from './facts.ts';
import { SiteWatch } from './site-watch.ts';
import { highest, maskOf, statuses } from './statuses.ts';

const directory = {
  isRoutePoint: (dn: string) => dn === '9001',
  ownerOf: (id: string) => (id === '7001' ? '7001' : undefined),
  agents: () => ['7001', '7002'],
};

function watched() {
  const watch = new SiteWatch(directory);
  const facts: Fact[] = [];
  let now = 0;
  return {
    facts,
    complete: () => void facts.push(...watch.complete(now)),
    forget: (dn: string) => void facts.push(...watch.forget([dn], now)),
    at(ms: number, messageName: TlibEventName, attributes: Partial<TlibEvent> = {}): void {
      now = ms;
      facts.push(...watch.event({ messageName, thisDN: '7001', eventSequenceNumber: 0, time: ms, server: 'sip', ...attributes }, ms));
    },
    /** The agent's statuses in order, with the time at which each began. */
    statuses: () =>
      facts.flatMap(fact => (fact.target === 'agent:7001#status' && fact.kind === 'begin' ? [`${fact.at} ${fact.action}`] : [])),
    happened: (target: string) =>
      facts.flatMap(fact => (fact.target === target && fact.kind === 'happened' ? [`${fact.action} ${fact.durationMs}`] : [])),
  };
}

const call = { connID: 'C1', callType: 'Inbound', thisQueue: '9001' } as const;

describe('the watch of a site', () => {
  test('shows an agent by the highest action; a held call is only on hold', () => {
    const site = watched();
    site.complete();
    site.at(1, 'EventAgentLogin', { agentID: '7001' });
    site.at(2, 'EventAgentReady', { agentID: '7001' });
    site.at(3, 'EventRinging', call);
    site.at(4, 'EventEstablished', call);
    site.at(5, 'EventAgentNotReady', { agentID: '7001', agentWorkMode: 'AfterCallWork' });
    site.at(6, 'EventHeld', call);
    site.at(7, 'EventRetrieved', call);
    site.at(8, 'EventReleased', call);
    site.at(9, 'EventAgentLogout', { agentID: '7001' });
    expect(site.statuses()).toEqual([
      '0 LoggedOut',
      '1 LoggedIn',
      '2 WaitForNextCall',
      '3 CallRinging',
      '4 CallInbound',
      '6 CallOnHold',
      '7 CallInbound',
      '8 AfterCallWork',
      '9 LoggedOut',
    ]);
    expect(site.happened('agent:7001#action')).toEqual(['CallInboundStarted 0', 'CallInboundCompleted 4']);
  });

  test('counts the wait of a call from its first entry to its answer, also when it went back to the queue', () => {
    const site = watched();
    site.at(0, 'EventAgentLogin', { agentID: '7001' });
    const queue = { ...call, thisDN: '9001' };
    site.at(10, 'EventQueued', queue);
    site.at(30, 'EventDiverted', queue);
    site.at(30, 'EventRinging', call);
    site.at(50, 'EventReleased', call);
    site.at(50, 'EventQueued', queue);
    site.at(60, 'EventDiverted', queue);
    site.at(60, 'EventRinging', call);
    site.at(70, 'EventEstablished', call);
    expect(site.happened('dn:9001#action')).toEqual([
      'CallEntered 0',
      'CallDistributed 20',
      'CallEntered 0',
      'CallDistributed 50',
      'CallAnswered 60',
    ]);
  });

  test('goes on with a call whose ConnID changes in a transfer', () => {
    const site = watched();
    site.at(0, 'EventAgentLogin', { agentID: '7001' });
    site.at(1, 'EventRinging', { connID: 'C2', callType: 'Consult' });
    site.at(2, 'EventEstablished', { connID: 'C2', callType: 'Consult' });
    site.at(3, 'EventPartyChanged', { connID: 'C1', previousConnID: 'C2', callType: 'Inbound' });
    site.at(9, 'EventReleased', { connID: 'C1', callType: 'Inbound' });
    expect(site.statuses().slice(-3)).toEqual(['2 CallConsult', '3 CallInbound', '9 LoggedIn']);
    expect(site.happened('agent:7001#action')).toEqual(['CallConsultStarted 0', 'CallInboundCompleted 7']);
  });

  test('an agent whose phone is no longer heard of is logged out', () => {
    const site = watched();
    site.at(1, 'EventAgentReady', { agentID: '7001' });
    site.at(2, 'EventEstablished', call);
    site.forget('7001');
    expect(site.statuses()).toEqual(['1 WaitForNextCall', '2 CallInbound', '2 LoggedOut']);
  });

  test('tells nothing when an event changes nothing', () => {
    const site = watched();
    site.at(1, 'EventAgentReady', { agentID: '7001' });
    const before = site.facts.length;
    site.at(2, 'EventAgentReady', { agentID: '7001' });
    site.at(3, 'EventUserEvent');
    expect(site.facts.length).toBe(before);
  });
});

describe('statuses', () => {
  test('every one is higher than all before it', () => {
    statuses.forEach((status, index) => expect(highest(statuses.slice(0, index + 1))).toBe(status));
  });

  test.each([
    [['*', '~LoggedOut'], 'CallInbound', true],
    [['*', '~LoggedOut'], 'LoggedOut', false],
    [['~LoggedOut'], 'WaitForNextCall', true],
    [['CallInbound'], 'CallOutbound', false],
  ])('the mask %j takes %s: %s', (words, action, expected) => {
    const mask = maskOf(words);
    expect('test' in mask && mask.test(action)).toBe(expected);
  });
});
