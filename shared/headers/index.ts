/** Header, cookie and query names that edge and origin share. */
export const headers = {
  requestId: 'x-request-id',
  /** Answer: the region that served the request. */
  region: 'x-handover-region',
  /** Answer: the epoch of the agent session, when there is one. Request (edge to origin): the pin's epoch. */
  epoch: 'x-handover-epoch',
  /** Answer of an origin to the edge: its node id, e.g. `us-east/1`. The edge removes it before the client. */
  node: 'x-handover-node',
  /** 421 of an origin: the region that owns the session. */
  replay: 'x-handover-replay',
  /** Request, edge to origin: `v1.<kid>.<time ms>.<requestId>.<excluded nodes, comma>.<HMAC>`; see `shared/attempt`. */
  attempt: 'x-handover-attempt',
  /** Request: a pin in place of the cookie. */
  pin: 'x-handover-pin',
  /** Request, node to node of one region: forwarded once, never again. */
  forwarded: 'x-handover-forwarded',
  /** Answer of the edge when it serves although every region looks down. */
  degraded: 'x-handover-degraded',
} as const;

export const pinCookie = 'HANDOVER_PIN';
export const pinQuery = 'handover-pin';
export const workspaceCookie = 'WORKSPACE_SESSIONID';
export const statisticsCookie = 'STATISTICS_SESSIONID';
export const bayeuxCookie = 'BAYEUX_BROWSER';
