import { describe, expect, test } from 'vitest';
import { createSecretChecker, hashSecret, sameText } from './secrets.ts';

describe('a client’s secret', () => {
  test('fits its hash, and is remembered until the hash changes', async () => {
    const hash = await hashSecret('right');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const checker = createSecretChecker();
    expect(checker.remembers('c', 'right', hash)).toBe(false);
    expect(await checker.check('c', 'right', hash)).toBe(true);
    expect(checker.remembers('c', 'right', hash)).toBe(true);
    expect(checker.remembers('c', 'wrong', hash)).toBe(false);
    expect(checker.remembers('c', 'right', await hashSecret('right'))).toBe(false);
  });

  test('a wrong one, and one against no hash, does not fit', async () => {
    const checker = createSecretChecker();
    expect(await checker.check('c', 'wrong', await hashSecret('right'))).toBe(false);
    expect(await checker.check('c', 'right', 'not a hash')).toBe(false);
  });

  test('asked for many times at once is compared once, so that a floor can sign in through one client', async () => {
    const hash = await hashSecret('right');
    const checker = createSecretChecker();
    const ask = (secret: string): Promise<boolean>[] => Array.from({ length: 50 }, () => checker.check('c', secret, hash));
    expect(new Set(await Promise.all(ask('right')))).toEqual(new Set([true]));
    expect(new Set(await Promise.all(ask('wrong')))).toEqual(new Set([false]));
  });

  test('comparisons are bounded: past the limit nobody is let in', async () => {
    const hash = await hashSecret('right');
    const checker = createSecretChecker();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => checker.check(`c${index}`, 'right', hash)));
    expect(answers.filter(Boolean)).toHaveLength(8);
  });
});

test('texts are the same only when they are', () => {
  expect(sameText('ops', 'ops')).toBe(true);
  for (const other of ['', 'op', 'opsx', 'OPS']) expect(sameText('ops', other)).toBe(false);
});
