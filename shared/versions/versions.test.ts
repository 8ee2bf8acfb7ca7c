import { describe, expect, test } from 'vitest';
import { etagOf, expectedVersion, paged, pageFrom } from './index.ts';

describe('a change', () => {
  test('is bound to the tag before the body, and to nothing without either', () => {
    expect(expectedVersion(etagOf(3), 2)?.version).toBe(3);
    expect(expectedVersion('W/"4"', undefined)?.outdated().status).toBe(412);
    expect(expectedVersion('*', 2)?.version).toBe(2);
    expect(expectedVersion(undefined, 2)?.outdated().status).toBe(409);
    expect(expectedVersion(undefined, undefined)).toBeUndefined();
  });

  test.each(['3', '"x"', '""', '"-1"', '"1", "2"'])('with the tag %s is refused', tag =>
    expect(() => expectedVersion(tag, undefined)).toThrow(expect.objectContaining({ field: 'If-Match', status: 400 })),
  );
});

describe('a page', () => {
  const page = (query: Record<string, string>) => pageFrom(name => query[name]);
  test('is the whole list unless the caller asks for less', () => {
    expect(page({})).toEqual({ limit: 1_000, offset: 0 });
    expect(paged([1, 2, 3], page({ limit: '1', offset: '1' }))).toEqual([2]);
  });

  test.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', 'x'],
    ['offset', '-1'],
    ['offset', '1.5'],
  ])('with %s %s is refused by name', (field, text) =>
    expect(() => page({ [field]: text })).toThrow(expect.objectContaining({ field, status: 400 })),
  );
});
