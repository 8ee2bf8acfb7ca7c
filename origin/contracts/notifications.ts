/** The Bayeux side of one service (`<service>/notifications`), as the service sees it. */
export interface NotificationHub {
  /** Sends one event to those of these clients that are subscribed to the channel; unknown ids are ignored. Order per client is kept. */
  deliver(clientIds: Iterable<string>, channel: string, data: unknown): void;
  /**
   * Events that this client was sent and may not have got: they wait for its connect, or are in an answer after which it has not connected yet.
   * What was pushed into an open WebSocket is not among them.
   */
  unheard(clientId: string): readonly unknown[];
  /** Ends a client's Bayeux session; a held connect is answered with advice `none`. */
  disconnect(clientId: string): void;
  /**
   * Another node goes on with these clients: a held connect is answered, a WebSocket closed with 1012, and they come back with the clientId
   * they have. `onDetach` is not called for them.
   */
  letGo(clientIds: Iterable<string>): void;
  /** What another node needs to go on with this Bayeux session; undefined when it is not here. No I/O. */
  describe(clientId: string): MovableClient | undefined;
  /**
   * Goes on with a Bayeux session that another node began: same clientId, same subscriptions, bound to the same browser. Events delivered
   * from now on wait for the client's next connect. A client that is already here stays as it is. `onAttach` is not called for it.
   */
  adopt(key: string, client: MovableClient): void;
}

/** A Bayeux session on its way between nodes. */
export interface MovableClient {
  clientId: string;
  /** Hash of the `BAYEUX_BROWSER` cookie it is bound to. */
  browserHash?: string;
  subscriptions: readonly string[];
  /** The last acknowledged batch, when the ack extension is in use. */
  lastAck?: number;
}

/** What a service decides about its Bayeux clients; the server asks. */
export interface NotificationPolicy {
  /** By cookies and headers of the handshake: the attachment's key, or undefined to refuse (HTTP 403). */
  identify(request: { headers: Readonly<Record<string, string | string[] | undefined>>; url: string }): Promise<string | undefined>;
  onAttach(key: string, clientId: string): void;
  /** After the subscribe reply is on its way: deliver the current state. */
  onSubscribed(key: string, clientId: string, channel: string): void;
  maySubscribe(key: string, channel: string): boolean;
  /**
   * These events were sent to the client, which may not have got them: deliver what makes up for them. Called before its connect is served.
   */
  onMissed?(key: string, clientId: string, events: readonly unknown[]): void;
  onDetach(key: string, clientId: string, reason: 'disconnect' | 'timeout' | 'evicted'): void;
}
