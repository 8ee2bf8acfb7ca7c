import type { BayeuxMessage, BayeuxReply, EventMessage } from '../protocol/message.ts';
import type { ExtensionCallback, Session } from '../session/session.ts';

/** What an extension may ask of the server it was added to. */
export interface ExtensionHost {
  /** By the server's clock. */
  now(): number;
  /** Calls `run` about every `periodMs` until the server closes. */
  every(periodMs: number, run: () => void): void;
  sessions(): Iterable<Session>;
}

/**
 * Looks at every message of the server. `incoming` is asked in the order of adding, before the session's own extensions;
 * `outgoing` in reverse order. Methods answer as those of a session's extension do.
 */
export interface ServerExtension {
  /** For logs. */
  readonly name?: string;
  /** Called once when the extension is added. */
  added?(host: ExtensionHost): void;
  /** `false` drops the message: it is answered `404::message_deleted`. The answer under construction is `message.reply`. */
  incoming?(
    server: ExtensionServer,
    session: Session,
    message: BayeuxMessage,
    callback: ExtensionCallback<boolean>,
  ): boolean | Promise<boolean | void> | void;
  /** Sees every reply and, once for each session that gets it, every event. `false` drops an event. */
  outgoing?(
    server: ExtensionServer,
    sender: Session | null,
    session: Session,
    message: EventMessage | BayeuxReply,
    callback: ExtensionCallback<boolean>,
  ): boolean | Promise<boolean | void> | void;
  /** A message is about to be broadcast; called once, whatever the number of subscribers. May change it. */
  publishing?(channel: string, message: EventMessage): void;
  /** A session wants to subscribe. Text refuses it, and is what the client is told. */
  subscribing?(session: Session, subscription: string, message: BayeuxMessage): string | undefined;
  /** A handshake is about to succeed. May add to the reply. */
  handshaking?(session: Session, message: BayeuxMessage, reply: BayeuxReply): void;
  /** A subscription counts from now on; what is delivered here leaves behind the answer, ahead of all later events. */
  subscribed?(session: Session, subscription: string, message: BayeuxMessage): void;
}

/** The server as extensions get it: the value that `createBayeuxServer` returned. */
export type ExtensionServer = object;
