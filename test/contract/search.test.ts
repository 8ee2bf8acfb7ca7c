import { createLogger } from '@handover/shared/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSearch } from '../../origin/stores/search/index.ts';
import { startElasticsearch, whyNoElasticsearch, type TestElasticsearch } from '../support/elasticsearch/index.ts';
import { until } from './stores-support.ts';

type SearchIndex = ReturnType<typeof createSearch>;
type SearchDocument = Parameters<SearchIndex['apply']>[0][number];
type SearchQuery = Parameters<SearchIndex['search']>[0];

const log = createLogger({ sink: () => undefined, area: 'test' });
const missing = whyNoElasticsearch();
if (missing !== undefined) console.log(`skipped: search on a real Elasticsearch, because ${missing}`);

let server: TestElasticsearch | undefined;
beforeAll(async () => {
  if (missing === undefined) server = await startElasticsearch();
});
afterAll(() => server?.stop());

const person = (dbid: number, firstName: string, lastName: string, more: Partial<SearchDocument> = {}): SearchDocument => ({
  kind: 'person',
  dbid,
  tenantDbid: 101,
  enabled: true,
  name: `${firstName} ${lastName}`,
  texts: [`u${dbid}`, firstName, lastName, `E${1000 + dbid}`, `+1 650 555 ${1000 + dbid}`],
  related: [],
  agent: true,
  skillDbids: [],
  groupDbids: [],
  ...more,
});
const named = (kind: SearchDocument['kind'], dbid: number, name: string, more: Partial<SearchDocument> = {}): SearchDocument => ({
  kind,
  dbid,
  tenantDbid: 101,
  enabled: true,
  name,
  texts: [],
  related: [],
  agent: false,
  skillDbids: [],
  groupDbids: [],
  ...more,
});
const documents: SearchDocument[] = [
  person(1, 'Ann', 'Müller'),
  person(2, 'Anna', 'Andersson', { skillDbids: [7], related: ['Billing'], groupDbids: [5] }),
  person(3, 'Jo\u0301zsef', 'Gonza\u0301lez', { skillDbids: [7, 8], related: ['Billing', 'Français'] }),
  person(4, 'Robert', 'Fitzgerald', { enabled: false }),
  person(5, 'Robert', 'Anderson', { agent: false }),
  person(6, 'Ann', 'Other', { tenantDbid: 102 }),
  named('agent-group', 5, 'Anna’s group'),
  named('skill', 7, 'Billing'),
  named('dn', 21, '7001', { dnType: 'Extension' }),
  named('route-point', 22, 'Support line', { texts: ['8001'], dnType: 'RoutingPoint' }),
  named('acd-queue', 23, 'Sales', { texts: ['9001'], dnType: 'ACDQueue' }),
  named('place', 31, 'Place_7001', { texts: ['7001'] }),
  named('skill', 33, '50%_*?\\'),
];
const everything = ['person', 'agent-group', 'skill', 'route-point', 'acd-queue', 'dn', 'place'] as const;

let last = 0;
const kinds: [string, () => SearchIndex, boolean][] = [
  ['MiniSearch', () => createSearch({ url: undefined, region: 'test', log }), true],
  ['Elasticsearch', () => createSearch({ url: server?.url, region: `test-${(last += 1)}`, log }), missing === undefined],
];

for (const [name, open, possible] of kinds) {
  describe.skipIf(!possible)(`search: ${name}`, () => {
    let index: SearchIndex;
    beforeAll(async () => {
      index = open();
      await index.rebuild(documents, () => undefined);
    });
    afterAll(() => index.close());

    const find = async (term: string, more: Partial<SearchQuery> = {}): Promise<string[]> => {
      const page = await index.search({ tenantDbid: 101, kinds: everything, term, match: 'words', offset: 0, limit: 50, ...more });
      return page.hits.map(hit => `${hit.kind} ${hit.dbid}`);
    };
    const people = async (term: string, more: Partial<SearchQuery> = {}): Promise<number[]> =>
      (await find(term, { kinds: ['person'], ...more })).map(hit => Number(hit.split(' ')[1]));

    test('finds by name, the whole word before its beginning before a slip of the keys', async () => {
      expect(await people('ann')).toEqual([1, 2]);
      expect(await people('anna')).toEqual([2, 1]);
      expect(await people('anderson')).toEqual([5, 2]);
    });

    test('finds each word of a term, in any order', async () => {
      expect(await people('gonzalez jozsef')).toEqual([3]);
      expect(await people('gonzalez anna')).toEqual([]);
    });

    test('finds by user name, employee id and number, however the number is written', async () => {
      expect(await people('u3')).toEqual([3]);
      expect(await people('e1003')).toEqual([3]);
      expect(await people('+1 650 555 1003')).toEqual([3]);
      expect(await people('16505551003')).toEqual([3]);
      expect(await find('7001')).toEqual(['dn 21', 'place 31']);
      expect(await find('8001')).toEqual(['route-point 22']);
    });

    test('cares for neither case nor accents, on either side', async () => {
      expect(await people('MULLER')).toEqual([1]);
      expect(await people('müller')).toEqual([1]);
      expect(await people('Gónzalez')).toEqual([3]);
      expect(await people('francais')).toEqual([3]);
    });

    test('forgives a wrong, a missing and two swapped letters, in a long word two mistakes, in a number none', async () => {
      expect(await people('robrt', { agentsOnly: true })).toEqual([4]);
      expect(await people('roebrt', { agentsOnly: true })).toEqual([4]);
      expect(await people('fitsgerelt')).toEqual([]);
      expect(await people('fitsgerelld')).toEqual([]);
      expect(await people('fitsgereld')).toEqual([4]);
      expect(await people('1008')).toEqual([]);
      expect(await people('andersen')).toEqual([2, 5]);
    });

    test('finds persons by the names of their skills after those who are called so, and by skill and group alone', async () => {
      expect(await find('billing')).toEqual(['skill 7', 'person 2', 'person 3']);
      expect(await people('', { skillDbid: 7 })).toEqual([2, 3]);
      expect(await people('', { skillDbid: 7, groupDbid: 5 })).toEqual([2]);
    });

    test('never finds anything of another tenant', async () => {
      expect(await people('other')).toEqual([]);
      expect(await people('other', { tenantDbid: 102 })).toEqual([6]);
      expect(await people('', { tenantDbid: 103 })).toEqual([]);
    });

    test('finds only enabled objects, only agents and only DNs of a type when asked', async () => {
      expect(await people('robert')).toEqual([5, 4]);
      expect(await people('robert', { enabledOnly: true })).toEqual([5]);
      expect(await people('robert', { agentsOnly: true })).toEqual([4]);
      expect(await find('', { kinds: ['dn', 'acd-queue', 'route-point'], dnTypes: ['ACDQueue', 'Extension'] })).toEqual([
        'acd-queue 23',
        'dn 21',
      ]);
      expect(await find('anna', { agentsOnly: true, match: 'part' })).toEqual(['person 2', 'agent-group 5']);
    });

    test('finds a part of a value and a whole value', async () => {
      expect(await people('derss', { match: 'part' })).toEqual([2]);
      expect(await people('nna and', { match: 'part' })).toEqual([2]);
      expect(await people('ANNA ANDERSSON', { match: 'exact' })).toEqual([2]);
      expect(await people('anna ander', { match: 'exact' })).toEqual([]);
      expect(await people('ann', { match: 'exact' })).toEqual([1]);
    });

    test('takes signs of patterns as they are', async () => {
      expect(await find('%_*?\\', { match: 'part' })).toEqual(['skill 33']);
      expect(await find('*', { match: 'part' })).toEqual(['skill 33']);
      expect(await find('an*', { match: 'part' })).toEqual([]);
      expect(await find('* ?')).toEqual([]);
    });

    test('gives pages in one order, and how many there are', async () => {
      const all = await people('');
      expect(all).toEqual([1, 2, 3, 5, 4]);
      expect(await people('', { descending: true })).toEqual([...all].reverse());
      expect(await people('', { offset: 1, limit: 2 })).toEqual(all.slice(1, 3));
      const page = await index.search({ tenantDbid: 101, kinds: ['person'], term: '', match: 'part', offset: 4, limit: 2 });
      expect(page.total).toBe(5);
      expect(page.hits).toHaveLength(1);
      expect(await people('anderson', { byName: true })).toEqual([2, 5]);
    });

    test('refuses a page that is too large or too far, by field', async () => {
      await expect(find('', { limit: 1_001 })).rejects.toMatchObject({ code: 'request.invalid', field: 'limit' });
      await expect(find('', { offset: 9_960 })).rejects.toMatchObject({ code: 'request.invalid', field: 'offset' });
    });

    test('takes changes over within a second, and the same change twice', async () => {
      const changed = person(2, 'Berta', 'Andersson');
      for (let turn = 0; turn < 2; turn += 1) expect((await index.apply([changed], [{ kind: 'person', dbid: 1 }])).ok).toBe(true);
      await until('changed', async () => (await people('berta')).length === 1, 3_000);
      expect(await people('ann')).toEqual([]);
      expect(await index.sync(documents)).toEqual({ ok: true, value: { written: 2, removed: 0 } });
      await until('changed back', async () => (await people('ann')).join() === '1,2', 3_000);
    });

    test('made equal to the documents it writes only what differs', async () => {
      expect(await index.sync([...documents.slice(1), person(9, 'New', 'One')])).toEqual({ ok: true, value: { written: 1, removed: 1 } });
      expect(await index.sync(documents)).toEqual({ ok: true, value: { written: 1, removed: 1 } });
      expect(await index.sync(documents)).toEqual({ ok: true, value: { written: 0, removed: 0 } });
    });

    test('while it is rebuilt the old index is searched, then the new one', async () => {
      let done = 0;
      const many = function* (): Generator<SearchDocument> {
        for (let dbid = 100; dbid < 3_100; dbid += 1) yield person(dbid, 'Zoe', `Number${dbid}`);
      };
      const counts = new Set<number>();
      const rebuilt = index.rebuild(many(), count => {
        done = count;
      });
      let running = true;
      void rebuilt.finally(() => (running = false));
      while (running) {
        const { total } = await index.search({ tenantDbid: 101, kinds: ['person'], term: '', match: 'part', offset: 0, limit: 1 });
        counts.add(total);
        await new Promise(resolve => void setImmediate(resolve));
      }
      expect(await rebuilt).toBe(3_000);
      expect(done).toBe(3_000);
      expect([...counts].filter(count => count !== 5 && count !== 3_000)).toEqual([]);
      expect(await people('zoe', { limit: 1 })).toHaveLength(1);
      await index.rebuild(documents, () => undefined);
      expect(await people('')).toHaveLength(5);
    });

    test('keeps what agents did per quarter of an hour, the later record of a quarter', async () => {
      const startMs = 1_700_000_100_000 - (1_700_000_100_000 % 900_000);
      const record = (at: number, voice: number) => ({
        tenantDbid: 101,
        personDbid: 2,
        startMs: at,
        stateS: { Ready: 12 },
        handled: { voice },
      });
      await index.history.record([record(startMs + 900_000, 2), record(startMs, 1)]);
      await index.history.record([record(startMs, 3), { ...record(startMs, 9), personDbid: 3 }]);
      const read = () => index.history.read({ tenantDbid: 101, personDbid: 2, fromMs: startMs, toMs: startMs + 1_800_000 });
      await until('recorded', async () => (await read()).length === 2, 3_000);
      await until('replaced', async () => (await read())[0]?.handled['voice'] === 3, 3_000);
      expect(await read()).toEqual([record(startMs, 3), record(startMs + 900_000, 2)]);
      expect(await index.history.read({ tenantDbid: 101, personDbid: 2, fromMs: startMs, toMs: startMs + 1 })).toHaveLength(1);
      expect(await index.history.read({ tenantDbid: 102, personDbid: 2, fromMs: 0, toMs: startMs + 1 })).toEqual([]);
    });
  });

  describe.skipIf(!possible)(`search before it is built: ${name}`, () => {
    test('says so, takes no changes, and is there after a rebuild', async () => {
      const index = open();
      const search = () => index.search({ tenantDbid: 101, kinds: ['person'], term: 'ann', match: 'words', offset: 0, limit: 1 });
      expect(await index.check()).toBe('missing');
      await expect(search()).rejects.toMatchObject({ code: 'search.unavailable' });
      expect(await index.apply([person(1, 'Ann', 'Lee')], [])).toEqual({ ok: false, reason: 'missing' });
      expect(await index.sync(documents)).toEqual({ ok: false, reason: 'missing' });
      expect(await index.check()).toBe('missing');
      await index.rebuild(documents, () => undefined);
      expect(await index.check()).toBe('up');
      expect((await search()).hits).toEqual([{ kind: 'person', dbid: 1 }]);
      await index.close();
    });
  });
}
