import { fewSuite } from '../floor/floor-suite.ts';

// F2, refused. Two hundred agents and the other transport: `test/failure/floor`.
fewSuite('their region is killed', 'region');
