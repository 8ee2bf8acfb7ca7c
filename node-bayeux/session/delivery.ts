import type { Core } from '../core.ts';
import { eventFromData, eventFromMessage, type OutgoingEvent } from '../protocol/event.ts';
import type { EventMessage } from '../protocol/message.ts';
import { answerHeld } from './hold.ts';
import { removeSession } from './lifecycle.ts';
import type { Session } from './session.ts';

/** Queues one event for one session; see `Session.deliver`. */
export function deliverData(
  core: Core,
  session: Session,
  sender: Session | null,
  channel: string,
  data: unknown,
  ifSubscribed: boolean,
): boolean {
  if (session.removed || (ifSubscribed && !core.channels.isSubscribed(session, channel))) return false;
  if (core.extensions.changesEventsOf(session)) return deliverThroughExtensions(core, session, sender, { channel, data });
  return enqueue(core, session, eventFromData(channel, data));
}

/** Queues one event for many sessions and serialises it once. Returns how many sessions took it. */
export function deliverToAll(core: Core, sessions: Iterable<Session>, channel: string, data: unknown): number {
  const event = eventFromData(channel, data);
  let taken = 0;
  for (const session of sessions) {
    if (
      core.extensions.changesEventsOf(session)
        ? deliverThroughExtensions(core, session, null, { channel, data })
        : enqueue(core, session, event)
    )
      taken++;
  }
  return taken;
}

/** Queues a published event for one subscriber. `event` is the shared form, made when the first subscriber needs it. */
export function deliverPublished(
  core: Core,
  session: Session,
  sender: Session | null,
  message: EventMessage,
  event: () => OutgoingEvent,
): void {
  if (core.extensions.changesEventsOf(session)) deliverThroughExtensions(core, session, sender, message);
  else enqueue(core, session, event());
}

function deliverThroughExtensions(core: Core, session: Session, sender: Session | null, message: EventMessage): boolean {
  if (session.removed) return false;
  // Each session gets a copy of its own: what an extension does for one subscriber must not reach the next.
  const copy: EventMessage = { ...message };
  const changed = core.extensions.outgoing(session, sender, copy);
  const chain: Promise<void> = (session.outgoingChain ?? Promise.resolve())
    .then(() => changed)
    .then(result => {
      if (result !== undefined) enqueue(core, session, eventFromMessage(result));
    })
    .catch((error: unknown) => core.fault(error, 'outgoing extension'))
    .finally(() => {
      if (session.outgoingChain === chain) session.outgoingChain = undefined;
    });
  session.outgoingChain = chain;
  return true;
}

/** Puts an event into a session's queue, within its limits, and has it leave at the end of the turn. */
export function enqueue(core: Core, session: Session, event: OutgoingEvent): boolean {
  if (session.removed) return false;
  const { queue } = session;
  const { options } = core;
  if (isFull(core, session, event.bytes)) {
    core.refused('queue_full', { clientId: session.id, channel: event.channel });
    core.metrics.dropped++;
    switch (options.queuePolicy) {
      case 'refuse':
        return false;
      case 'drop-session':
        removeSession(core, session, 'evicted');
        return false;
      case 'drop-oldest':
        if (!makeRoom(core, session, event.bytes)) return false;
        break;
    }
  }
  queue.push(event);
  core.metrics.deliveries++;
  if (!session.dirty) core.markDirty(session);
  return true;
}

function isFull(core: Core, session: Session, bytes: number): boolean {
  const { queue, ack } = session;
  const { maxQueue, maxQueueBytes } = core.options;
  return queue.length + (ack?.length ?? 0) >= maxQueue || queue.bytes + (ack?.bytes ?? 0) + bytes > maxQueueBytes;
}

function makeRoom(core: Core, session: Session, bytes: number): boolean {
  while (isFull(core, session, bytes)) {
    if ((session.ack?.dropOldest() ?? session.queue.dropOldest()) === undefined) return false;
  }
  return true;
}

/** Lets what waits for a session leave, if there is a way to its client. */
export function flushSession(core: Core, session: Session): void {
  if (session.removed || session.batches > 0 || session.queue.length === 0) return;
  // What is on its way may come back: until that is known, nothing may overtake it.
  if (session.carrier !== undefined && session.ack === undefined) return;
  if (session.pusher !== undefined && !session.deliverOnConnect) session.pusher.push();
  else if (session.parked !== undefined) answerHeld(core, session);
}
