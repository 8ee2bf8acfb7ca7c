import { floorSuite } from './floor-suite.ts';

// F3: the whole data centre, Genesys servers and stores included. Its calls are told as lost; the agents go on at the other site.
floorSuite('their data centre is lost', 'site');
