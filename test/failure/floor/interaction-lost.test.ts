import { floorSuite } from './floor-suite.ts';

// F4: the primary of a pair, in hot and in warm standby, while customers write.
floorSuite('the Interaction Server in service is killed', 'interaction');
floorSuite('the Interaction Server in service is killed, its backup knowing nothing', 'interaction-warm');
