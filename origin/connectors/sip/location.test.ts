import { expect, test } from 'vitest';
import { byLocation, specificity } from './location.ts';

const cases: readonly { name: string; ours: string; theirs: (string | undefined)[]; ordered: (string | undefined)[]; local: number }[] = [
  { name: 'an equal location is chosen', ours: '/us-east', theirs: ['/eu-west', '/us-east'], ordered: ['/us-east', '/eu-west'], local: 1 },
  { name: 'an ancestor serves us', ours: '/us/east', theirs: ['/eu', '/us'], ordered: ['/us', '/eu'], local: 1 },
  {
    name: 'the most specific ancestor is first',
    ours: '/us/east/rack1',
    theirs: ['/us', '/us/east', '/'],
    ordered: ['/us/east', '/us', '/'],
    local: 3,
  },
  {
    name: 'no location serves everybody, after the located ones',
    ours: '/us-east',
    theirs: [undefined, '/us-east'],
    ordered: ['/us-east', undefined],
    local: 2,
  },
  { name: 'a descendant does not serve its ancestor', ours: '/us', theirs: ['/us/east'], ordered: ['/us/east'], local: 0 },
  { name: 'a common beginning of a name is no ancestor', ours: '/us-east', theirs: ['/us'], ordered: ['/us'], local: 0 },
  {
    name: 'with none that serves us, every other is the last resort',
    ours: '/ap',
    theirs: ['/us', '/eu'],
    ordered: ['/us', '/eu'],
    local: 0,
  },
  { name: 'equals keep the order of the configuration', ours: '/us', theirs: [undefined, ''], ordered: [undefined, ''], local: 2 },
  { name: 'slashes at the ends do not matter', ours: 'us/east/', theirs: ['/us/east'], ordered: ['/us/east'], local: 1 },
  { name: 'no connections, no servers', ours: '/us', theirs: [], ordered: [], local: 0 },
];

test.each(cases)('$name', ({ ours, theirs, ordered, local }) => {
  const chosen = byLocation(
    theirs.map(location => ({ location })),
    ours,
  );
  expect(chosen.ordered.map(connection => connection.location)).toEqual(ordered);
  expect(chosen.local).toBe(local);
});

test('specificity counts the shared segments', () => {
  expect([specificity('/a/b', '/a/b/c'), specificity(undefined, '/a'), specificity('/b', '/a')]).toEqual([2, 0, undefined]);
});
