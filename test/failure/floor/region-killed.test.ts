import { floorSuite } from './floor-suite.ts';

// F2, refused: every origin node of the region is killed, its Genesys servers live.
floorSuite('their region is killed', 'region');
floorSuite('their region is killed', 'region', { transport: 'websocket' });
