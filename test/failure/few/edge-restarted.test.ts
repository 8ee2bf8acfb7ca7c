import { fewSuite } from '../floor/floor-suite.ts';

// The worker loses every connection and all it remembers.
fewSuite('the edge is killed and started again', 'edge');
