import { describe, expect, it } from 'vitest';
import type { CallSnapshotWire, DnSnapshotWire, TlibEvent, TlibEventName } from '@handover/shared/genesys';
import { freshChannel } from './channel.ts';
import { emptyVoice, reduceVoice, releaseAll, resync } from './reduce.ts';
import type { Told, VoiceState } from './reduce.ts';

const target = { dn: '7001', switchName: 'S', place: 'P', agentId: '7001', queue: undefined, autoComplete: false };
const start: VoiceState = { ...emptyVoice, channel: { ...freshChannel(target, 0), agentState: 'Ready' } };
const event = (messageName: TlibEventName, more: Partial<TlibEvent> = {}): TlibEvent => ({
  messageName,
  eventSequenceNumber: 1,
  time: 1_000,
  server: 'sip',
  thisDN: '7001',
  ...more,
});
const words = (told: readonly Told[]): string[] =>
  told.map(each =>
    each.kind === 'call'
      ? `${each.call.connId} ${each.call.state} ${each.notification}`
      : each.kind === 'dn'
        ? `dn ${each.channel.agentState}`
        : each.kind,
  );
function after(state: VoiceState, ...events: TlibEvent[]): { state: VoiceState; told: string[] } {
  const told: string[] = [];
  for (const each of events) {
    const step = reduceVoice(state, each);
    state = step.state;
    told.push(...words(step.told));
  }
  return { state, told };
}

it('events of another DN mean nothing', () => {
  expect(after(start, event('EventRinging', { thisDN: '7002', connID: 'A' })).told).toEqual([]);
});

it('without a channel nothing means anything', () => {
  expect(after(emptyVoice, event('EventRinging', { connID: 'A' })).told).toEqual([]);
});

it('a consult call knows its main call', () => {
  const { state } = after(start, event('EventDialing', { connID: 'B', callType: 'Consult', parentConnID: 'A' }));
  expect(state.calls.get('B')).toMatchObject({ parentConnId: 'A', callType: 'Consult' });
});

describe('a call whose id changes', () => {
  const { state, told } = after(
    start,
    event('EventRinging', { connID: 'B', callType: 'Consult', parties: [{ dn: '7002', role: 'RoleOrigination' }] }),
    event('EventEstablished', { connID: 'B', callType: 'Consult' }),
    event('EventPartyChanged', {
      connID: 'A',
      previousConnID: 'B',
      callType: 'Inbound',
      parties: [{ dn: '+1555', role: 'RoleOrigination' }],
    }),
  );
  it('goes on under the new one and names the old one', () => {
    expect([...state.calls.keys()]).toEqual(['A']);
    expect(state.calls.get('A')).toMatchObject({ state: 'Established', previousConnId: 'B', callType: 'Inbound' });
    expect(told.at(-1)).toBe('A Established StateChange');
  });
  it('is released under the new one', () => {
    expect(after(state, event('EventReleased', { connID: 'A' })).told).toEqual(['A Released StateChange']);
  });
});

it('a party change with the same previous id keeps the call', () => {
  const first = after(start, event('EventEstablished', { connID: 'A' }));
  const step = after(
    first.state,
    event('EventPartyChanged', { connID: 'A', previousConnID: 'A', parties: [{ dn: '7003', role: 'RoleNewParty' }] }),
  );
  expect(step.told).toEqual(['A Established ParticipantsUpdated']);
  expect(step.state.calls.get('A')?.previousConnId).toBeUndefined();
});

it('with automatic completion a released call is completed at once', () => {
  const state = { ...start, channel: { ...freshChannel({ ...target, autoComplete: true }, 0) } };
  const step = after(state, event('EventRinging', { connID: 'A' }), event('EventReleased', { connID: 'A' }));
  expect(step.told).toEqual(['A Ringing StateChange', 'A Released StateChange', 'A Completed StateChange']);
  expect(step.state.calls.size).toBe(0);
});

it('released calls that nobody completes do not pile up', () => {
  const events = Array.from({ length: 60 }, (_, index) => [
    event('EventRinging', { connID: `A${String(index)}` }),
    event('EventReleased', { connID: `A${String(index)}` }),
  ]);
  const step = after(start, ...events.flat());
  expect(step.state.calls.size).toBe(50);
  expect(step.told.filter(each => each.includes('Completed'))).toHaveLength(10);
});

it('what owners say to each other is nobody else’s', () => {
  const userData = [{ key: 'handover', type: 'kvlist' as const, value: [] }];
  expect(after(start, event('EventUserEvent', { userData })).told).toEqual([]);
  expect(after(start, event('EventUserEvent', { userData: [{ key: 'gsipmwi', type: 'kvlist', value: [] }] })).told).toEqual(['user']);
});

it('an error nobody asked for is told, the answer to a request is not', () => {
  expect(after(start, event('EventError', { errorCode: 1 })).told).toEqual(['error']);
  expect(after(start, event('EventError', { errorCode: 1, referenceID: 9 })).told).toEqual([]);
});

describe('the channel', () => {
  it.each([
    ['EventAgentReady', { agentWorkMode: 'ManualIn' }, { agentState: 'Ready', workMode: 'ManualIn' }],
    ['EventAgentNotReady', { agentWorkMode: 'AuxWork' }, { agentState: 'NotReady', workMode: 'AuxWork' }],
    ['EventAgentLogout', {}, { agentState: 'LoggedOut' }],
    ['EventAgentLogin', { agentID: '7001' }, { agentState: 'LoggedIn' }],
    ['EventAgentLogin', { agentID: 'other' }, { agentState: 'LoggedOut' }],
    ['EventDNDOn', {}, { dnd: true }],
    ['EventForwardSet', { forwardTo: '9' }, { forwardTo: '9' }],
    ['EventDNOutOfService', {}, { inService: false }],
  ] as const)('%s %j', (name, more, expected) => {
    expect(reduceVoice(start, event(name, more)).state.channel).toMatchObject(expected);
  });

  it('a repeat with another reason is told again', () => {
    const reasons = [{ key: 'ReasonCode', type: 'str' as const, value: 'Lunch' }];
    expect(after(start, event('EventAgentNotReady'), event('EventAgentNotReady', { reasons })).told).toEqual([
      'dn NotReady',
      'dn NotReady',
    ]);
  });
});

describe('a description of the DN', () => {
  const snapshot = (calls: Partial<CallSnapshotWire>[], more: Partial<DnSnapshotWire> = {}): DnSnapshotWire => ({
    agentID: '7001',
    agentState: 'Ready',
    agentWorkMode: 'Unknown',
    reasons: [],
    dnd: false,
    inService: true,
    calls: calls.map(each => ({
      connID: 'A',
      callUuid: '',
      callType: 'Inbound',
      legState: 'Established',
      thisDNRole: 'RoleDestination',
      parties: [],
      userData: [],
      recordingState: 'Stopped',
      startedAt: 1,
      ...each,
    })),
    ...more,
  });
  const known = after(start, event('EventEstablished', { connID: 'A', callType: 'Inbound' }), event('EventRinging', { connID: 'B' })).state;

  it('that says what we know tells nothing', () => {
    const both = snapshot([{ connID: 'A' }, { connID: 'B', legState: 'Ringing' }]);
    expect(words(resync(known, both, 9).told)).toEqual([]);
  });
  it('releases what is gone, first of all; then tells the DN, then what is new or differs', () => {
    const step = resync(
      known,
      snapshot(
        [
          { connID: 'C', legState: 'Ringing' },
          { connID: 'A', legState: 'Held' },
        ],
        { agentState: 'NotReady' },
      ),
      9,
    );
    expect(words(step.told)).toEqual(['B Released StateChange', 'dn NotReady', 'C Ringing CallRecovered', 'A Held StateChange']);
  });
  it('tells everything to clients from elsewhere, released calls that nobody completed included', () => {
    const ended = after(known, event('EventReleased', { connID: 'B' })).state;
    expect(words(resync(ended, snapshot([{ connID: 'A' }]), 9, true).told)).toEqual([
      'dn Ready',
      'B Released CallRecovered',
      'A Established CallRecovered',
    ]);
  });
  it('of a phone that another agent took means logged out', () => {
    expect(resync(known, snapshot([], { agentID: 'other' }), 9).state.channel?.agentState).toBe('LoggedOut');
  });
  it('brings a completed call back only when the switch says that it lives', () => {
    const before = { ...start, completed: ['A', 'B'] };
    const { state, told } = resync(before, snapshot([{ connID: 'A' }]), 9, true);
    expect(words(told)).toEqual(['dn Ready', 'A Established CallRecovered']);
    expect(state.completed).toEqual(['B']);
  });
  it('tells standing wishes to monitor that are new, and those that are gone', () => {
    const wish = { targetDN: '7003', mode: 'Coach', next: 'AllCalls', scope: 'Call' } as const;
    const before = { ...start, monitoring: [{ ...wish, targetDN: '7002' }] };
    const { state, told } = resync(before, { ...snapshot([]), monitoring: [wish] }, 9);
    expect(told).toMatchObject([
      { kind: 'monitoring', state: 'MonitoringCancelled', phoneNumber: '7002' },
      { kind: 'monitoring', state: 'MonitoringNextCall', phoneNumber: '7003', monitoring: wish },
    ]);
    expect(resync(state, { ...snapshot([]), monitoring: [wish] }, 9).told).toEqual([]);
  });
});

it('with a lost site every live call ends, saying why', () => {
  const known = after(
    start,
    event('EventEstablished', { connID: 'A' }),
    event('EventRinging', { connID: 'B' }),
    event('EventReleased', { connID: 'B' }),
  ).state;
  const step = releaseAll(known, 9);
  expect(words(step.told)).toEqual(['A Released StateChange']);
  expect(step.state.calls.get('A')?.extensions).toEqual([{ key: 'ReleaseReason', type: 'str', value: 'site-lost' }]);
});
