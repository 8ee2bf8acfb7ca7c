import { randomUUID } from 'node:crypto';
import type { DescribedStatistic } from '@handover/shared/api/statistics';
import { expect, test } from 'vitest';
import { passportFrom, passportOf } from './passport.ts';

const hub = { describe: (clientId: string) => ({ clientId, subscriptions: ['/statistics/v3/updates'] }) };
const board = (count: number): DescribedStatistic[] =>
  Array.from({ length: count }, (_, n) => ({
    statisticId: randomUUID(),
    objectId: String(700_000 + n),
    objectType: 'Agent',
    name: n % 2 === 0 ? 'CurrentAgentState' : 'TimeInCurrentState',
  }));
const made = (statistics: DescribedStatistic[]) =>
  passportOf({ usedAtMs: 5, clients: ['c1'], subscriptions: [{ id: 'b', statistics }], hub });

test('the largest subscription travels whole, in less than 32 KiB', () => {
  const statistics = board(500);
  const passport = made(statistics);
  expect(JSON.stringify(passport).length).toBeLessThan(32_768);
  expect(passportFrom(JSON.parse(JSON.stringify(passport)))).toEqual({
    usedAtMs: 5,
    clients: [{ clientId: 'c1', subscriptions: ['/statistics/v3/updates'] }],
    subscriptions: [{ id: 'b', statistics }],
  });
});

test('of what is too much nothing travels, clients neither: they must know that they have to subscribe again', () => {
  expect(passportFrom(made(board(5_000)))).toEqual({ usedAtMs: 5, clients: [], subscriptions: [] });
});

test.each([[undefined], [{ v: 2 }], [{ v: 1, usedAtMs: 5, clients: [], packed: 'AAAA' }], [{ v: 1, usedAtMs: 5, clients: [{}] }]])(
  '%o is no passport',
  value => {
    expect(passportFrom(value)).toBeUndefined();
  },
);
