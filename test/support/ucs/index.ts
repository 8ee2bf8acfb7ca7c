export { createMemoryContacts } from './memory.ts';
export { startUcs, type UcsServer } from './server.ts';
