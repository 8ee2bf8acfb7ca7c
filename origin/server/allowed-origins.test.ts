import { expect, test } from 'vitest';
import { createAllowedOrigins } from './allowed-origins.ts';

test('who holds the allowed origins sees those that come and go', () => {
  const origins = createAllowedOrigins(['https://own.test']);
  const { list, set } = origins;
  origins.update(['https://crm.test', 'https://own.test']);
  expect(list).toEqual(['https://own.test', 'https://crm.test']);
  expect(set.has('https://crm.test')).toBe(true);
  origins.update([]);
  expect([list, [...set]]).toEqual([['https://own.test'], ['https://own.test']]);
});
