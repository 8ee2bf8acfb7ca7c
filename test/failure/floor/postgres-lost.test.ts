import { floorSuite } from './floor-suite.ts';

// F7: the primary is killed in the middle of ten thousand writes and its standby promoted; the standby is killed. Nobody who works on calls notices.
floorSuite('the PostgreSQL primary is lost, and no acknowledged write with it', 'postgres', {}, { requestsFailed: 0 });
floorSuite('the standby that commits wait for is lost', 'standby', {}, { requestsFailed: 0 });
