/** The Bayeux side of one service (`<service>/notifications`), as the service sees it. */
export interface NotificationHub {
  /** Sends one event to these clients; unknown ids are ignored. Order per client is kept. */
  deliver(clientIds: Iterable<string>, channel: string, data: unknown): void;
  /** Ends a client's Bayeux session; a held connect is answered with advice `none`. */
  disconnect(clientId: string): void;
}

/** What a service decides about its Bayeux clients; the server asks. */
export interface NotificationPolicy {
  /** By cookies and headers of the handshake: the attachment's key, or undefined to refuse (HTTP 403). */
  identify(request: { headers: Readonly<Record<string, string | string[] | undefined>>; url: string }): Promise<string | undefined>;
  onAttach(key: string, clientId: string): void;
  /** After the subscribe reply is on its way: deliver the current state. */
  onSubscribed(key: string, clientId: string, channel: string): void;
  maySubscribe(key: string, channel: string): boolean;
  onDetach(key: string, clientId: string, reason: 'disconnect' | 'timeout' | 'evicted'): void;
}
