/** Counters since the start of the server. */
export class Metrics {
  handshakes = 0;
  connects = 0;
  published = 0;
  deliveries = 0;
  replies = 0;
  putBack = 0;
  dropped = 0;
  refusals = 0;
  sweeps = 0;
  faults = 0;
  /** By the server's clock; -1 before the first. */
  lastSweepAtMs = -1;
  held = 0;
  sockets = 0;
}

/** A reading of the server's gauges and counters. */
export interface MetricsSnapshot {
  readonly sessions: number;
  readonly heldConnects: number;
  readonly webSockets: number;
  readonly channels: number;
  readonly subscriptions: number;
  readonly queuedEvents: number;
  readonly queuedBytes: number;
  readonly unacknowledgedEvents: number;
  readonly handshakes: number;
  readonly connects: number;
  readonly published: number;
  readonly deliveries: number;
  readonly replies: number;
  /** Events put back into a queue because the socket died under them. */
  readonly putBack: number;
  readonly dropped: number;
  readonly refusals: number;
  readonly faults: number;
  readonly sweeps: number;
  /** Milliseconds since the last sweep ended; -1 before the first. A growing number means expiry has stopped. */
  readonly sinceLastSweepMs: number;
}
