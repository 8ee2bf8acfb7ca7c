import { floorSuite } from './floor-suite.ts';

// F5 and F10: caches are killed and flushed, the registry loses its data and is killed.
floorSuite('the caches of both regions are killed', 'redis', {}, { requestsFailed: 0 });
floorSuite('the caches of both regions are flushed again and again', 'redis-flush', {}, { requestsFailed: 0 });
floorSuite('the registry loses its data and is killed', 'registry');
