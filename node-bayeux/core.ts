import type { Channels } from './channel/channels.ts';
import type { ExtensionChain } from './extension/chain.ts';
import type { Metrics } from './metrics.ts';
import type { Options } from './options.ts';
import type { Policy } from './policy.ts';
import type { ChannelGrammar } from './protocol/channel-name.ts';
import type { BodyRefusal } from './protocol/codec.ts';
import type { Advice } from './protocol/message.ts';
import type { MessageRefusal } from './protocol/vocabulary.ts';
import type { HeldPerBrowser } from './session/held-per-browser.ts';
import type { RemovalReason, Session, SessionHost } from './session/session.ts';
import type { Sessions } from './session/sessions.ts';

/** Everything the server can refuse, for the `refused` event and the counters. */
export type Refusal =
  | MessageRefusal
  | BodyRefusal
  | 'body_too_large'
  | 'method_not_allowed'
  | 'content_type_unsupported'
  | 'transport_disabled'
  | 'origin_refused'
  | 'callback_invalid'
  | 'connect_superseded'
  | 'queue_full'
  | 'write_timeout'
  | 'too_many_waiting';

/** What may be said about a refusal; never a secret. */
export interface RefusalDetail {
  readonly clientId?: string | undefined;
  readonly channel?: string | undefined;
  readonly argument?: string | undefined;
}

/** How connects are answered while the server drains. */
export interface DrainPlan {
  readonly advice: () => Advice;
}

/** What the parts of one server share. Built by `createBayeuxServer`, seen by nobody outside. */
export interface Core extends SessionHost {
  readonly options: Options;
  readonly grammar: ChannelGrammar;
  readonly sessions: Sessions;
  readonly channels: Channels;
  readonly heldPerBrowser: HeldPerBrowser;
  readonly extensions: ExtensionChain;
  readonly metrics: Metrics;
  readonly context: { request: unknown; response: unknown };
  policy: Policy;
  /** Whether clients may switch acknowledgements on. */
  ackEnabled: boolean;
  drain: DrainPlan | undefined;
  closed: boolean;
  /** The text of the usual connect reply, and the times it was made from. */
  readonly usualConnect: { times: string; text: string };
  /** Requests that wait in `onUnknownSession`. */
  unknownWaits: number;
  /** Has the session's events leave at the end of the turn. */
  markDirty(session: Session): void;
  fault(error: unknown, where: string): void;
  refused(reason: Refusal, detail?: RefusalDetail): void;
  sessionAdded(session: Session): void;
  sessionRemoved(session: Session, reason: RemovalReason): void;
}
