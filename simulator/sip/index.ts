export type { SipServerOptions } from './server.ts';
export { SipServer } from './server.ts';
