import type { Core } from '../core.ts';
import { isSubscription } from '../protocol/channel-name.ts';
import { OutgoingEvent } from '../protocol/event.ts';
import { isClientId, isRecord } from '../protocol/message.ts';
import { armFirstExpiry } from './expiry.ts';
import { enqueue } from './delivery.ts';
import { hashOfBrowserId, Session } from './session.ts';

/** A session in a form that can be stored and taken up elsewhere. Carries no cookie and no application data. */
export interface ExportedSession {
  readonly version: 1;
  readonly clientId: string;
  /** Hash of the browser cookie; absent for a session that is bound to none. */
  readonly browserHash?: string;
  readonly subscriptions: readonly string[];
  /** Number of the last batch sent; absent when acknowledgements are off. */
  readonly lastAck?: number;
  /** Events not yet sent, as JSON texts of whole messages. */
  readonly events?: readonly string[];
  /** Events sent and not acknowledged, each with the number of its batch; they keep it, so that none comes twice. */
  readonly unacknowledged?: readonly (readonly [batch: number, json: string])[];
}

/** Reads a session without changing it. */
export function exportedFrom(session: Session, withEvents: boolean): ExportedSession {
  const browserHash = session.browserId === undefined ? session.browserHash : hashOfBrowserId(session.browserId);
  const events = withEvents ? session.queue.toArray().map(event => event.json) : [];
  const unacknowledged = withEvents ? (session.ack?.pending() ?? []).map(entry => [entry.batch, entry.event.json] as const) : [];
  return {
    version: 1,
    clientId: session.id,
    ...(browserHash === undefined ? {} : { browserHash }),
    subscriptions: session.channelNames,
    ...(session.ack === undefined ? {} : { lastAck: session.ack.lastBatch }),
    ...(events.length === 0 ? {} : { events }),
    ...(unacknowledged.length === 0 ? {} : { unacknowledged }),
  };
}

/**
 * Takes up a session that lived elsewhere: same clientId, same subscriptions, and its next connect is held as if nothing had
 * happened. Throws a TypeError that names the field when the export is not one.
 */
export function adopt(core: Core, exported: ExportedSession, data: unknown): Session {
  checkExport(core, exported);
  const known = core.sessions.get(exported.clientId);
  if (known !== undefined) return known;
  const session = new Session(core, exported.clientId);
  session.data = data;
  session.browserHash = exported.browserHash;
  session.cookieSeen = exported.browserHash !== undefined;
  session.connected = true;
  if (exported.lastAck !== undefined) session.enableAck(exported.lastAck);
  armFirstExpiry(core, session);
  core.sessions.add(session);
  for (const name of exported.subscriptions) {
    const channel = core.channels.create(name);
    if (channel.broadcast) core.channels.subscribe(session, channel);
  }
  session.ack?.restore((exported.unacknowledged ?? []).map(([batch, json]) => ({ batch, event: eventFromJson(json) })));
  for (const json of exported.events ?? []) enqueue(core, session, eventFromJson(json));
  core.sessionAdded(session);
  return session;
}

function eventFromJson(json: string): OutgoingEvent {
  const message: unknown = JSON.parse(json);
  const channel = isRecord(message) ? message['channel'] : undefined;
  if (typeof channel !== 'string') throw new TypeError('events: each must be a message with a channel');
  return new OutgoingEvent(channel, json);
}

function checkExport(core: Core, exported: ExportedSession): void {
  if (!isRecord(exported) || exported.version !== 1) throw new TypeError('version: must be 1');
  if (!isClientId(exported.clientId)) throw new TypeError('clientId: must be letters and digits');
  if (exported.browserHash !== undefined && typeof exported.browserHash !== 'string') throw new TypeError('browserHash: must be a text');
  const { subscriptions, lastAck, events, unacknowledged } = exported;
  if (!Array.isArray(subscriptions) || !subscriptions.every(name => isSubscription(core.grammar, name))) {
    throw new TypeError('subscriptions: must be a list of channels');
  }
  if (subscriptions.length > core.options.maxSubscriptionsPerSession) throw new TypeError('subscriptions: too many');
  if (lastAck !== undefined && (!Number.isSafeInteger(lastAck) || lastAck < 0)) throw new TypeError('lastAck: must be a whole number');
  if (events !== undefined && (!Array.isArray(events) || !events.every(event => typeof event === 'string'))) {
    throw new TypeError('events: must be a list of JSON texts');
  }
  for (const json of events ?? []) eventFromJson(json);
  const batches: unknown = unacknowledged ?? [];
  if (!Array.isArray(batches)) throw new TypeError('unacknowledged: must be a list of batch and JSON text');
  let last = 0;
  for (const [batch, json] of batches as NonNullable<ExportedSession['unacknowledged']>) {
    if (!Number.isSafeInteger(batch) || batch < last || batch > (lastAck ?? 0))
      throw new TypeError('unacknowledged: batches must rise up to lastAck');
    eventFromJson(json);
    last = batch;
  }
}
