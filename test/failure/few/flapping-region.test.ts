import { fewSuite } from '../floor/floor-suite.ts';

// Regions fall and come back in turn: every session moves three times.
fewSuite('the regions fall and come back in turn', 'flap');
