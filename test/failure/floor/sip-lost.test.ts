import { floorSuite } from './floor-suite.ts';

// F4: the primary of a pair, in hot and in warm standby.
floorSuite('the SIP Server in service is killed', 'sip');
floorSuite('the SIP Server in service is killed, its backup knowing nothing', 'sip-warm');
