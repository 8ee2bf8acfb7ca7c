export {
  createBayeuxServer,
  createBayeuxServer as createCometDServer,
  type BayeuxServer,
  type DrainOptions,
  type ServerEvents,
} from './server.ts';
export type { ServerChannel, ChannelEvents, Continue } from './channel/channel.ts';
export type { Clock, Timer } from './clock.ts';
export type { Refusal, RefusalDetail } from './core.ts';
export { AckExtension, AckExtension as AcknowledgedMessagesExtension } from './extension/ack.ts';
export { ActivityExtension, type ActivityMode } from './extension/activity.ts';
export { ReplayExtension, type ReplayOptions } from './extension/replay.ts';
export { TimestampExtension } from './extension/timestamp.ts';
export { TimesyncExtension } from './extension/timesync.ts';
export type { ExtensionHost, ExtensionServer, ServerExtension } from './extension/extension.ts';
export type { Decision, HandshakeContext, HandshakeDecision, Hooks, UnknownSessionAnswer, UnknownSessionContext } from './hooks.ts';
export type { MetricsSnapshot } from './metrics.ts';
export type { AllowedOrigins, Options, QueuePolicy } from './options.ts';
export type { Policy } from './policy.ts';
export type { Advice, BayeuxMessage, BayeuxReply, ConnectionType, EventMessage, MessageId } from './protocol/message.ts';
export type { Vocabulary } from './protocol/vocabulary.ts';
export type { ExportedSession } from './session/export.ts';
export type { ExtensionCallback, RemovalReason, Session, SessionEvents, SessionExtension, Subscription } from './session/session.ts';
export type { HandleOptions } from './transport/http/handler.ts';
