export type { ConnectionHandlers, LineConnection } from './connection.ts';
export type { LineClient } from './client.ts';
export { connectLines } from './client.ts';
export type { LineServer } from './server.ts';
export { listenLines } from './server.ts';
