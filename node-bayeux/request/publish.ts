import { broadcast } from '../channel/broadcast.ts';
import type { Core } from '../core.ts';
import { isChannelName } from '../protocol/channel-name.ts';
import type { BayeuxMessage, BayeuxReply } from '../protocol/message.ts';
import type { Session } from '../session/session.ts';
import { refuse } from './answer.ts';
import { mayCreate, mayPublish } from './ask.ts';
import { passListeners } from './listeners.ts';

/** Answers a message on a channel that is not a meta channel, and broadcasts it. */
export async function publish(core: Core, session: Session, message: BayeuxMessage, reply: BayeuxReply): Promise<void> {
  const { channel: name } = message;
  if (!isChannelName(core.grammar, name)) {
    refuse(core, message, reply, 'channel_invalid', typeof name === 'string' ? name : '');
    return;
  }
  if (message.data === undefined) {
    refuse(core, message, reply, 'parameter_missing', 'data');
    return;
  }
  if (!takeToken(core, session)) {
    refuse(core, message, reply, 'too_many_requests');
    return;
  }
  let channel = core.channels.get(name);
  if (channel === undefined) {
    if (core.channels.size >= core.options.maxChannels) {
      refuse(core, message, reply, 'too_many_channels');
      return;
    }
    const create = await mayCreate(core, session, name, message);
    if (create !== true) {
      refuse(core, message, reply, 'create_denied', create.reason);
      return;
    }
    channel = core.channels.create(name);
  }
  const { onPublish } = core.options;
  if (onPublish !== undefined || core.policy.canPublish !== undefined) {
    const verdict = await mayPublish(core, session, channel, message);
    if (verdict !== true) {
      refuse(core, message, reply, 'publish_denied', verdict.reason || (core.options.errorVocabulary === 'cometd' ? '' : name));
      return;
    }
  }
  channel.idleSweeps = 0;
  if (!(await passListeners(core, session, name, message))) {
    refuse(core, message, reply, 'failed');
    return;
  }
  broadcast(core, channel, session, message.data);
  reply.successful = true;
}

/** A bucket of twice the rate, refilled by the rate: short bursts pass, a stream above the rate does not. */
function takeToken(core: Core, session: Session): boolean {
  const rate = core.options.maxPublishesPerSecond;
  if (rate < 0) return true;
  const now = core.options.clock.now();
  const earned = session.publishCountedAt < 0 ? 2 * rate : ((now - session.publishCountedAt) * rate) / 1_000;
  session.publishTokens = Math.min(2 * rate, session.publishTokens + earned);
  session.publishCountedAt = now;
  if (session.publishTokens < 1) return false;
  session.publishTokens -= 1;
  return true;
}
