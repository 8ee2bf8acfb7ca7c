export { listenControl } from './control.ts';
export type { CommandEntry, FromWorld, ServerKind, ServerRole, ToWorld } from './protocol.ts';
export { pingEveryMs, roleValidMs } from './protocol.ts';
export { WorldLink } from './link.ts';
export { openWorld } from './world.ts';
