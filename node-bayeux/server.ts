import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { broadcast } from './channel/broadcast.ts';
import type { ServerChannel } from './channel/channel.ts';
import { Channels } from './channel/channels.ts';
import type { Core, Refusal, RefusalDetail } from './core.ts';
import { Emitter } from './emitter.ts';
import { AckExtension } from './extension/ack.ts';
import { ExtensionChain } from './extension/chain.ts';
import type { ServerExtension } from './extension/extension.ts';
import { Metrics, type MetricsSnapshot } from './metrics.ts';
import { optionsFrom, type Options } from './options.ts';
import type { Policy } from './policy.ts';
import { createChannelGrammar, isSubscription } from './protocol/channel-name.ts';
import { withinLimit } from './request/ask.ts';
import { deliverData, deliverToAll, flushSession } from './session/delivery.ts';
import { adopt, exportedFrom, type ExportedSession } from './session/export.ts';
import { HeldPerBrowser } from './session/held-per-browser.ts';
import { answerHeld } from './session/hold.ts';
import { disconnectSession, removeSession } from './session/lifecycle.ts';
import type { RemovalReason, Session } from './session/session.ts';
import { Sessions } from './session/sessions.ts';
import { sweep } from './session/sweeper.ts';
import { handleHttp, type HandleOptions } from './transport/http/handler.ts';
import { WebSocketEndpoint } from './transport/websocket/endpoint.ts';

const firstSweepMs = 250;

/** Events of the server. */
export type ServerEvents = {
  /** A session exists: by handshake or adoption. */
  sessionAdded: [session: Session];
  /** A session is gone; the second argument says whether it expired. */
  sessionRemoved: [session: Session, timedOut: boolean, reason: RemovalReason];
  channelRemoved: [channel: ServerChannel];
  /** Something was refused: for counting and for finding out why a client does not get on. */
  refused: [reason: Refusal, detail: RefusalDetail];
  /** An application's function, an extension or a listener failed. */
  fault: [error: unknown, where: string];
  swept: [metrics: MetricsSnapshot];
};

/** How a drain tells clients to go. */
export interface DrainOptions {
  /** Clients return spread over so long. */
  readonly spreadMs: number;
  /**
   * `handshake` (default): clients start new sessions, elsewhere. `retry`: they keep their clientId, for an application
   * that moves the sessions itself.
   */
  readonly reconnect?: 'handshake' | 'retry';
  /** Other servers to try, in order. */
  readonly hosts?: readonly string[];
}

/** A Bayeux server: mount `handle` and `handleUpgrade` wherever the application's own HTTP server wants them. */
export class BayeuxServer extends Emitter<ServerEvents> {
  readonly #core: Core;
  readonly #webSockets: WebSocketEndpoint;
  #dirty: Session[] = [];
  #flushing = false;
  #sweepTimer: { cancel(): void } | undefined = undefined;
  readonly #repeating: { cancel(): void }[] = [];
  /** Takes an HTTP request on any path. Bound, so that it can be handed to `http.createServer` as it is. */
  readonly handle: (request: IncomingMessage, response: ServerResponse, given?: HandleOptions) => void;

  constructor(given: Partial<Options>) {
    super();
    this.#core = this.#createCore(optionsFrom(given));
    this.#webSockets = new WebSocketEndpoint(this.#core);
    this.handle = (request, response, body) => handleHttp(this.#core, request, response, typeof body === 'object' ? body : {});
    // The first look comes early, so that a period set right after creation is soon in force.
    this.#scheduleSweep(Math.min(firstSweepMs, this.options.sweepPeriod));
  }

  /** The options in force; may be changed while the server runs. */
  get options(): Options {
    return this.#core.options;
  }

  get policy(): Policy {
    return this.#core.policy;
  }

  set policy(policy: Policy) {
    this.#core.policy = policy;
  }

  /** The request and response of the message that a listener is looking at; undefined outside, and for WebSocket's response. */
  get context(): { request: unknown; response: unknown } {
    return this.#core.context;
  }

  /** Takes an upgrade request on any path. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#webSockets.upgrade(request, socket, head);
  }

  /** The session with that clientId. */
  session(clientId: string): Session | undefined {
    return this.#core.sessions.get(clientId);
  }

  getServerSession(clientId: string): Session | undefined {
    return this.session(clientId);
  }

  /** All sessions; do not keep the iterator. */
  sessions(): Iterable<Session> {
    return this.#core.sessions.values();
  }

  getServerChannel(name: string): ServerChannel | undefined {
    return this.#core.channels.get(name);
  }

  /** The channel or pattern of that name, made if need be. Throws a TypeError when the name is not valid. */
  createServerChannel(name: string): ServerChannel {
    if (!isSubscription(this.#core.grammar, name)) throw new TypeError(`channel: ${JSON.stringify(name)} is not a channel name`);
    return this.#core.channels.create(name);
  }

  /** Publishes to all subscribers of a channel; no authorizer is asked. */
  publish(channel: string, data: unknown): void {
    this.createServerChannel(channel).publish(null, data);
  }

  /** Sends one event to many sessions, serialised once. Returns how many took it. */
  deliverTo(sessions: Iterable<Session>, channel: string, data: unknown): number {
    return deliverToAll(this.#core, sessions, channel, data);
  }

  addExtension(extension: ServerExtension): void {
    if (extension instanceof AckExtension) this.#core.ackEnabled = true;
    this.#core.extensions.set([...this.#core.extensions.list, extension]);
    extension.added?.({
      now: () => this.#core.options.clock.now(),
      every: (periodMs, run) => this.#every(periodMs, run),
      sessions: () => this.sessions(),
    });
  }

  removeExtension(extension: ServerExtension): boolean {
    const { list } = this.#core.extensions;
    const kept = list.filter(known => known !== extension);
    this.#core.extensions.set(kept);
    this.#core.ackEnabled = kept.some(known => known instanceof AckExtension);
    return kept.length < list.length;
  }

  get extensions(): ServerExtension[] {
    return this.#core.extensions.list;
  }

  /**
   * A session in a form that can be stored and adopted elsewhere, or undefined. With `remove` it ends here: its held connect
   * is answered with what waits, and what could not be sent is in the export.
   */
  exportSession(clientId: string, options: { remove?: boolean; events?: boolean } = {}): ExportedSession | undefined {
    const session = this.session(clientId);
    if (session === undefined) return undefined;
    if (options.remove === true) answerHeld(this.#core, session);
    const exported = exportedFrom(session, options.events ?? options.remove ?? false);
    if (options.remove === true) removeSession(this.#core, session, 'exported');
    return exported;
  }

  /**
   * Takes up an exported session: its next connect is held as if nothing had happened. If a session with that clientId is here
   * already, that one is returned unchanged. Throws a TypeError that names the field when the export is not one.
   */
  adoptSession(exported: ExportedSession, options: { data?: unknown } = {}): Session {
    return adopt(this.#core, exported, options.data);
  }

  /**
   * Sends the clients away: no handshake is accepted any more, every connect is answered at once with advice to return within
   * `spreadMs`, each at a moment of its own. Resolves when no session is left, or when `spreadMs` have passed.
   */
  async drain(options: DrainOptions): Promise<void> {
    const { spreadMs, reconnect = 'handshake', hosts } = options;
    const core = this.#core;
    core.drain = {
      advice: () => ({
        reconnect,
        interval: Math.floor(Math.random() * spreadMs),
        timeout: core.options.timeout,
        maxInterval: core.options.maxInterval,
        ...(hosts === undefined ? {} : { hosts }),
      }),
    };
    for (const session of [...this.sessions()]) answerHeld(core, session);
    await new Promise<void>(resolve => {
      const end = core.options.clock.after(spreadMs, resolve);
      if (core.sessions.size > 0) return;
      end.cancel();
      resolve();
    });
  }

  /** Accepts handshakes again. */
  undrain(): void {
    this.#core.drain = undefined;
  }

  /** A reading of the gauges and counters. Walks all sessions: for a scrape, not for every message. */
  metrics(): MetricsSnapshot {
    const { metrics, sessions, channels, options } = this.#core;
    let queuedEvents = 0;
    let queuedBytes = 0;
    let unacknowledgedEvents = 0;
    for (const session of sessions.values()) {
      queuedEvents += session.queue.length;
      queuedBytes += session.queue.bytes + (session.ack?.bytes ?? 0);
      unacknowledgedEvents += session.ack?.length ?? 0;
    }
    const { held, sockets, lastSweepAtMs, ...counters } = metrics;
    return {
      ...counters,
      sessions: sessions.size,
      heldConnects: held,
      webSockets: sockets,
      channels: channels.size,
      subscriptions: channels.subscriptions,
      queuedEvents,
      queuedBytes,
      unacknowledgedEvents,
      sinceLastSweepMs: lastSweepAtMs < 0 ? -1 : options.clock.now() - lastSweepAtMs,
    };
  }

  /** Ends everything: held connects are answered, WebSockets closed, timers stopped. Later requests get 503. */
  close(): void {
    const core = this.#core;
    if (core.closed) return;
    core.closed = true;
    this.#sweepTimer?.cancel();
    for (const timer of this.#repeating) timer.cancel();
    for (const session of [...this.sessions()]) removeSession(core, session, 'evicted');
    this.#webSockets.close();
  }

  #createCore(options: Options): Core {
    const fault = (error: unknown, where: string): void => {
      core.metrics.faults++;
      this.emit('fault', [error, where], () => undefined);
    };
    const core: Core = {
      options,
      grammar: createChannelGrammar({
        maxLength: options.maxChannelLength,
        maxSegments: options.maxChannelSegments,
        extraCharacters: options.channelExtraCharacters,
      }),
      sessions: new Sessions(),
      channels: new Channels({ publish: (channel, sender, data) => broadcast(core, channel, sender, data) }),
      heldPerBrowser: new HeldPerBrowser(),
      extensions: new ExtensionChain({
        server: this,
        fault,
        withinLimit: (promise, where) => withinLimit(core, promise, core.options.hookTimeout, where),
      }),
      metrics: new Metrics(),
      context: { request: undefined, response: undefined },
      policy: {},
      ackEnabled: false,
      drain: undefined,
      closed: false,
      usualConnect: { times: '', text: '' },
      unknownWaits: 0,
      deliver: (session, sender, channel, data, ifSubscribed) => deliverData(core, session, sender, channel, data, ifSubscribed),
      flush: session => flushSession(core, session),
      disconnect: session => disconnectSession(core, session),
      markDirty: session => this.#markDirty(session),
      fault,
      refused: (reason, detail = {}) => {
        core.metrics.refusals++;
        if (this.hasListeners('refused')) this.emit('refused', [reason, detail], error => fault(error, 'refused listener'));
      },
      sessionAdded: session => this.emit('sessionAdded', [session], error => fault(error, 'sessionAdded listener')),
      sessionRemoved: (session, reason) =>
        this.emit('sessionRemoved', [session, reason === 'timeout', reason], error => fault(error, 'sessionRemoved listener')),
    };
    return core;
  }

  #markDirty(session: Session): void {
    if (session.dirty || session.removed) return;
    session.dirty = true;
    this.#dirty.push(session);
    if (this.#flushing) return;
    this.#flushing = true;
    this.#core.options.clock.soon(() => this.#flushAll());
  }

  /** What one turn of the event loop has produced leaves together. */
  #flushAll(): void {
    const sessions = this.#dirty;
    this.#dirty = [];
    this.#flushing = false;
    for (const session of sessions) {
      session.dirty = false;
      try {
        flushSession(this.#core, session);
      } catch (error) {
        this.#core.fault(error, 'flush');
      }
    }
  }

  #scheduleSweep(delayMs: number): void {
    const core = this.#core;
    if (core.closed) return;
    this.#sweepTimer = core.options.clock.after(delayMs, () => {
      try {
        sweep(core, channel => this.emit('channelRemoved', [channel], error => core.fault(error, 'channelRemoved listener')));
        this.#webSockets.sweep(core.options.clock.now());
        if (this.hasListeners('swept')) this.emit('swept', [this.metrics()], error => core.fault(error, 'swept listener'));
      } catch (error) {
        core.fault(error, 'sweep');
      } finally {
        this.#scheduleSweep(core.options.sweepPeriod);
      }
    });
  }

  #every(periodMs: number, run: () => void): void {
    const core = this.#core;
    const timer = core.options.clock.after(periodMs, () => {
      try {
        run();
      } catch (error) {
        core.fault(error, 'extension timer');
      }
      if (!core.closed) timer.refresh();
    });
    this.#repeating.push(timer);
  }
}

/** Makes a server. Throws a TypeError that names the option when one cannot work. */
export function createBayeuxServer(options: Partial<Options> = {}): BayeuxServer {
  return new BayeuxServer(options);
}
