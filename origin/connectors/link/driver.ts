/** An address of a server. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The protocol a server speaks, as the vendor's SDK divides them. */
export type LinkProtocol = 'configuration' | 'tlib' | 'stat' | 'interaction';

/** What every message of every protocol has. `referenceID` pairs an answer with its request; unsolicited events carry none. */
export interface WireMessage {
  readonly messageName: string;
  readonly referenceID?: number;
  readonly eventSequenceNumber?: number;
}

export interface ChannelHandlers {
  opened(): void;
  message(message: WireMessage): void;
  /** Everything written has left this process. */
  drained(): void;
  /** Said once, also when the connection could not be made. Nothing follows it. */
  closed(why: string): void;
}

/** One connection. Messages keep their order. */
export interface Channel {
  /** Connected, and nothing of what was written is still waiting in this process: a message written now leaves in this tick. */
  readonly drained: boolean;
  write(message: object): void;
  /** Ends it at once. No handler is called afterwards. */
  close(): void;
}

/**
 * How messages travel. `sim`: newline-delimited JSON over TCP. `bridge`: WebSocket to a sidecar around the vendor's SDK. `http`: documented
 * REST. Everything above (registration, redundancy, keep-alive, retries, request tables) is the same for all.
 */
export interface LinkDriver {
  readonly name: 'sim' | 'bridge' | 'http';
  open(endpoint: Endpoint, handlers: ChannelHandlers, protocol: LinkProtocol): Channel;
}
