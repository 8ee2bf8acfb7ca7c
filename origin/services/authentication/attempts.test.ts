import { createFakeClock } from '@handover/shared/time';
import { describe, expect, test } from 'vitest';
import type { Cache } from '../../contracts/stores.ts';
import { attemptWindowMs, createAttempts, type Attempt, type Attempts } from './attempts.ts';

const attempt: Attempt = { name: 'acme\\agent1', address: '198.51.100.7' };

/** The cache's counters, kept without an end to their life; `down` makes every call fail. */
function fakeCache(): Cache & { down: boolean } {
  const counts = new Map<string, number>();
  const cache = {
    down: false,
    get: async (key: string) => up(() => counts.get(key)?.toString()),
    set: async () => undefined,
    setIfAbsent: async () => true,
    increment: async (key: string) => up(() => (counts.set(key, (counts.get(key) ?? 0) + 1), counts.get(key) ?? 0)),
    delete: async (key: string) => up(() => void counts.delete(key)),
  };
  const up = <T>(run: () => T): T => {
    if (cache.down) throw new Error('down');
    return run();
  };
  return cache;
}

async function failUntilRefused(attempts: Attempts, of: (count: number) => Attempt, limit = 1_000): Promise<number> {
  for (let count = 0; count < limit; count += 1) {
    if (!(await attempts.admit(of(count)))) return count;
    await attempts.failed(of(count));
  }
  return limit;
}

describe.each([
  ['with the cache', false],
  ['without the cache', true],
])('attempts, %s', (_what, down) => {
  const create = (clock = createFakeClock()): Attempts => {
    const cache = fakeCache();
    cache.down = down;
    return createAttempts(cache, clock);
  };

  test('one address may fail a few times with a name, whatever its case', async () => {
    expect(
      await failUntilRefused(create(), count => ({ ...attempt, name: count % 2 === 0 ? attempt.name : attempt.name.toUpperCase() })),
    ).toBe(20);
  });

  test('a name can be guessed at from many addresses only so often', async () => {
    expect(await failUntilRefused(create(), count => ({ ...attempt, address: `10.0.0.${count}` }))).toBe(60);
  });

  test('an address may fail with many names only so often', async () => {
    expect(await failUntilRefused(create(), count => ({ ...attempt, name: `agent${count}` }))).toBe(300);
  });

  test('a success starts the count of the pair anew', async () => {
    const attempts = create();
    for (let count = 0; count < 15; count += 1) await attempts.admit(attempt);
    await attempts.succeeded(attempt);
    expect(await failUntilRefused(attempts, () => attempt)).toBe(20);
  });

  test('a client is locked out where its secret was wrong, and nowhere else', async () => {
    const attempts = create();
    for (let count = 0; count < 20; count += 1) await attempts.clientFailed(attempt);
    expect(await attempts.clientMayTry(attempt)).toBe(false);
    expect(await attempts.clientMayTry({ ...attempt, address: '10.0.0.1' })).toBe(true);
  });
});

test('counts kept without the cache end with their window', async () => {
  const clock = createFakeClock();
  const cache = fakeCache();
  cache.down = true;
  const attempts = createAttempts(cache, clock);
  await failUntilRefused(attempts, () => attempt);
  expect(await attempts.admit(attempt)).toBe(false);
  clock.advance(attemptWindowMs);
  expect(await attempts.admit(attempt)).toBe(true);
});
