import { floorSuite } from './floor-suite.ts';

// F8: the nodes live and are cut off from everything outside their region, both ways and one way. In network namespaces, as root.
if (process.getuid?.() === 0) {
  floorSuite('their region is cut off', 'cut');
  floorSuite('nothing reaches their region any more', 'cut-in');
  floorSuite('nothing that their region sends arrives any more', 'cut-out');
}
