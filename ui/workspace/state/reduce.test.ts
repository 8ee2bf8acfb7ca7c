import { describe, expect, test } from 'vitest';
import { initialState, type Call, type Event, type State } from './model.ts';
import { reduce } from './reduce.ts';

const call = (id: string, state: Call['state'], more: Partial<Call> = {}): Call => ({
  id,
  state,
  callType: 'Inbound',
  participants: [{ number: '+15550100' }],
  capabilities: [],
  userData: [],
  ...more,
});
const after = (events: Event[], from: State = initialState): State => events.reduce(reduce, from);

describe('calls', () => {
  test('a call is shown once, in its latest state', () => {
    const state = after([
      { kind: 'call', call: call('a', 'Ringing') },
      { kind: 'call', call: call('a', 'Established') },
    ]);
    expect(state.calls.map(each => [each.id, each.state])).toEqual([['a', 'Established']]);
  });

  test('a released call stays until it is completed', () => {
    const released = after([{ kind: 'call', call: call('a', 'Released') }]);
    expect(released.calls).toHaveLength(1);
    expect(reduce(released, { kind: 'call', call: call('a', 'Completed') }).calls).toEqual([]);
  });

  test('a call that continues another takes its place', () => {
    const state = after([
      { kind: 'call', call: call('consult', 'Ringing') },
      { kind: 'call', call: call('main', 'Established'), previousConnId: 'consult' },
    ]);
    expect(state.calls.map(each => each.id)).toEqual(['main']);
  });
});

describe('commands', () => {
  const sent: Event = { kind: 'sent', command: { id: 1, callId: 'a', name: 'Hold', deadlineAtMs: 1_000 } };

  test('an answered command is no longer pending and leaves no notice', () => {
    expect(after([sent, { kind: 'answered', id: 1 }])).toEqual(initialState);
  });

  test('a command past its deadline becomes a notice', () => {
    const early = after([sent, { kind: 'tick', nowMs: 999 }]);
    expect(early.pending).toHaveLength(1);
    const late = reduce(early, { kind: 'tick', nowMs: 1_000 });
    expect(late.pending).toEqual([]);
    expect(late.notices).toEqual([{ id: 1, kind: 'timeout', command: 'Hold', detail: '' }]);
  });

  test('an unknown outcome is told apart from a refusal', () => {
    const kinds = ['outcome.unknown', 'voice.inactive'].map(
      code => after([sent, { kind: 'refused', id: 1, code, message: 'm' }]).notices[0]?.kind,
    );
    expect(kinds).toEqual(['unknown', 'refused']);
  });

  test('at most five notices are kept, the newest', () => {
    const state = after(Array.from({ length: 8 }, (_, index): Event => ({ kind: 'error-event', message: String(index) })));
    expect(state.notices.map(notice => notice.detail)).toEqual(['3', '4', '5', '6', '7']);
  });
});

describe('regions', () => {
  test('the first region is not a move, the second is', () => {
    const first = after([{ kind: 'served-by', region: 'us-east' }]);
    expect(first.movedTo).toBeUndefined();
    expect(reduce(first, { kind: 'served-by', region: 'eu-west' }).movedTo).toBe('eu-west');
  });
});
