import { floorSuite } from './floor-suite.ts';

// The worker loses every connection and all it remembers.
floorSuite('the edge is killed and started again', 'edge');
