import type { Core } from '../core.ts';
import { retryAdvice } from '../protocol/advice.ts';
import { isAscii } from '../protocol/codec.ts';
import type { OutgoingEvent } from '../protocol/event.ts';
import type { Advice, BayeuxReply, MessageId } from '../protocol/message.ts';
import { errorText } from '../protocol/vocabulary.ts';
import { areAscii, arrayOf, carried, carry, takeEvents } from './batch.ts';
import { armExpiry } from './expiry.ts';
import type { Exchange, Receipt, Session } from './session.ts';

/**
 * Holds a connect until an event, its time-out, a newer connect or the end of the session. Most connects end by an event: the
 * timer of an earlier one is left running, and when it goes off it is set to what is left.
 */
export function holdConnect(
  core: Core,
  session: Session,
  exchange: Exchange,
  id: MessageId | undefined,
  timeout: number,
  interval: number,
): void {
  if (!exchange.open) {
    armExpiry(core, session, interval);
    return;
  }
  const counted = core.options.maxSessionsPerBrowser >= 0 && exchange.transport !== 'websocket' ? session.browserId : undefined;
  session.parked = { exchange, id, interval, counted };
  exchange.held(session);
  core.metrics.held++;
  if (counted !== undefined) core.heldPerBrowser.add(counted);
  const { clock } = core.options;
  session.holdUntil = clock.now() + timeout;
  if (session.holdTimer === undefined || session.holdTimerAt > session.holdUntil) startHoldTimer(core, session, timeout);
  if (session.hasListeners('suspended')) session.emit('suspended', [session], error => core.fault(error, 'suspended listener'));
}

function startHoldTimer(core: Core, session: Session, delayMs: number): void {
  const { clock } = core.options;
  session.holdTimer?.cancel();
  session.holdTimerAt = clock.now() + delayMs;
  session.holdTimer = clock.after(delayMs, () => {
    session.holdTimer = undefined;
    if (session.parked === undefined) return;
    const left = session.holdUntil - clock.now();
    // Timers may go off a little early by a finer clock than their own.
    if (left < 1) answerHeld(core, session);
    else startHoldTimer(core, session, left);
  });
}

/** Takes the held connect away from the session. Every way out of being held goes through here, once. */
export function unhold(core: Core, session: Session): Exchange | undefined {
  const { parked } = session;
  if (parked === undefined) return undefined;
  session.parked = undefined;
  core.metrics.held--;
  parked.exchange.held(undefined);
  if (parked.counted !== undefined) core.heldPerBrowser.release(parked.counted);
  if (session.hasListeners('resumed')) session.emit('resumed', [session], error => core.fault(error, 'resumed listener'));
  return parked.exchange;
}

/** Answers the held connect with what waits. */
export function answerHeld(core: Core, session: Session, advice?: Advice): void {
  const { parked } = session;
  if (parked === undefined) return;
  unhold(core, session);
  answerConnect(core, session, parked.exchange, parked.id, parked.interval, advice);
}

/** The socket under the held connect is gone: nothing can be answered, the client has `maxInterval` to return. */
export function abandonHeld(core: Core, session: Session): void {
  const interval = session.parked?.interval ?? 0;
  if (unhold(core, session) !== undefined) armExpiry(core, session, interval);
}

/** Answers a connect at once. `advice` replaces the usual one and lengthens the life of the session by its interval. */
export function answerConnect(
  core: Core,
  session: Session,
  exchange: Exchange,
  id: MessageId | undefined,
  interval: number,
  advice?: Advice,
): void {
  const told = advice ?? core.drain?.advice();
  const wait = Math.max(interval, told?.interval ?? core.options.interval);
  if (core.extensions.changesRepliesOf(session)) {
    void answerThroughExtensions(core, session, exchange, id, wait, told).catch((error: unknown) => core.fault(error, 'connect reply'));
    return;
  }
  const events = takeEvents(core, session);
  let reply = told === undefined ? usualConnectReply(core) : connectReply(core, told);
  if (session.ack !== undefined) reply += `,"ext":{"ack":${session.ack.lastBatch}}`;
  if (id !== undefined) reply += `,"id":${typeof id === 'number' ? id : JSON.stringify(id)}`;
  reply += '}';
  exchange.send(arrayOf(events, [reply]), areAscii(events), new ConnectReceipt(core, session, exchange, events, wait));
}

async function answerThroughExtensions(
  core: Core,
  session: Session,
  exchange: Exchange,
  id: MessageId | undefined,
  wait: number,
  told: Advice | undefined,
): Promise<void> {
  const receipt = new ConnectReceipt(core, session, exchange, [], wait);
  const reply: BayeuxReply = { channel: '/meta/connect', ...connectOutcome(core, told ?? retryAdvice(core.options)) };
  if (id !== undefined) reply.id = id;
  await core.extensions.reply(session, reply);
  const events = receipt.load();
  if (session.ack !== undefined) reply.ext = { ...reply.ext, ack: session.ack.lastBatch };
  const body = arrayOf(events, [JSON.stringify(reply)]);
  exchange.send(body, isAscii(body), receipt);
}

/** Follows a connect reply to its end: arms the expiry whatever happened, puts events back if they were not written. */
class ConnectReceipt implements Receipt {
  readonly #core: Core;
  readonly #session: Session;
  readonly #exchange: Exchange;
  readonly #cycle: number;
  readonly #wait: number;
  #events: readonly OutgoingEvent[];

  constructor(core: Core, session: Session, exchange: Exchange, events: readonly OutgoingEvent[], wait: number) {
    this.#core = core;
    this.#session = session;
    this.#cycle = session.cycle;
    this.#wait = wait;
    this.#exchange = exchange;
    this.#events = events;
    session.busy++;
    carry(session, exchange, events);
  }

  /** Takes what waits along, at the last moment. */
  load(): readonly OutgoingEvent[] {
    this.#events = takeEvents(this.#core, this.#session);
    carry(this.#session, this.#exchange, this.#events);
    return this.#events;
  }

  settle(written: boolean): void {
    const session = this.#session;
    session.busy--;
    this.#core.metrics.replies++;
    carried(this.#core, session, this.#exchange, this.#events, written);
    // Only the newest connect may start the clock: an older one ending late must not end a session that is being served.
    if (session.cycle === this.#cycle && session.parked === undefined) armExpiry(this.#core, session, this.#wait);
  }
}

/**
 * What a connect is told along with some advice. Advice to handshake goes with a failure: cometd.js takes it on a successful
 * connect for an error of the server and stops.
 */
export function connectOutcome(core: Core, advice: Advice): Pick<BayeuxReply, 'successful' | 'error' | 'advice'> {
  if (advice.reconnect !== 'handshake') return { successful: true, advice };
  return { successful: false, error: errorText(core.options.errorVocabulary, 'session_unknown'), advice };
}

/** A connect reply without its end: everything but the id and the batch is the same for all sessions. */
function connectReply(core: Core, advice: Advice): string {
  return JSON.stringify({ channel: '/meta/connect', ...connectOutcome(core, advice) }).slice(0, -1);
}

/** The usual reply, made again only when an option has changed. */
function usualConnectReply(core: Core): string {
  const { interval, timeout, maxInterval } = core.options;
  const times = `${interval} ${timeout} ${maxInterval}`;
  const { usualConnect } = core;
  if (times !== usualConnect.times) {
    usualConnect.times = times;
    usualConnect.text = connectReply(core, retryAdvice(core.options));
  }
  return usualConnect.text;
}
