import { fewSuite } from '../floor/floor-suite.ts';

// F9: each node of the region in turn is stopped as a deploy does it, and started again.
fewSuite('the nodes of their region are deployed anew', 'roll', { requestsFailed: 0 });
