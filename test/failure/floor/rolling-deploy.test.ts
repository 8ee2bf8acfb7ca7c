import { floorSuite } from './floor-suite.ts';

// F9: each node of the region in turn is stopped as a deploy does it, and started again.
floorSuite('the nodes of their region are deployed anew', 'roll', {}, { requestsFailed: 0 });
floorSuite('the nodes of their region are deployed anew', 'roll', { transport: 'websocket' }, { requestsFailed: 0 });
