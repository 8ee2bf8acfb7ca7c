import type { estypes } from '@elastic/elasticsearch';
import type { SearchQuery } from '../../../contracts/search.ts';
import { mistakesIn } from '../fold.ts';
import { worth, type AskedTerm } from '../query.ts';

type Query = estypes.QueryDslQueryContainer;

/** The body of a search. Scores are constant per kind of match, so that the order is the same every time. */
export function requestOf(query: SearchQuery, asked: AskedTerm): estypes.SearchRequest {
  const order = query.descending === true ? 'desc' : 'asc';
  const byWorth = query.match === 'words' && query.byName !== true && asked.words.length > 0;
  return {
    query: { bool: { filter: filtersOf(query), must: termOf(query, asked) } },
    sort: [...(byWorth ? [{ _score: { order: 'desc' as const } }] : []), { rank: 'asc' }, { sort: order }, { dbid: 'asc' }],
    from: query.offset,
    size: query.limit,
    track_total_hits: true,
    _source: false,
  };
}

function filtersOf(query: SearchQuery): Query[] {
  return [
    { term: { tenant: query.tenantDbid } },
    { terms: { kind: [...query.kinds] } },
    ...(query.enabledOnly === true ? [{ term: { enabled: true } }] : []),
    ...(query.agentsOnly === true
      ? [{ bool: { should: [{ term: { agent: true } }, { bool: { must_not: { term: { kind: 'person' } } } }] } }]
      : []),
    ...(query.skillDbid === undefined ? [] : [{ term: { skills: query.skillDbid } }]),
    ...(query.groupDbid === undefined ? [] : [{ term: { groups: query.groupDbid } }]),
    ...(query.dnTypes === undefined ? [] : [{ terms: { dnType: [...query.dnTypes] } }]),
  ];
}

function termOf(query: SearchQuery, asked: AskedTerm): Query[] {
  if (asked.whole === '') return [];
  switch (query.match) {
    case 'exact':
      return [constant({ term: { texts: asked.whole } }, 1)];
    case 'part':
      return [constant({ wildcard: { texts: { value: `*${asked.whole.replaceAll(/[*?\\]/g, '\\$&')}*` } } }, 1)];
    case 'words':
      return asked.words.length === 0 ? [{ match_none: {} }] : asked.words.map(wordOf);
  }
}

function wordOf(word: string): Query {
  const mistakes = mistakesIn(word);
  const fuzzy = { value: word, fuzziness: mistakes, prefix_length: 1, max_expansions: 50 };
  return {
    dis_max: {
      queries: [
        constant({ term: { words: word } }, worth.word),
        constant({ prefix: { words: word } }, worth.beginning),
        ...(mistakes === 0 ? [] : [constant({ fuzzy: { words: fuzzy } }, worth.mistaken)]),
        constant({ prefix: { related: word } }, worth.related),
      ],
    },
  };
}

const constant = (filter: Query, boost: number): Query => ({ constant_score: { filter, boost } });
