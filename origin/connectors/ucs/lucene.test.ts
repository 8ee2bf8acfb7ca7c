import { expect, test } from 'vitest';
import type { PatternPart, SearchQuery } from '../../contracts/contacts.ts';
import { luceneFrom } from './lucene.ts';

const term = (field: string | undefined, ...pattern: PatternPart[]): SearchQuery => ({ kind: 'term', field, pattern });
const ann = term('FirstName', { literal: 'Ann' });
const anything = term(undefined, { literal: 'x' });

test.each<[string, SearchQuery]>([
  ['*:*', { kind: 'all' }],
  ['FirstName:Ann', ann],
  ['x', anything],
  ['FirstName:A*n?', term('FirstName', { literal: 'A' }, 'many', { literal: 'n' }, 'one')],
  ['(FirstName:Ann AND x)', { kind: 'and', parts: [ann, anything] }],
  ['(FirstName:Ann OR (FirstName:Ann AND x))', { kind: 'or', parts: [ann, { kind: 'and', parts: [ann, anything] }] }],
  ['FirstName:Ann', { kind: 'or', parts: [ann] }],
  ['(*:* NOT x)', { kind: 'not', part: anything }],
  ['*:*', { kind: 'and', parts: [] }],
  ['(*:* NOT *:*)', { kind: 'or', parts: [] }],
])('%s', (text, query) => {
  expect(luceneFrom(query)).toBe(text);
});

test('what somebody typed never becomes an operator', () => {
  expect(luceneFrom(term('E:mail', { literal: 'a@b.c OR *:* (x)' }))).toBe('E\\:mail:a@b.c\\ OR\\ \\*\\:\\*\\ \\(x\\)');
  expect(luceneFrom(term(undefined, { literal: 'NOT' }))).toBe('\\NOT');
});
