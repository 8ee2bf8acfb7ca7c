import { floorSuite } from './floor-suite.ts';

// Regions fall and come back in turn: every session moves three times.
floorSuite('the regions fall and come back in turn', 'flap');
