import type { ServerChannel } from '../channel/channel.ts';
import type { Core } from '../core.ts';
import { channelKind, isSubscription } from '../protocol/channel-name.ts';
import type { BayeuxMessage, BayeuxReply } from '../protocol/message.ts';
import type { Session } from '../session/session.ts';
import { refuse } from './answer.ts';
import { mayCreate, maySubscribe } from './ask.ts';

/**
 * Answers a /meta/subscribe: all entries or none. `inForce` is called just before the first subscription counts. Returns the
 * names subscribed to, for the hooks that follow the answer.
 */
export async function subscribe(
  core: Core,
  session: Session,
  message: BayeuxMessage,
  reply: BayeuxReply,
  inForce: () => void,
): Promise<string[]> {
  const names = subscriptionsOf(core, message, reply);
  if (names === undefined) return [];
  const channels: ServerChannel[] = [];
  for (const name of names) {
    const channel = await subscribable(core, session, name, message, reply);
    if (channel === undefined) return [];
    channels.push(channel);
  }
  // Authorizers may have taken their time: the session may be gone, or have subscribed elsewhere meanwhile.
  if (session.removed) {
    refuse(core, message, reply, 'session_unknown');
    return [];
  }
  const fresh = channels.filter(channel => !channel.sessions.has(session)).length;
  if (session.channels.size + fresh > core.options.maxSubscriptionsPerSession) {
    refuse(core, message, reply, 'too_many_subscriptions');
    return [];
  }
  inForce();
  for (const channel of channels) {
    addSubscription(core, session, channel);
    core.extensions.subscribed(session, channel.name, message);
  }
  reply.successful = true;
  return names;
}

/** Answers a /meta/unsubscribe. Leaving a channel that one is not subscribed to succeeds: the state is as asked. */
export function unsubscribe(core: Core, session: Session, message: BayeuxMessage, reply: BayeuxReply): void {
  const names = subscriptionsOf(core, message, reply);
  if (names === undefined) return;
  for (const name of names) {
    const channel = core.channels.get(name);
    if (channel !== undefined && core.channels.unsubscribe(session, channel)) {
      channel.emit('unsubscribed', [session, channel], error => core.fault(error, 'unsubscribed listener'));
      session.emit('unsubscribed', [session, name], error => core.fault(error, 'unsubscribed listener'));
    }
  }
  reply.successful = true;
}

function addSubscription(core: Core, session: Session, channel: ServerChannel): void {
  // Service channels are never broadcast to clients: there is nothing to record, but clients expect a yes.
  if (!channel.broadcast) return;
  // The channel may have been swept while an authorizer thought about it.
  const current = core.channels.create(channel.name);
  if (!core.channels.subscribe(session, current)) return;
  current.emit('subscribed', [session, current], error => core.fault(error, 'subscribed listener'));
  session.emit('subscribed', [session, channel.name], error => core.fault(error, 'subscribed listener'));
}

function subscriptionsOf(core: Core, message: BayeuxMessage, reply: BayeuxReply): string[] | undefined {
  const { subscription } = message;
  if (subscription === undefined || (Array.isArray(subscription) && subscription.length === 0)) {
    refuse(core, message, reply, 'subscription_missing', core.options.errorVocabulary === 'faye' ? 'subscription' : '');
    return undefined;
  }
  const list: unknown[] = Array.isArray(subscription) ? subscription : [subscription];
  if (list.length > core.options.maxSubscriptionsPerSession) {
    refuse(core, message, reply, 'too_many_subscriptions');
    return undefined;
  }
  reply.subscription = subscription;
  const names: string[] = [];
  for (const name of list) {
    if (!isSubscription(core.grammar, name) || channelKind(name) === 'meta' || name === '/meta') {
      refuse(core, message, reply, 'subscription_invalid', typeof name === 'string' ? name : '');
      return undefined;
    }
    if (!names.includes(name)) names.push(name);
  }
  return names;
}

async function subscribable(
  core: Core,
  session: Session,
  name: string,
  message: BayeuxMessage,
  reply: BayeuxReply,
): Promise<ServerChannel | undefined> {
  const known = core.channels.get(name);
  if (known === undefined) {
    if (core.channels.size >= core.options.maxChannels) {
      refuse(core, message, reply, 'too_many_channels');
      return undefined;
    }
    const create = await mayCreate(core, session, name, message);
    if (create !== true) {
      refuse(core, message, reply, 'create_denied', create.reason || argumentFor(core, name));
      return undefined;
    }
  }
  const channel = known ?? core.channels.create(name);
  const verdict = await maySubscribe(core, session, channel, message);
  if (verdict !== true) {
    refuse(core, message, reply, 'subscribe_denied', verdict.reason || argumentFor(core, name));
    return undefined;
  }
  const text = core.extensions.subscribing(session, name, message);
  if (text !== undefined) {
    refuse(core, message, reply, 'replay_invalid', text);
    return undefined;
  }
  return channel;
}

function argumentFor(core: Core, name: string): string {
  return core.options.errorVocabulary === 'cometd' ? '' : name;
}
