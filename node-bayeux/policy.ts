import type { ServerChannel } from './channel/channel.ts';
import type { BayeuxMessage } from './protocol/message.ts';
import type { Session } from './session/session.ts';

type PolicyCallback = (error?: Error | null, result?: boolean) => void;

/** The authorizers in the form that `cometd-nodejs-server` has; asked in addition to the hooks of the options. */
export interface Policy {
  canHandshake?(session: Session, message: BayeuxMessage, callback: PolicyCallback): void;
  canCreate?(session: Session, message: BayeuxMessage, channelName: string, callback: PolicyCallback): void;
  canSubscribe?(session: Session, message: BayeuxMessage, channel: ServerChannel, callback: PolicyCallback): void;
  canPublish?(session: Session, message: BayeuxMessage, channel: ServerChannel, callback: PolicyCallback): void;
}
