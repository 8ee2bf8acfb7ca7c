import { expect, it } from 'vitest';
import { queryFrom } from './query.ts';

const term = (field: string | undefined, ...pattern: unknown[]) => ({ kind: 'term', field, pattern });
const word = (literal: string) => ({ literal });

it.each([
  ['', { kind: 'all' }],
  ['*', { kind: 'all' }],
  ['*:*', { kind: 'all' }],
  ['FirstName:Jo*', term('FirstName', word('Jo'), 'many')],
  ['LastName:M?ier', term('LastName', word('M'), 'one', word('ier'))],
  ['"John Smith"', term(undefined, word('John Smith'))],
  ['FirstName:"John Smith"', term('FirstName', word('John Smith'))],
  ['EmailAddress:a\\:b@c.d', term('EmailAddress', word('a:b@c.d'))],
  ['a AND b', { kind: 'and', parts: [term(undefined, word('a')), term(undefined, word('b'))] }],
  ['a b', { kind: 'or', parts: [term(undefined, word('a')), term(undefined, word('b'))] }],
  ['a || b', { kind: 'or', parts: [term(undefined, word('a')), term(undefined, word('b'))] }],
  ['+a +b', { kind: 'and', parts: [term(undefined, word('a')), term(undefined, word('b'))] }],
  ['a NOT b', { kind: 'and', parts: [term(undefined, word('a')), { kind: 'not', part: term(undefined, word('b')) }] }],
  ['a -b', { kind: 'and', parts: [term(undefined, word('a')), { kind: 'not', part: term(undefined, word('b')) }] }],
  ['PhoneNumber:+15550100', term('PhoneNumber', word('+15550100'))],
  [
    '(a OR b) AND c',
    { kind: 'and', parts: [{ kind: 'or', parts: [term(undefined, word('a')), term(undefined, word('b'))] }, term(undefined, word('c'))] },
  ],
])('%s is understood', (text, query) => {
  expect(queryFrom(text)).toEqual({ ok: true, value: query });
});

it.each(['(a', 'a)', 'AND', 'a AND', 'NOT', 'Name:', '"a', '1a:b', `${'('.repeat(20)}a`, 'a '.repeat(40), 'x'.repeat(1_001)])(
  '%s is refused with a reason',
  text => {
    const result = queryFrom(text);
    expect(result).toMatchObject({ ok: false });
    expect(result.ok ? '' : result.reason).not.toBe('');
  },
);
