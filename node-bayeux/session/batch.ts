import type { Core } from '../core.ts';
import type { OutgoingEvent } from '../protocol/event.ts';
import type { Exchange, Session } from './session.ts';

/** What a reply takes along. For acknowledged sessions this includes what was sent before and not acknowledged. */
export function takeEvents(core: Core, session: Session): OutgoingEvent[] {
  if (session.carrier !== undefined && session.ack === undefined) return [];
  const { options } = core;
  const events = session.queue.take(options.maxReplyMessages, options.maxReplyBytes);
  return session.ack === undefined ? events : session.ack.nextBatch(events);
}

/** Notes that a reply with events is on its way. Until `carried` is called no other one takes events along. */
export function carry(session: Session, exchange: Exchange, events: readonly OutgoingEvent[]): void {
  if (events.length > 0 && session.ack === undefined) session.carrier = exchange;
}

/** The reply has been written, or has not: what waits may leave. */
export function carried(core: Core, session: Session, exchange: Exchange, events: readonly OutgoingEvent[], written: boolean): void {
  if (session.carrier === exchange && events.length > 0) session.carrier = undefined;
  if (!written) putBackEvents(core, session, events);
  if (session.queue.length > 0) core.markDirty(session);
}

/** Undoes `takeEvents` after a reply that was not written. Acknowledged sessions keep their events anyway. */
function putBackEvents(core: Core, session: Session, events: readonly OutgoingEvent[]): void {
  if (session.ack !== undefined || session.removed || events.length === 0) return;
  session.queue.putBack(events);
  core.metrics.putBack += events.length;
}

/** The array that goes on the wire: events, then the replies, then what was delivered because of them. */
export function arrayOf(before: readonly OutgoingEvent[], replies: readonly string[], after: readonly OutgoingEvent[] = []): string {
  let text = '';
  for (const event of before) text += text === '' ? `[${event.json}` : `,${event.json}`;
  for (const reply of replies) text += text === '' ? `[${reply}` : `,${reply}`;
  for (const event of after) text += text === '' ? `[${event.json}` : `,${event.json}`;
  return text === '' ? '[]' : `${text}]`;
}

/** Whether all events are pure ASCII. */
export function areAscii(events: readonly OutgoingEvent[]): boolean {
  for (const event of events) if (!event.ascii) return false;
  return true;
}
