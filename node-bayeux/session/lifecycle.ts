import type { Core } from '../core.ts';
import { handshakeAdvice, noneAdvice, retryAdvice } from '../protocol/advice.ts';
import { OutgoingEvent } from '../protocol/event.ts';
import type { Advice } from '../protocol/message.ts';
import { answerHeld, unhold } from './hold.ts';
import type { RemovalReason, Session } from './session.ts';

/** Ends a session on the server's side: the client gets what waits, and a /meta/disconnect. */
export function disconnectSession(core: Core, session: Session): void {
  if (session.removed) return;
  session.queue.push(new OutgoingEvent('/meta/disconnect', '{"channel":"/meta/disconnect","successful":true}'));
  if (session.pusher !== undefined && !session.deliverOnConnect) session.pusher.push();
  removeSession(core, session, 'disconnect');
}

/** Takes a session out of everything, answers its held connect, and tells the listeners. Safe to call twice. */
export function removeSession(core: Core, session: Session, reason: RemovalReason): void {
  if (session.removed) return;
  // First, so that nothing that runs below (a listener, a flush) finds a session that is half gone.
  session.removed = true;
  core.sessions.remove(session);
  core.channels.removeSession(session);
  if (session.parked !== undefined) answerHeld(core, session, lastAdvice(core, reason));
  unhold(core, session);
  session.holdTimer?.cancel();
  session.holdTimer = undefined;
  session.expireAt = Infinity;
  if (reason === 'disconnect') {
    core.sessions.rememberFarewell(session.id, core.options.clock.now() + core.options.interval + core.options.maxInterval);
  }
  session.pusher?.released(reason);
  session.pusher = undefined;
  session.queue.clear();
  session.ack?.clear();
  session.emit('removed', [session, reason === 'timeout', reason], error => core.fault(error, 'removed listener'));
  core.sessionRemoved(session, reason);
}

function lastAdvice(core: Core, reason: RemovalReason): Advice {
  switch (reason) {
    case 'disconnect':
      return noneAdvice(core.options);
    case 'timeout':
    case 'evicted':
      return handshakeAdvice(core.options);
    case 'exported':
      return retryAdvice(core.options);
  }
}
