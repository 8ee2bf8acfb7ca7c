import type { Core } from '../core.ts';
import { noneAdvice, retryAdvice } from '../protocol/advice.ts';
import { ownField, type BayeuxMessage, type BayeuxReply } from '../protocol/message.ts';
import { errorText } from '../protocol/vocabulary.ts';
import { armFirstExpiry } from '../session/expiry.ts';
import { Session, type Exchange } from '../session/session.ts';
import { randomText } from '../session/sessions.ts';
import { refuse } from './answer.ts';
import { askHook, askPolicy } from './ask.ts';
import { passListeners } from './listeners.ts';

const maxConnectionTypes = 32;

/** Answers a /meta/handshake; the session exists once the reply says so. */
export async function handshake(core: Core, exchange: Exchange, message: BayeuxMessage, reply: BayeuxReply): Promise<Session | undefined> {
  core.metrics.handshakes++;
  const session = new Session(core, core.sessions.newId(core.options.clientIdTag));
  message.reply = reply;
  if (!(await core.extensions.incoming(session, message))) {
    refuse(core, message, reply, 'message_deleted');
    return undefined;
  }
  if (!isAcceptable(core, message, reply)) return undefined;
  session.browserId = exchange.browserId;
  session.address = core.options.maxSessionsPerAddress >= 0 ? core.options.addressOf(exchange.request) : undefined;
  if (core.sessions.isFull(core.options, session.browserId, session.address ?? '')) {
    refuse(core, message, reply, 'too_many_sessions');
    reply.advice = { ...retryAdvice(core.options), interval: Math.max(core.options.interval, 5_000), reconnect: 'handshake' };
    return undefined;
  }
  if (!(await mayHandshake(core, exchange, session, message, reply))) return undefined;
  await passListeners(core, session, '/meta/handshake', message);
  admitSession(core, exchange, session);
  describeSession(core, session, message, reply);
  await core.extensions.reply(session, reply);
  return session;
}

function isAcceptable(core: Core, message: BayeuxMessage, reply: BayeuxReply): boolean {
  const stop = noneAdvice(core.options);
  const { version, supportedConnectionTypes: types } = message;
  if (core.drain !== undefined) {
    refuse(core, message, reply, 'draining');
    reply.advice = { ...core.drain.advice(), reconnect: 'handshake' };
    return false;
  }
  reply.version = '1.0';
  reply.supportedConnectionTypes = core.options.transports;
  if (typeof version !== 'string') refuse(core, message, reply, 'parameter_missing', 'version');
  else if (!/^1(\.[A-Za-z0-9_-]+)*$/.test(version)) refuse(core, message, reply, 'version_unsupported');
  else if (!Array.isArray(types) || types.length > maxConnectionTypes)
    refuse(core, message, reply, 'parameter_missing', 'supportedConnectionTypes');
  else if (!core.options.transports.some(transport => types.includes(transport))) {
    refuse(core, message, reply, 'connection_types_unsupported', core.options.transports.join(','));
  } else return true;
  reply.advice = stop;
  return false;
}

async function mayHandshake(
  core: Core,
  exchange: Exchange,
  session: Session,
  message: BayeuxMessage,
  reply: BayeuxReply,
): Promise<boolean> {
  const { onHandshake } = core.options;
  const { policy } = core;
  if (onHandshake !== undefined) {
    const context = { request: exchange.request, transport: exchange.transport, message };
    const hook = await askHook(core, 'onHandshake', () => onHandshake(context));
    if (hook === undefined) return denied(core, message, reply, 'handshake_failed', '');
    if (!hook.answer.allow) {
      denied(core, message, reply, 'handshake_denied', hook.answer.reason);
      const { code } = hook.answer;
      if (code !== undefined)
        reply.error = errorText(core.options.errorVocabulary, 'handshake_denied', hook.answer.reason).replace(/^\d+/, String(code));
      return false;
    }
    session.data = hook.answer.data;
  }
  if (policy.canHandshake !== undefined) {
    const verdict = await askPolicy(core, 'canHandshake', callback => policy.canHandshake?.(session, message, callback));
    if (verdict !== true) return denied(core, message, reply, 'handshake_denied', '');
  }
  return true;
}

function denied(
  core: Core,
  message: BayeuxMessage,
  reply: BayeuxReply,
  refusal: 'handshake_denied' | 'handshake_failed',
  reason: string,
): false {
  refuse(core, message, reply, refusal, reason);
  reply.advice = { ...noneAdvice(core.options), ...reply.advice };
  return false;
}

function admitSession(core: Core, exchange: Exchange, session: Session): void {
  // A WebSocket client may keep no cookies: its session is bound only to a cookie that it has shown already.
  if (session.browserId === undefined && exchange.transport !== 'websocket') {
    session.browserId = randomText(22);
    exchange.setBrowserId(session.browserId);
  } else session.cookieSeen = session.browserId !== undefined;
  // A valid deadline before anybody can see the session, so that no sweep finds it without one.
  armFirstExpiry(core, session);
  core.sessions.add(session);
  exchange.attach(session);
  core.sessionAdded(session);
}

function describeSession(core: Core, session: Session, message: BayeuxMessage, reply: BayeuxReply): void {
  reply.successful = true;
  reply.clientId = session.id;
  // Complete and explicit: clients keep what an earlier session was told for every field that is left out.
  reply.advice = { ...retryAdvice(core.options), ...reply.advice };
  core.extensions.handshaking(session, message, reply);
  if (core.ackEnabled && ownField(message.ext, 'ack') === true) {
    session.enableAck();
    reply.ext = { ...reply.ext, ack: true };
  }
}
