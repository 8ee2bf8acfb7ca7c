import type { Logger } from '@handover/shared/log';
import type { SearchIndex } from '../../contracts/search.ts';
import { createElasticsearch } from './elasticsearch/index.ts';
import { createMiniSearch } from './minisearch/index.ts';

/** The region's search: Elasticsearch at `url`, or, without one, an index in this node's memory. */
export const createSearch = ({ url, region, log }: { url: string | undefined; region: string; log: Logger }): SearchIndex =>
  url === undefined ? createMiniSearch() : createElasticsearch({ url, prefix: `handover-${region}`, log });
