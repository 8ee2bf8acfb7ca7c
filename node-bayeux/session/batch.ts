import type { Core } from '../core.ts';
import type { OutgoingEvent } from '../protocol/event.ts';
import type { Session } from './session.ts';

/** What a reply takes along. For acknowledged sessions this includes what was sent before and not acknowledged. */
export function takeEvents(core: Core, session: Session): OutgoingEvent[] {
  const { options } = core;
  const events = session.queue.take(options.maxReplyMessages, options.maxReplyBytes);
  return session.ack === undefined ? events : session.ack.nextBatch(events);
}

/** Undoes `takeEvents` after a reply that was not written. Acknowledged sessions keep their events anyway. */
export function putBackEvents(core: Core, session: Session, events: readonly OutgoingEvent[]): void {
  if (session.ack !== undefined || session.removed || events.length === 0) return;
  session.queue.putBack(events);
  core.metrics.putBack += events.length;
  core.markDirty(session);
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
