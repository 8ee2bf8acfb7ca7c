import { floorSuite } from './floor-suite.ts';

// F9: an operator drains the region; sessions leave one by one.
floorSuite('their region is drained', 'drain', {}, { requestsFailed: 0 });
