import { floorSuite } from './floor-suite.ts';

// F7: the primary is killed in the middle of ten thousand writes and its standby promoted; the standby is killed. Nobody who works on calls notices.
floorSuite('the PostgreSQL primary is lost, and no acknowledged write with it', 'postgres', {}, { requestsFailed: 0 });
floorSuite('the standby that commits wait for is lost', 'standby', {}, { requestsFailed: 0 });
floorSuite('the old primary comes back unasked after a promotion', 'old-primary-returns', {}, { requestsFailed: 0 });
// Its disk is a small file system in memory: root only.
if (process.getuid?.() === 0) floorSuite('the disk of the primary is full', 'disk-full', {}, { requestsFailed: 0 });
