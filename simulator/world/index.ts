export { listenControl } from './control.ts';
export type { CommandEntry, CustomerVisit, FromWorld, ServerRole, ToWorld } from './protocol.ts';
export { WorldLink } from './link.ts';
export { openWorld } from './world.ts';
