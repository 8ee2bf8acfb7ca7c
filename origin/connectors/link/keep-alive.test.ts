import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import { watchIdle } from './keep-alive.ts';

function watched() {
  const clock = createFakeClock();
  const seen: string[] = [];
  const timer = watchIdle({ clock, idleMs: 1_000, ask: () => seen.push('ask'), lost: () => seen.push('lost') });
  return { clock, seen, timer };
}

test('a connection that speaks is never asked', () => {
  const { clock, seen, timer } = watched();
  for (let i = 0; i < 20; i += 1) {
    clock.advance(900);
    timer.heard();
  }
  expect(seen).toEqual([]);
});

test('a silent connection is asked after the idle time and lost after as much again', () => {
  const { clock, seen } = watched();
  clock.advance(999);
  expect(seen).toEqual([]);
  clock.advance(1);
  expect(seen).toEqual(['ask']);
  clock.advance(999);
  expect(seen).toEqual(['ask']);
  clock.advance(1);
  expect(seen).toEqual(['ask', 'lost']);
});

test('an answer in time starts anew', () => {
  const { clock, seen, timer } = watched();
  clock.advance(1_500);
  timer.heard();
  clock.advance(900);
  expect(seen).toEqual(['ask']);
  clock.advance(100);
  expect(seen).toEqual(['ask', 'ask']);
});

test('a stopped watch does nothing more', () => {
  const { clock, seen, timer } = watched();
  timer.stop();
  clock.advance(10_000);
  expect(seen).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('a process that was stopped itself asks again before it judges', () => {
  const fake = createFakeClock();
  let frozenMs = 0;
  const clock = { ...fake, now: () => fake.now() + frozenMs, monotonic: () => fake.monotonic() + frozenMs };
  const seen: string[] = [];
  watchIdle({ clock, idleMs: 1_000, ask: () => seen.push('ask'), lost: () => seen.push('lost') });
  fake.advance(1_000);
  frozenMs = 10_000;
  fake.advance(1_000);
  expect(seen).toEqual(['ask', 'ask']);
  fake.advance(1_000);
  expect(seen).toEqual(['ask', 'ask', 'lost']);
});
