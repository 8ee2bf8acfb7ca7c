/** What the connectors' tests put in the place of a network and its servers. */
export { createFakeDriver, type FakeChannel } from './driver.ts';
export { serveConfiguration } from './configuration-server.ts';
export { application, aSwitch, connectionTo, demoObjects } from './objects.ts';
