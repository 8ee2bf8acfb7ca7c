import { fewSuite } from '../floor/floor-suite.ts';

// F9: an operator drains the region; sessions leave one by one.
fewSuite('their region is drained', 'drain', { requestsFailed: 0 });
