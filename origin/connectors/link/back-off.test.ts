import { expect, test } from 'vitest';
import { retryDelayMs } from './back-off.ts';

test('the first attempt after a loss does not wait', () => {
  expect(retryDelayMs(0, 1, () => 1)).toBe(0);
});

test('every alternate address is tried once before anything waits', () => {
  expect([0, 1, 2].map(attempt => retryDelayMs(attempt, 2, () => 1))).toEqual([0, 0, 250]);
});

test('waits double from 250 ms and end at 10 s', () => {
  const waits = Array.from({ length: 9 }, (_, attempt) => retryDelayMs(attempt, 1, () => 1));
  expect(waits).toEqual([0, 250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test('half of a wait is random', () => {
  expect(retryDelayMs(3, 1, () => 0)).toBe(500);
  expect(retryDelayMs(3, 1, () => 1)).toBe(1000);
});

test('a link that failed ten thousand times still waits at most 10 s', () => {
  expect(retryDelayMs(10_000, 1, () => 1)).toBe(10_000);
});
