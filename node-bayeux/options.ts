import type { IncomingMessage } from 'node:http';
import { systemClock, type Clock } from './clock.ts';
import type { Hooks } from './hooks.ts';
import type { ConnectionType } from './protocol/message.ts';
import type { Vocabulary } from './protocol/vocabulary.ts';

/** What happens to a session's next event when its queue is full. */
export type QueuePolicy = 'drop-oldest' | 'drop-session' | 'refuse';

/** Which foreign origins may talk to the server. */
export type AllowedOrigins = 'any' | readonly string[] | ((origin: string, request: IncomingMessage) => boolean);

/**
 * Everything that can be set. Durations are milliseconds, sizes bytes; -1 means no limit where a limit is optional.
 * `server.options` may be changed while the server runs: values are read when they are used.
 */
export interface Options extends Hooks {
  /** How long a /meta/connect is held. */
  timeout: number;
  /** How long a client waits between two connects. */
  interval: number;
  /** How long a session without a connect lives, on top of `interval`. */
  maxInterval: number;
  /** How long a session may exist between its handshake and its first connect. Unset: `interval` + `maxInterval`. */
  firstConnectTimeout: number | undefined;
  /** Time between two looks for expired sessions. */
  sweepPeriod: number;
  /** Most time an authorizer, hook, extension or listener may take before its message is refused. */
  hookTimeout: number;
  /** Most time `onUnknownSession` may take. */
  unknownSessionTimeout: number;
  /** Most requests that may wait in `onUnknownSession` at once; further ones are answered 503. */
  maxUnknownSessionWaits: number;
  /** Most time a reply may stay unwritten on a slow connection. */
  writeTimeout: number;
  /** Words of the error field. */
  errorVocabulary: Vocabulary;
  /** Characters allowed in channel segments beyond the specification's. */
  channelExtraCharacters: string;
  /** Put before the random part of every clientId: letters and digits. */
  clientIdTag: string;
  /** Whether a publisher that is subscribed gets its own event. */
  broadcastToPublisher: boolean;
  /** Whether events leave with /meta/connect replies only. */
  metaConnectDeliverOnly: boolean;
  /** Transports in use, in the order that handshake replies list them. */
  transports: readonly ConnectionType[];
  /** Whether `message=` form bodies are read. Browsers send them across sites without asking first. */
  formBodies: boolean;
  /** Origins other than the server's own that may call it. Unset: none may open a WebSocket or read a reply. */
  allowedOrigins: AllowedOrigins | undefined;
  /** Whether replies may be written past Node's response object where that is equivalent; it is the faster way. */
  directReplies: boolean;
  /** Whether a clientId alone is enough, without its browser cookie. */
  trustClientSession: boolean;
  browserCookieName: string;
  browserCookiePath: string;
  browserCookieDomain: string | undefined;
  /** Seconds; -1 makes a cookie that ends with the browser. */
  browserCookieMaxAge: number;
  browserCookieSecure: boolean;
  browserCookieHttpOnly: boolean;
  browserCookieSameSite: 'Strict' | 'Lax' | 'None' | undefined;
  browserCookiePartitioned: boolean;
  /** Held connects per browser cookie; one over the limit is answered at once with `multiple-clients`. */
  maxSessionsPerBrowser: number;
  /** Interval told to clients over `maxSessionsPerBrowser`; 0 or less refuses them. */
  multiSessionInterval: number;
  /** HTTP status of a held connect that a newer one replaces: 400 or more, never 408, which browsers repeat. */
  duplicateMetaConnectHttpResponseCode: number;
  maxSessions: number;
  /** Sessions that one browser cookie may have open; -1: any number. */
  maxOpenSessionsPerBrowser: number;
  /** Sessions that one client address may have open; -1: any number (behind a proxy all share one address). */
  maxSessionsPerAddress: number;
  /** The client's address, for `maxSessionsPerAddress`. */
  addressOf: (request: IncomingMessage) => string;
  maxSubscriptionsPerSession: number;
  maxChannels: number;
  maxChannelLength: number;
  maxChannelSegments: number;
  maxBodyBytes: number;
  maxJsonDepth: number;
  maxMessagesPerRequest: number;
  /** Events waiting for a session, unacknowledged ones included. */
  maxQueue: number;
  maxQueueBytes: number;
  queuePolicy: QueuePolicy;
  /** Events in one reply; the rest follow in the next. */
  maxReplyMessages: number;
  maxReplyBytes: number;
  /** Publishes per second and session, with bursts of twice as many; -1: any number. */
  maxPublishesPerSecond: number;
  /** Most characters of a callback-polling callback name. */
  callbackParameterMaxLength: number;
  /** A WebSocket that has sent nothing for so long is closed. */
  wsIdleTimeout: number;
  /**
   * Whether a WebSocket opened without the browser cookie may use a session by its clientId. Clients such as Faye open theirs
   * before they have the cookie. One with another browser's cookie never may.
   */
  wsTrustClientSession: boolean;
  /** Whether a WebSocket must handshake itself before it may use a session. */
  wsRequireHandshakePerConnection: boolean;
  /** Whether permessage-deflate is negotiated. */
  wsCompression: boolean;
  /** Frames of one WebSocket that may wait for processing before its reading is paused. */
  wsMaxPendingFrames: number;
  /** Time source. */
  clock: Clock;
}

const defaults: Options = {
  timeout: 30_000,
  interval: 0,
  maxInterval: 10_000,
  firstConnectTimeout: undefined,
  sweepPeriod: 997,
  hookTimeout: 10_000,
  unknownSessionTimeout: 10_000,
  maxUnknownSessionWaits: 20_000,
  writeTimeout: 30_000,
  errorVocabulary: 'cometd',
  channelExtraCharacters: '',
  clientIdTag: '',
  broadcastToPublisher: true,
  metaConnectDeliverOnly: false,
  transports: ['websocket', 'long-polling', 'callback-polling'],
  formBodies: false,
  allowedOrigins: undefined,
  directReplies: true,
  trustClientSession: false,
  browserCookieName: 'BAYEUX_BROWSER',
  browserCookiePath: '/',
  browserCookieDomain: undefined,
  browserCookieMaxAge: -1,
  browserCookieSecure: false,
  browserCookieHttpOnly: true,
  browserCookieSameSite: undefined,
  browserCookiePartitioned: false,
  maxSessionsPerBrowser: 1,
  multiSessionInterval: 2_000,
  duplicateMetaConnectHttpResponseCode: 500,
  maxSessions: 100_000,
  maxOpenSessionsPerBrowser: -1,
  maxSessionsPerAddress: -1,
  addressOf: request => request.socket.remoteAddress ?? '',
  maxSubscriptionsPerSession: 1_000,
  maxChannels: 100_000,
  maxChannelLength: 256,
  maxChannelSegments: 32,
  maxBodyBytes: 262_144,
  maxJsonDepth: 64,
  maxMessagesPerRequest: 256,
  maxQueue: 10_000,
  maxQueueBytes: 4_194_304,
  queuePolicy: 'drop-session',
  maxReplyMessages: 1_000,
  maxReplyBytes: 1_048_576,
  maxPublishesPerSecond: -1,
  callbackParameterMaxLength: 64,
  wsIdleTimeout: 300_000,
  wsTrustClientSession: true,
  wsRequireHandshakePerConnection: false,
  wsCompression: false,
  wsMaxPendingFrames: 64,
  clock: systemClock,
};

const maxTimerMs = 2 ** 31 - 1;
const durations = ['timeout', 'interval', 'maxInterval', 'sweepPeriod', 'hookTimeout', 'unknownSessionTimeout', 'writeTimeout'] as const;

/** Options with every default in place. Throws a TypeError that names the option when a value cannot work. */
export function optionsFrom(given: Partial<Options>): Options {
  const options: Options = { ...defaults };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) Object.assign(options, { [name]: value });
  for (const name of durations) {
    const value = options[name];
    if (!Number.isFinite(value) || value < 0 || value > maxTimerMs) throw new TypeError(`${name}: must be 0 to ${maxTimerMs} milliseconds`);
  }
  const status = options.duplicateMetaConnectHttpResponseCode;
  if (!Number.isInteger(status) || status < 400 || status > 599 || status === 408) {
    throw new TypeError('duplicateMetaConnectHttpResponseCode: must be 400 to 599 and not 408, which browsers repeat by themselves');
  }
  if (!/^[A-Za-z0-9]{0,32}$/.test(options.clientIdTag)) throw new TypeError('clientIdTag: must be at most 32 letters and digits');
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(options.browserCookieName)) throw new TypeError('browserCookieName: must be a cookie name');
  for (const name of ['browserCookiePath', 'browserCookieDomain'] as const) {
    const value = options[name];

    if (value !== undefined && /[;,\s\u0000-\u001f]/.test(value)) throw new TypeError(`${name}: must be free of separators`);
  }
  if (options.browserCookiePartitioned && !options.browserCookieSecure) {
    throw new TypeError('browserCookiePartitioned: browsers keep such a cookie only with browserCookieSecure');
  }
  if (options.transports.length === 0) throw new TypeError('transports: must name at least one');
  return options;
}
