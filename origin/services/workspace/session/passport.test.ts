import { describe, expect, it } from 'vitest';
import { FakeHub } from '../fakes/bench.ts';
import type { Call } from '../calls/call.ts';
import { Attachments } from './attachments.ts';
import { freshChannel } from './channel.ts';
import { passportFrom, passportOf, voiceStateFrom } from './passport.ts';
import { emptyVoice } from './reduce.ts';
import type { VoiceState } from './reduce.ts';

const target = { dn: '7001', switchName: 'S', place: 'P', agentId: '7001', queue: undefined, autoComplete: false };
const call = (connId: string, state: Call['state']): Call => ({
  connId,
  callUuid: 'secret-uuid',
  callType: 'Inbound',
  state,
  parties: [{ dn: '+15550100', role: 'RoleOrigination' }],
  userData: [{ key: 'Name', type: 'str', value: 'Customer' }],
  extensions: [],
  recordingState: 'Stopped',
  startedAtMs: 1,
});
function build(calls: readonly Call[], sids: number): ReturnType<typeof passportOf> {
  const attachments = new Attachments(() => undefined);
  for (let i = 0; i < sids; i += 1) {
    attachments.attach(`00000000-0000-7000-8000-00000000000${String(i)}`, 9, 5);
    attachments.addClient(`00000000-0000-7000-8000-00000000000${String(i)}`, `client-${String(i)}`);
  }
  const state: VoiceState = {
    ...emptyVoice,
    channel: freshChannel(target, 0),
    calls: new Map(calls.map(each => [each.connId, each])),
    completed: ['X'],
  };
  return passportOf({ state, attachments, hub: new FakeHub(), leftover: undefined, nowMs: 0 });
}

it('comes back as the state that clients were told', () => {
  const passport = passportFrom(
    JSON.parse(JSON.stringify(build([call('A', 'Held'), { ...call('B', 'Dialing'), parentConnId: 'A' }, call('C', 'Released')], 2))),
  );
  expect(passport).toBeDefined();
  if (passport === undefined) return;
  const state = voiceStateFrom(passport);
  expect([...state.calls.values()].map(each => [each.connId, each.state, each.parentConnId])).toEqual([
    ['A', 'Held', undefined],
    ['B', 'Dialing', 'A'],
    ['C', 'Released', undefined],
  ]);
  expect(state.channel).toMatchObject(target);
  expect(state.completed).toEqual(['X']);
  expect(passport.dn).toEqual({ number: '7001', switchName: 'S' });
});

it('names no customer and carries no user data', () => {
  const text = JSON.stringify(build([call('A', 'Held')], 1));
  for (const secret of ['+15550100', 'Customer', 'secret-uuid']) expect(text).not.toContain(secret);
});

describe('that would grow beyond 4 KiB', () => {
  const many = Array.from({ length: 60 }, (_, index) => call(`${String(index).padStart(16, '0')}`, index < 50 ? 'Released' : 'Held'));
  it('leaves out the oldest ended calls first', () => {
    const passport = build(many, 9);
    expect(new TextEncoder().encode(JSON.stringify(passport)).length).toBeLessThanOrEqual(4096);
    expect(passport.told.filter(each => each.state === 'Held')).toHaveLength(10);
    expect(passport.attachments).toHaveLength(9);
    expect(passport.completed).toEqual([]);
  });
});

it.each([
  undefined,
  null,
  7,
  'text',
  {},
  { v: 2 },
  { v: 1, attachments: 'x', told: [], completed: [] },
  { v: 1, attachments: [], told: Array(999).fill({}), completed: [] },
])('%j is none', value => expect(passportFrom(value)).toBeUndefined());
