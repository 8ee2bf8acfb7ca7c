import { expect, test } from 'vitest';
import { createFakeClock } from '@handover/shared/time';
import type { PhoneCall } from '../kernel/index.ts';
import type { FromWorld } from './protocol.ts';
import { lonelyMs, Phones, selfAnswerMs } from './phones.ts';

type Party = PhoneCall['parties'][number];
const outside: Party = { number: '+15550100', kind: 'external', state: 'Dialing', attended: false };
const phone = (state: Party['state'], attended: boolean, number = '7001'): Party => ({ number, kind: 'phone', state, attended });
const call = (everAttended: boolean, ...parties: Party[]): PhoneCall => ({ connId: 'A', everAttended, parties });

function world() {
  const clock = createFakeClock();
  const said: FromWorld[] = [];
  return { clock, said, phones: new Phones(clock, message => void said.push(message)) };
}

test('a phone that nobody is logged in at answers by itself, an attended one rings on', () => {
  const { clock, said, phones } = world();
  phones.update(call(false, outside, phone('Ringing', false)));
  phones.update({ ...call(true, outside, phone('Ringing', true)), connId: 'B' });
  clock.advance(selfAnswerMs - 1);
  expect(said).toEqual([]);
  clock.advance(60_000);
  expect(said).toEqual([{ messageName: 'PhoneAnswer', connId: 'A', number: '7001' }]);
});

test('parties that the last agent has left hang up, unless another agent comes in time', () => {
  const { clock, said, phones } = world();
  const left = call(true, { ...outside, state: 'Established' }, phone('Established', false));
  phones.update(left);
  clock.advance(lonelyMs - 1);
  phones.update(call(true, { ...outside, state: 'Established' }, phone('Established', true)));
  clock.advance(60_000);
  expect(said).toEqual([]);
  phones.update(left);
  clock.advance(lonelyMs);
  expect(said).toEqual([{ messageName: 'PhoneHangup', connId: 'A' }]);
});

test('a call that waits in a queue is never given up', () => {
  const { clock, said, phones } = world();
  phones.update(call(true, outside, { number: '9001', kind: 'routePoint', state: 'Queued', attended: false }));
  clock.advance(3_600_000);
  expect(said).toEqual([]);
});

test('after a takeover unknown calls are gone and phones act anew', () => {
  const { clock, said, phones } = world();
  const ringing = call(false, outside, phone('Ringing', false));
  phones.update(ringing);
  phones.update({ ...ringing, connId: 'B' });
  clock.advance(selfAnswerMs - 1);
  phones.keepOnly(['B']);
  phones.update({ ...ringing, connId: 'B' });
  clock.advance(selfAnswerMs - 1);
  expect(said).toEqual([]);
  clock.advance(1);
  expect(said).toEqual([{ messageName: 'PhoneAnswer', connId: 'B', number: '7001' }]);
  expect(phones.get('A')).toBeUndefined();
});
