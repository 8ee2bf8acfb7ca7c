import type { Core } from '../core.ts';
import { clampMs, noneAdvice, retryAdvice } from '../protocol/advice.ts';
import { isMessageId, ownField, type BayeuxMessage, type BayeuxReply, type MessageId } from '../protocol/message.ts';
import { answerConnect, holdConnect, unhold } from '../session/hold.ts';
import type { Exchange, Session } from '../session/session.ts';
import { refuse } from './answer.ts';

/** Why a connect cannot be taken, or `undefined`. */
export function connectFault(core: Core, message: BayeuxMessage): 'missing' | 'unsupported' | undefined {
  const { connectionType } = message;
  if (typeof connectionType !== 'string') return 'missing';
  return (core.options.transports as readonly string[]).includes(connectionType) ? undefined : 'unsupported';
}

/** Refuses a connect that names no usable connection type, and tells the client to stop: it would ask the same again. */
export function refuseConnect(core: Core, message: BayeuxMessage, reply: BayeuxReply, fault: 'missing' | 'unsupported'): void {
  if (fault === 'missing') refuse(core, message, reply, 'parameter_missing', 'connectionType');
  else refuse(core, message, reply, 'connection_type_invalid', core.options.transports.join(','));
  reply.advice = noneAdvice(core.options);
}

/** What a connect does to its session before it is answered or held. Returns the client's own wishes, clamped. */
export function beginConnect(
  core: Core,
  session: Session,
  exchange: Exchange,
  message: BayeuxMessage,
): { timeout: number; interval: number } {
  core.metrics.connects++;
  session.expireAt = Infinity;
  session.cycle++;
  // The newest connect is the client's only one: an older one that is still held is ended, and carries nothing.
  if (session.parked !== undefined) {
    core.refused('connect_superseded', { clientId: session.id });
    unhold(core, session)?.supersede();
  }
  // A client that connects while a reply of ours is still unwritten has given that one up.
  if (session.carrier !== undefined && session.carrier !== exchange) session.carrier.abort();
  session.ack?.acknowledge(ownField(message.ext, 'ack'));
  const { advice } = message;
  if (advice === undefined) return { timeout: core.options.timeout, interval: 0 };
  return {
    timeout: clampMs(ownField(advice, 'timeout'), core.options.timeout) ?? core.options.timeout,
    interval: clampMs(ownField(advice, 'interval'), core.options.maxInterval) ?? 0,
  };
}

/** Answers a connect that came alone: now if there is a reason, else when there is one. */
export function connectAlone(core: Core, session: Session, exchange: Exchange, message: BayeuxMessage): void {
  const { timeout, interval } = beginConnect(core, session, exchange, message);
  const id: MessageId | undefined = isMessageId(message.id) ? message.id : undefined;
  const first = !session.connected;
  session.connected = true;
  if (isOverBrowserLimit(core, session, exchange)) {
    answerMultipleClients(core, session, exchange, id, interval);
    return;
  }
  const answerNow = first || timeout === 0 || core.drain !== undefined || hasWaitingEvents(session);
  if (answerNow) answerConnect(core, session, exchange, id, interval);
  else holdConnect(core, session, exchange, id, timeout, interval);
}

function hasWaitingEvents(session: Session): boolean {
  if ((session.ack?.length ?? 0) > 0) return true;
  // While another request of the session is in processing, its reply will take what waits.
  // What a dying reply carries comes back first.
  return session.queue.length > 0 && session.batches === 0 && session.carrier === undefined;
}

function isOverBrowserLimit(core: Core, session: Session, exchange: Exchange): boolean {
  const limit = core.options.maxSessionsPerBrowser;
  if (limit < 0 || exchange.transport === 'websocket' || session.browserId === undefined) return false;
  return core.heldPerBrowser.count(session.browserId) >= limit;
}

function answerMultipleClients(core: Core, session: Session, exchange: Exchange, id: MessageId | undefined, interval: number): void {
  const wait = core.options.multiSessionInterval;
  const advice = { ...retryAdvice(core.options), 'multiple-clients': true, interval: Math.max(wait, 0) };
  answerConnect(core, session, exchange, id, interval, wait > 0 ? advice : { ...advice, reconnect: 'none' });
}
