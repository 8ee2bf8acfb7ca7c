export { createMemoryContacts } from './memory.ts';
export { startUcs, type UcsServer } from './server.ts';
export type { Keeper, SearchQuery } from './types.ts';
