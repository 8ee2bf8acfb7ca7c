import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BayeuxMessage, ConnectionType } from './protocol/message.ts';
import type { Session } from './session/session.ts';

/** What `onHandshake` knows about the client. */
export interface HandshakeContext {
  /** The request that carries the handshake; for WebSocket, the one that was upgraded. Headers, cookies, url. */
  readonly request: IncomingMessage;
  readonly transport: ConnectionType;
  /** The client's message; its fields are unchecked. */
  readonly message: BayeuxMessage;
}

/** The answer of `onHandshake`. `data` becomes the session's data bag; `reason` and `code` are shown to the client. */
export type HandshakeDecision =
  { readonly allow: true; readonly data?: unknown } | { readonly allow: false; readonly reason: string; readonly code?: number };

/** The answer of the other authorizers: `true`, or the reason that the client is told. */
export type Decision = boolean | { readonly allow: false; readonly reason: string };

/** What `onUnknownSession` knows: a well-formed clientId that no session here has. */
export interface UnknownSessionContext {
  readonly clientId: string;
  readonly request: IncomingMessage;
  /** The channel of the first message with that clientId. */
  readonly channel: string;
  readonly transport: ConnectionType;
  /** The browser cookie as the request carried it. */
  readonly browserId: string | undefined;
}

/**
 * The answer of `onUnknownSession`: the session (usually from `adoptSession`), or a function that writes the HTTP response
 * itself (ignored for WebSocket), or nothing: the client is told to handshake.
 */
export type UnknownSessionAnswer = Session | { readonly respond: (response: ServerResponse) => void } | undefined;

/**
 * Authorizers and hooks. Each may answer at once or with a promise, within `hookTimeout`; a throw, a rejection and a
 * time-out refuse the message and are reported as a `fault`.
 */
export interface Hooks {
  /** May this client have a session? Unset: yes. */
  onHandshake?: ((context: HandshakeContext) => HandshakeDecision | Promise<HandshakeDecision>) | undefined;
  /** May this session subscribe to this channel or pattern? Called once per entry. Unset: yes. */
  onSubscribe?: ((session: Session, channel: string, message: BayeuxMessage) => Decision | Promise<Decision>) | undefined;
  /** May this session publish this message? Unset: yes. */
  onPublish?: ((session: Session, channel: string, message: BayeuxMessage) => Decision | Promise<Decision>) | undefined;
  /** May this session bring this channel into being, by subscribing or publishing? Unset: yes. */
  onCreate?: ((session: Session, channel: string, message: BayeuxMessage) => Decision | Promise<Decision>) | undefined;
  /**
   * A subscription has been answered. What the hook delivers before it returns leaves in the same reply, behind the answer;
   * what it delivers later leaves with the next.
   */
  onSubscribed?: ((session: Session, channel: string) => void | Promise<void>) | undefined;
  /** A message names a session that is not here: the place to adopt it, or to send the request elsewhere. */
  onUnknownSession?: ((context: UnknownSessionContext) => UnknownSessionAnswer | Promise<UnknownSessionAnswer>) | undefined;
}
