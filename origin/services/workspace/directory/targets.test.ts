import { AppError } from '@handover/shared/errors';
import { describe, expect, it } from 'vitest';
import type { SearchIndex, SearchPage, SearchQuery } from '../../../contracts/search.ts';
import { fakeConfiguration } from '../fakes/site.ts';
import { filterOf } from './target-filter.ts';
import { searchTargets, type TargetSearch } from './targets.ts';

const configuration = fakeConfiguration();
const noFilter = { words: filterOf(undefined), excludeGroup: [], restrictGroup: [], excludeFromGroup: [], restrictToGroup: [] };
const wish = { tenantDbid: 1, term: 'agent1', types: [], filter: noFilter, limit: 10, exact: false, descending: false };
const names = async (index: Pick<SearchIndex, 'search'>, more: Partial<TargetSearch> = {}): Promise<string[]> =>
  (await searchTargets({ ...wish, ...more }, configuration, () => undefined, index)).targets.map(target => target.name);

/** Answers by how the term is to match, and remembers what it was asked. */
function indexOf(answers: Partial<Record<SearchQuery['match'], SearchPage>>): Pick<SearchIndex, 'search'> & { asked: SearchQuery[] } {
  const asked: SearchQuery[] = [];
  return {
    asked,
    search: query => {
      asked.push(query);
      return Promise.resolve(answers[query.match] ?? { hits: [], total: 0 });
    },
  };
}

describe('targets from the index', () => {
  it('are of the own tenant, enabled, agents before others and by name', async () => {
    const index = indexOf({ part: { hits: [{ kind: 'person', dbid: 2 }], total: 1 } });
    expect(await names(index)).toEqual(['Agent agent2']);
    expect(index.asked).toEqual([
      {
        tenantDbid: 1,
        kinds: ['person', 'agent-group', 'skill', 'route-point', 'acd-queue'],
        term: 'agent1',
        match: 'part',
        enabledOnly: true,
        agentsOnly: true,
        byName: true,
        descending: false,
        offset: 0,
        limit: 10,
      },
    ]);
  });
  it('forgive mistakes only when nothing has the part, and never when all of it must be right', async () => {
    const index = indexOf({ words: { hits: [{ kind: 'person', dbid: 1 }], total: 1 } });
    expect(await names(index)).toEqual(['Agent agent1']);
    expect(await names(index, { exact: true })).toEqual([]);
    expect(index.asked.map(query => query.match)).toEqual(['part', 'words', 'exact']);
  });
  it('leave out what the configuration does not have any more', async () => {
    expect(await names(indexOf({ part: { hits: [{ kind: 'person', dbid: 4_711 }], total: 1 } }))).toEqual([]);
  });
  it('of types that nobody knows are none', async () => {
    const index = indexOf({});
    expect(await names(index, { types: ['planet'] })).toEqual([]);
    expect(index.asked).toEqual([]);
  });
});

describe('targets without the index', () => {
  it('come from the configuration when a filter asks for what the index does not know', async () => {
    const index = indexOf({});
    expect(await names(index, { term: 'agent', filter: { ...noFilter, words: filterOf('UserNameMatches') } })).toHaveLength(3);
    expect(index.asked).toEqual([]);
  });
  it('come from the configuration', async () => {
    const down = { search: () => Promise.reject(new AppError('search.unavailable')) };
    expect(await names(down)).toEqual(['Agent agent1']);
  });
  it('are not made up when the question is at fault', async () => {
    const strict = { search: () => Promise.reject(new AppError('request.invalid', { field: 'limit' })) };
    await expect(names(strict)).rejects.toMatchObject({ code: 'request.invalid' });
  });
});
