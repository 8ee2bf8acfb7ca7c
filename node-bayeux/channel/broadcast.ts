import type { Core } from '../core.ts';
import { eventFromData, eventFromMessage, type OutgoingEvent } from '../protocol/event.ts';
import type { EventMessage } from '../protocol/message.ts';
import { deliverPublished } from '../session/delivery.ts';
import type { Session } from '../session/session.ts';
import type { ServerChannel } from './channel.ts';

let fanOuts = 0;

/**
 * Delivers a message to everybody who is subscribed to its channel or to a pattern that matches it: one copy per session,
 * serialised once for all. Service and meta channels are never broadcast.
 */
export function broadcast(core: Core, channel: ServerChannel, sender: Session | null, data: unknown): void {
  if (!channel.broadcast || channel.wild) return;
  core.metrics.published++;
  const plain = !core.extensions.changesPublished;
  const message: EventMessage = { channel: channel.name, data };
  if (!plain) core.extensions.publishing(channel.name, message);
  let shared: OutgoingEvent | undefined;
  const event = (): OutgoingEvent => (shared ??= plain ? eventFromData(channel.name, data) : eventFromMessage(message));
  const mark = ++fanOuts;
  deliverTo(core, channel, sender, message, event, mark);
  for (const name of channel.wildNames) {
    const pattern = core.channels.get(name);
    if (pattern !== undefined) deliverTo(core, pattern, sender, message, event, mark);
  }
}

function deliverTo(
  core: Core,
  channel: ServerChannel,
  sender: Session | null,
  message: EventMessage,
  event: () => OutgoingEvent,
  mark: number,
): void {
  for (const session of channel.sessions) {
    if (session.fanOut === mark || (session === sender && !core.options.broadcastToPublisher)) continue;
    session.fanOut = mark;
    deliverPublished(core, session, sender, message, event);
  }
}
