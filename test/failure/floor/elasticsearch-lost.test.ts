import { describe } from 'vitest';
import { whyNoElasticsearch } from '../../support/elasticsearch/index.ts';
import { floorSuite } from './floor-suite.ts';

const missing = whyNoElasticsearch({ own: true });
if (missing !== undefined) console.log(`skipped: a working floor without its search, because ${missing}`);

// F6: the Elasticsearch of both regions is killed and comes back without its data; its indices are deleted. Nobody who works on calls notices.
describe.skipIf(missing !== undefined)('without their search', () => {
  floorSuite('their search is killed and comes back empty', 'elasticsearch', {}, { requestsFailed: 0 });
  floorSuite('what is searched is deleted', 'index-deleted', {}, { requestsFailed: 0 });
});
