import { floorSuite } from './floor-suite.ts';

// F2, silent: the nodes accept connections and never answer; later they thaw and must find that they own nothing.
floorSuite('their region freezes and thaws', 'freeze');
