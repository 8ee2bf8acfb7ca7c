/** Connections to Genesys servers, whatever their protocol: see `SPEC.md`; `link.ts` for one, `pair.ts` for a primary with its backup. */
export type { Channel, ChannelHandlers, Endpoint, LinkDriver, LinkProtocol, WireMessage } from './driver.ts';
export { createSimDriver } from './sim-driver.ts';
export { createLink, type Handshake, type Link, type LinkOptions } from './link.ts';
export { createPair, type Pair, type PairChange, type PairMember, type PairMode, type ServerRole, type ServiceNews } from './pair.ts';
export { createRequests, type RequestRefusal, type RequestTarget } from './requests.ts';
export { idleMsFrom, maxRetryMsFrom } from './times.ts';
export { serverStatusFrom, standbyStatusFrom, type ServerStatus } from './server-status.ts';
