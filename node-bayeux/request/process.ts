import type { Core } from '../core.ts';
import { isAscii } from '../protocol/codec.ts';
import { retryAdvice } from '../protocol/advice.ts';
import type { OutgoingEvent } from '../protocol/event.ts';
import { isMessageId, type BayeuxMessage, type BayeuxReply } from '../protocol/message.ts';
import { arrayOf, carried, carry, takeEvents } from '../session/batch.ts';
import { armExpiry, extendExpiry } from '../session/expiry.ts';
import { connectOutcome } from '../session/hold.ts';
import { removeSession } from '../session/lifecycle.ts';
import type { Exchange, Receipt, Session } from '../session/session.ts';
import { admit, namedSession } from './admit.ts';
import { adviceForUnknown, adviceWithoutCookie, refuse, replyTo } from './answer.ts';
import { beginConnect, connectAlone, connectFault, refuseConnect } from './connect.ts';
import { handshake } from './handshake.ts';
import { passListeners } from './listeners.ts';
import { publish } from './publish.ts';
import { subscribe, unsubscribe } from './subscribe.ts';
import { findUnknownSession } from './unknown.ts';

/** Answers the messages of one request: each in its order, all in one reply. Resolves when the reply is on its way. */
export function processRequest(core: Core, exchange: Exchange, messages: readonly BayeuxMessage[]): Promise<void> | undefined {
  const [first] = messages;
  if (first === undefined) {
    exchange.send('[]', true, undefined);
    return undefined;
  }
  if (messages.length === 1 && first.channel === '/meta/connect' && connectAtOnce(core, exchange, first)) return undefined;
  // A handshake is alone in its request; whatever else is there is ignored, as the specification wants.
  const opening = messages.find(message => message.channel === '/meta/handshake');
  return opening === undefined ? processMessages(core, exchange, messages, first) : processHandshake(core, exchange, opening);
}

/** The hot path: a connect that nobody but the server itself looks at. */
function connectAtOnce(core: Core, exchange: Exchange, message: BayeuxMessage): boolean {
  const session = namedSession(core, message);
  if (session === undefined || core.extensions.hasIncoming || session.extensionList.length > 0) return false;
  if (core.channels.get('/meta/connect')?.hasListeners('message') === true) return false;
  if (message.id !== undefined && !isMessageId(message.id)) return false;
  if (connectFault(core, message) !== undefined || admit(core, exchange, session) !== 'admitted') return false;
  exchange.attach(session);
  connectAlone(core, session, exchange, message);
  return true;
}

async function processHandshake(core: Core, exchange: Exchange, message: BayeuxMessage): Promise<void> {
  const reply = replyTo(message);
  if (message.id !== undefined && reply.id === undefined) refuse(core, message, reply, 'message_id_invalid');
  else await handshake(core, exchange, message, reply);
  const body = `[${JSON.stringify(reply)}]`;
  exchange.send(body, isAscii(body), undefined);
}

async function processMessages(core: Core, exchange: Exchange, messages: readonly BayeuxMessage[], first: BayeuxMessage): Promise<void> {
  const named = messages.find(message => message.clientId !== undefined) ?? first;
  let session = namedSession(core, named);
  if (session === undefined) {
    const found = await findUnknownSession(core, exchange, named);
    if (found === 'responded') return;
    session = found;
  }
  const admission = session === undefined ? 'session_unknown' : admit(core, exchange, session);
  if (session !== undefined && admission === 'admitted') {
    await processForSession(core, exchange, messages, session);
    return;
  }
  const replies = messages.map(message => {
    const reply = replyTo(message);
    refuse(core, message, reply, admission === 'browser_cookie_missing' ? admission : 'session_unknown');
    reply.advice =
      admission === 'browser_cookie_missing'
        ? adviceWithoutCookie(core, session?.cookieSeen ?? false)
        : adviceForUnknown(core, message.clientId);
    return JSON.stringify(reply);
  });
  const body = arrayOf([], replies);
  exchange.send(body, isAscii(body), undefined);
}

/** What the messages of one request have led to so far. */
interface Progress {
  readonly replies: BayeuxReply[];
  readonly subscribed: string[];
  /** The last event that was waiting when the first subscription came into force: what is behind it goes behind the reply. */
  mark: OutgoingEvent | 'none waited' | undefined;
  connect: { readonly reply: BayeuxReply; readonly interval: number } | undefined;
  disconnecting: boolean;
}

async function processForSession(core: Core, exchange: Exchange, messages: readonly BayeuxMessage[], session: Session): Promise<void> {
  exchange.attach(session);
  extendExpiry(core, session);
  session.busy++;
  session.batches++;
  const progress: Progress = { replies: [], subscribed: [], mark: undefined, connect: undefined, disconnecting: false };
  let held = false;
  try {
    for (const message of messages) {
      core.context.request = exchange.request;
      core.context.response = exchange.response;
      held = await processMessage(core, exchange, session, message, messages.length === 1, progress);
    }
    if (!held) await sendReplies(core, exchange, session, progress);
  } finally {
    session.batches--;
    session.busy--;
    core.context.request = undefined;
    core.context.response = undefined;
    if (session.queue.length > 0) core.markDirty(session);
  }
}

/** Processes one message. Returns whether its connect has been answered or held on its own. */
async function processMessage(
  core: Core,
  exchange: Exchange,
  session: Session,
  message: BayeuxMessage,
  alone: boolean,
  progress: Progress,
): Promise<boolean> {
  const reply = replyTo(message);
  message.reply = reply;
  if (!(await isProcessable(core, session, message, reply, progress))) {
    progress.replies.push(reply);
    return false;
  }
  switch (message.channel) {
    case '/meta/connect': {
      const fault = connectFault(core, message);
      if (fault !== undefined) refuseConnect(core, message, reply, fault);
      else if (alone && (await passListeners(core, session, '/meta/connect', message))) {
        // The connect is not part of the batch: what the batch holds back is exactly what it waits for.
        session.batches--;
        connectAlone(core, session, exchange, message);
        session.batches++;
        return true;
      } else {
        const { interval } = beginConnect(core, session, exchange, message);
        session.connected = true;
        Object.assign(reply, connectOutcome(core, core.drain?.advice() ?? retryAdvice(core.options)));
        progress.connect = { reply, interval };
      }
      break;
    }
    case '/meta/subscribe':
      await passListeners(core, session, '/meta/subscribe', message);
      progress.subscribed.push(
        ...(await subscribe(core, session, message, reply, () => {
          progress.mark ??= session.queue.newest ?? 'none waited';
        })),
      );
      break;
    case '/meta/unsubscribe':
      await passListeners(core, session, '/meta/unsubscribe', message);
      unsubscribe(core, session, message, reply);
      break;
    case '/meta/disconnect':
      await passListeners(core, session, '/meta/disconnect', message);
      reply.successful = true;
      progress.disconnecting = true;
      break;
    default:
      await publish(core, session, message, reply);
  }
  progress.replies.push(reply);
  return false;
}

async function isProcessable(
  core: Core,
  session: Session,
  message: BayeuxMessage,
  reply: BayeuxReply,
  progress: Progress,
): Promise<boolean> {
  const { channel } = message;
  // One request speaks for one session: what names another one is refused by itself.
  if (message.clientId !== session.id || session.removed || progress.disconnecting) {
    refuse(core, message, reply, 'session_unknown');
    reply.advice = adviceForUnknown(core, message.clientId);
  } else if (typeof channel !== 'string') refuse(core, message, reply, 'channel_missing');
  else if (message.id !== undefined && reply.id === undefined) refuse(core, message, reply, 'message_id_invalid');
  else if (channel.startsWith('/meta/') && !isMetaRequest(channel)) refuse(core, message, reply, 'channel_unknown', channel);
  else if (!(await core.extensions.incoming(session, message))) refuse(core, message, reply, 'message_deleted');
  else return true;
  return false;
}

/** Exactly these names: matching by prefix would let `/meta/subscribe/x` pass authorizers that know only the exact name. */
function isMetaRequest(channel: string): boolean {
  return channel === '/meta/connect' || channel === '/meta/subscribe' || channel === '/meta/unsubscribe' || channel === '/meta/disconnect';
}

async function sendReplies(core: Core, exchange: Exchange, session: Session, progress: Progress): Promise<void> {
  for (const reply of progress.replies) await core.extensions.reply(session, reply);
  // A held connect takes the events that wait when there is one; the reply to the disconnect takes them otherwise.
  if (progress.disconnecting && session.parked !== undefined) removeSession(core, session, 'disconnect');
  const takes = (): boolean =>
    !session.removed &&
    (session.carrier === undefined || session.ack !== undefined) &&
    (exchange.carriesEvents || progress.connect !== undefined) &&
    (!session.deliverOnConnect || progress.connect !== undefined || progress.disconnecting);
  const before = takes() ? takeEventsBefore(core, session, progress.mark) : [];
  if (progress.connect !== undefined && session.ack !== undefined) {
    progress.connect.reply.ext = { ...progress.connect.reply.ext, ack: session.ack.lastBatch };
  }
  const replies = progress.replies.map(reply => JSON.stringify(reply));
  runSubscribedHooks(core, session, progress);
  const after = takes() && !session.deliverOnConnect ? takeEvents(core, session) : [];
  const body = arrayOf(before, replies, after);
  exchange.send(body, isAscii(body), new RequestReceipt(core, session, exchange, [...before, ...after], progress.connect?.interval));
  if (progress.disconnecting) removeSession(core, session, 'disconnect');
}

/** Events that were waiting before the request subscribed to anything; all of them when it did not. */
function takeEventsBefore(core: Core, session: Session, mark: Progress['mark']): OutgoingEvent[] {
  if (mark === undefined || session.deliverOnConnect) return takeEvents(core, session);
  return mark === 'none waited' ? [] : session.queue.takeThrough(mark);
}

/** The answer is fixed now; what the hooks deliver at once goes behind it. */
function runSubscribedHooks(core: Core, session: Session, progress: Progress): void {
  for (const name of progress.subscribed) {
    if (session.removed) return;
    try {
      core.options.onSubscribed?.(session, name)?.catch((error: unknown) => core.fault(error, 'onSubscribed'));
    } catch (error) {
      core.fault(error, 'onSubscribed');
    }
  }
}

/** Follows a reply to its end: events that were not written go back; a connect among the messages starts the clock. */
class RequestReceipt implements Receipt {
  readonly #core: Core;
  readonly #session: Session;
  readonly #exchange: Exchange;
  readonly #events: readonly OutgoingEvent[];
  readonly #interval: number | undefined;
  readonly #cycle: number;

  constructor(core: Core, session: Session, exchange: Exchange, events: readonly OutgoingEvent[], interval: number | undefined) {
    this.#core = core;
    this.#session = session;
    this.#exchange = exchange;
    this.#events = events;
    carry(session, exchange, events);
    this.#interval = interval;
    this.#cycle = session.cycle;
    session.busy++;
  }

  settle(written: boolean): void {
    const session = this.#session;
    session.busy--;
    this.#core.metrics.replies++;
    carried(this.#core, session, this.#exchange, this.#events, written);
    if (this.#interval !== undefined && session.cycle === this.#cycle && session.parked === undefined) {
      armExpiry(this.#core, session, this.#interval);
    }
  }
}
