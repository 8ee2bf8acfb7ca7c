import { describe, expect, it } from 'vitest';
import type { SearchDocument } from '../../../contracts/search.ts';
import { prepared } from '../prepared.ts';
import { createDocumentTable } from './table.ts';
import { worthOf } from './worth.ts';

const person = (dbid: number, name: string): SearchDocument => ({
  kind: 'person',
  dbid,
  tenantDbid: 1,
  enabled: true,
  name,
  texts: [],
  related: [],
  agent: true,
  skillDbids: [],
  groupDbids: [],
});
const all = { tenantDbid: 1, kinds: ['person'], term: '', match: 'part', offset: 0, limit: 10 } as const;

describe('a table of documents', () => {
  it('stays in order through any changes', () => {
    const table = createDocumentTable();
    const names = new Map<number, string>();
    let seed = 1;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let turn = 0; turn < 3_000; turn += 1) {
      const dbid = next(60);
      if (next(4) === 0) {
        table.remove(`person/${dbid}`);
        names.delete(dbid);
      } else {
        const name = `N${next(30)}`;
        table.put([prepared(person(dbid, name))]);
        names.set(dbid, name);
      }
      // Rarely, so that many changes come between two looks too.
      if (next(10) > 0 && turn % 1_000 > 300) continue;
      const wanted = [...names].sort(([a, x], [b, y]) => (x < y ? -1 : x > y ? 1 : a - b)).map(([each]) => each);
      expect(table.find(all, { whole: '', words: [] }).map(each => each.dbid)).toEqual(wanted);
    }
  });

  it('finds by words what is there now, and nothing that has gone', () => {
    const table = createDocumentTable();
    table.put([prepared(person(1, 'Robert')), prepared(person(2, 'Rupert'))]);
    const find = (word: string): number[] =>
      table.find({ ...all, match: 'words', term: word }, { whole: word, words: [word] }).map(each => each.dbid);
    expect(find('robret')).toEqual([1]);
    table.put([prepared(person(1, 'Hilda'))]);
    expect([find('robert'), find('hidla')]).toEqual([[], [1]]);
    table.remove('person/1');
    expect(find('hilda')).toEqual([]);
  });
});

describe('the worth of a word', () => {
  it.each([
    ['robert', 'robert', 8],
    ['rob', 'robert', 4],
    ['robret', 'robert', 2],
    ['rbert', 'robert', 2],
    ['robbert', 'robert', 2],
    ['rabert', 'robert', 2],
    ['rabret', 'robert', 0],
    ['nobert', 'robert', 0],
    ['anderxxon', 'andersson', 2],
    ['1001', '1002', 0],
    ['ann', 'anx', 0],
  ])('%s for %s is %d', (asked, found, worth) => {
    expect(worthOf(asked, found)).toBe(worth);
  });
});
