import type { Logger } from '@handover/shared/log';
import type { SearchIndex } from '../../contracts/search.ts';
import { createElasticsearch } from './elasticsearch/index.ts';
import { createMiniSearch } from './minisearch/index.ts';

interface SearchOptions {
  url: string | undefined;
  apiKey?: string | undefined;
  region: string;
  log: Logger;
}

/** The region's search: Elasticsearch at `url`, or, without one, an index in this node's memory. */
export const createSearch = ({ url, apiKey, region, log }: SearchOptions): SearchIndex =>
  url === undefined ? createMiniSearch() : createElasticsearch({ url, apiKey, prefix: `handover-${region}`, log });
