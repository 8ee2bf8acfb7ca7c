import { floorSuite } from './floor-suite.ts';

// F4: nothing that an agent does waits for the configuration or for statistics.
floorSuite('the Configuration Server in service is killed', 'config');
floorSuite('the Stat Server in service is killed', 'stat');
floorSuite('the Stat Server in service is killed, its backup knowing nothing', 'stat-warm');
