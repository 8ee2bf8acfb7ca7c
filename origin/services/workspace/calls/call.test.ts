import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallStateWire } from '@handover/shared/api/workspace';
import type { TlibEvent, TlibEventName } from '@handover/shared/genesys';
import { callAfter } from './call.ts';
import type { Call } from './call.ts';
import { callTransitions, eventArea } from './transitions.ts';
import type { CallEventName, CallStanding } from './transitions.ts';

const event = (messageName: TlibEventName, more: Partial<TlibEvent> = {}): TlibEvent => ({
  messageName,
  eventSequenceNumber: 1,
  time: 5_000,
  server: 'sip',
  thisDN: '7001',
  connID: 'A1',
  callType: 'Inbound',
  parties: [{ dn: '+1555', role: 'RoleOrigination' }],
  ...more,
});
const call = (state: CallStateWire, more: Partial<Call> = {}): Call => ({
  connId: 'A1',
  callUuid: 'U',
  callType: 'Inbound',
  state,
  parties: [{ dn: '+1555', role: 'RoleOrigination' }],
  userData: [],
  extensions: [],
  recordingState: 'Stopped',
  startedAtMs: 1_000,
  ...more,
});
const callEvents = (Object.keys(eventArea) as TlibEventName[]).filter((name): name is CallEventName => eventArea[name] === 'call');
const standings = Object.keys(callTransitions) as CallStanding[];

describe('the state × event table', () => {
  it('has a cell for every state and every event of calls', () => {
    for (const standing of standings) expect(Object.keys(callTransitions[standing]).sort()).toEqual([...callEvents].sort());
  });

  it.each(standings.flatMap(standing => callEvents.map(name => [standing, name] as const)))(
    '%s × %s does what its cell says',
    (standing, name) => {
      const before = standing === 'None' ? undefined : call(standing);
      const change = callAfter(before, name, event(name), '7001');
      const cell = callTransitions[standing][name];
      if (cell === 'ignore') expect(change).toBeUndefined();
      else expect(change?.call.state).toBe(cell === 'keep' ? standing : cell);
    },
  );

  it('a call that ended never lives again, unless the phone rings with it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...callEvents.filter(name => name !== 'EventRinging')), { maxLength: 20 }), names => {
        let now: Call | undefined = call('Released');
        for (const name of names) now = callAfter(now, name, event(name), '7001')?.call ?? now;
        return now.state === 'Released';
      }),
    );
  });

  it.each(['Released', 'Completed'] as const)('a %s call that comes back to the phone is told as a new one', state => {
    const back = callAfter(call(state), 'EventRinging', event('EventRinging', { time: 9_000, userData: [] }), '7001');
    expect(back).toMatchObject({ notification: 'StateChange', call: { state: 'Ringing' } });
    if (state === 'Released') expect(back?.call.startedAtMs).toBe(9_000);
    expect(back?.call.endedAtMs).toBeUndefined();
  });
});

it('its own number is never among the parties', () => {
  const parties = [
    { dn: '7001', role: 'RoleDestination' as const },
    { dn: '+1555', role: 'RoleOrigination' as const },
  ];
  expect(callAfter(undefined, 'EventRinging', event('EventRinging', { parties }), '7001')?.call.parties).toEqual([parties[1]]);
});

it('without a list of parties the other DN is the party', () => {
  const { parties: _parties, ...bare } = event('EventDialing', { otherDN: '7002', otherDNRole: 'RoleDestination' });
  expect(callAfter(undefined, 'EventDialing', bare, '7001')?.call.parties).toEqual([{ dn: '7002', role: 'RoleDestination' }]);
});

describe('what clients are told', () => {
  it('a new state is a StateChange', () => {
    expect(callAfter(call('Ringing'), 'EventEstablished', event('EventEstablished'), '7001')?.notification).toBe('StateChange');
  });
  it('another party is ParticipantsUpdated', () => {
    const parties = [...call('Held').parties, { dn: '7003', role: 'RoleNewParty' as const }];
    expect(callAfter(call('Held'), 'EventPartyAdded', event('EventPartyAdded', { parties }), '7001')?.notification).toBe(
      'ParticipantsUpdated',
    );
  });
  it('user data is AttachedDataChanged, even when the value is the same', () => {
    const userData = [{ key: 'Case', type: 'str' as const, value: '1' }];
    const before = call('Established', { userData });
    expect(callAfter(before, 'EventAttachedDataChanged', event('EventAttachedDataChanged', { userData }), '7001')?.notification).toBe(
      'AttachedDataChanged',
    );
  });
  it('a recording is CallRecordingStateChange', () => {
    const change = callAfter(call('Held'), 'EventCallInfoChanged', event('EventCallInfoChanged', { recordingState: 'Recording' }), '7001');
    expect(change?.notification).toBe('CallRecordingStateChange');
  });
  it('the same again is nothing', () => {
    expect(callAfter(call('Established'), 'EventEstablished', event('EventEstablished'), '7001')?.notification).toBeUndefined();
  });
  it('parties in another order are nothing', () => {
    const parties = [
      { dn: 'a', role: 'RoleNewParty' as const },
      { dn: 'b', role: 'RoleNewParty' as const },
    ];
    const change = callAfter(
      call('Held', { parties }),
      'EventCallInfoChanged',
      event('EventCallInfoChanged', { parties: parties.toReversed() }),
      '7001',
    );
    expect(change?.notification).toBeUndefined();
  });
});

it('a released call keeps its parties, stops recording and knows when it ended', () => {
  const change = callAfter(
    call('Established', { recordingState: 'Recording' }),
    'EventReleased',
    event('EventReleased', { parties: [] }),
    '7001',
  );
  expect(change?.call).toMatchObject({ parties: [{ dn: '+1555' }], recordingState: 'Stopped', endedAtMs: 5_000 });
});

it('our own mark on commands does not reach clients', () => {
  const extensions = [
    { key: 'handover', type: 'kvlist' as const, value: [] },
    { key: 'X', type: 'str' as const, value: '1' },
  ];
  expect(callAfter(undefined, 'EventRinging', event('EventRinging', { extensions }), '7001')?.call.extensions).toEqual([extensions[1]]);
});
