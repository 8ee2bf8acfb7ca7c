import { floorSuite } from './floor-suite.ts';

// F4: nothing that an agent does waits for the configuration.
floorSuite('the Configuration Server in service is killed', 'config');
