import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import { retryDelayMs } from './back-off.ts';
import type { Channel, ChannelHandlers, Endpoint, LinkDriver, LinkProtocol, WireMessage } from './driver.ts';
import { watchIdle, type KeepAliveTimer } from './keep-alive.ts';

/** What is said after connecting, and how the answer is understood. */
export interface Handshake<Info> {
  request(referenceID: number): object;
  read(message: WireMessage): { kind: 'more' } | { kind: 'up'; info: Info } | { kind: 'refused'; why: string };
}

export interface LinkHandlers<Info> {
  up(info: Info): void;
  message(message: WireMessage): void;
  /** An event is missing: what is known of the server may be stale. */
  gap(): void;
  drained(): void;
  /** Said only after `up`. */
  down(why: string): void;
}

export interface LinkOptions<Info> {
  readonly name: string;
  /** Tried in turn; at least one. */
  readonly endpoints: readonly Endpoint[];
  readonly protocol: LinkProtocol;
  readonly driver: LinkDriver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly handshake: Handshake<Info>;
  readonly nextReference: () => number;
  /** Silence after which the server is asked for a sign of life; undefined = never. */
  readonly idleMs: number | undefined;
  /** The longest pause between two rounds of attempts; 10 s by default. */
  readonly maxRetryMs?: number | undefined;
  /** For connecting and registering together. */
  readonly connectMs?: number;
  readonly handlers: LinkHandlers<Info>;
}

export type LinkPhase = 'stopped' | 'waiting' | 'connecting' | 'registering' | 'up';

export interface LinkStatus {
  readonly name: string;
  readonly phase: LinkPhase;
  readonly endpoint: Endpoint;
  /** Wall clock, since when in this phase. */
  readonly sinceMs: number;
  readonly losses: number;
  readonly lastError: string | undefined;
}

/** One connection to a server, made again for ever. It carries messages only while `up`; it never sends one twice and never keeps one. */
export interface Link {
  readonly phase: LinkPhase;
  /** Up, and a message sent now leaves in this tick. */
  readonly drained: boolean;
  send(message: object): void;
  start(): void;
  stop(): void;
  /** Gives the present connection up and goes on with the next address. */
  drop(why: string): void;
  status(): LinkStatus;
}

const defaultConnectMs = 3_000;
/** A connection that lived this long starts the back-off afresh. */
const stableMs = 5_000;

export function createLink<Info>(options: LinkOptions<Info>): Link {
  const { clock, log, handlers } = options;
  const first = options.endpoints[0];
  if (first === undefined) throw new Error(`link ${options.name}: no address`);
  let phase: LinkPhase = 'stopped';
  let sinceMs = clock.now();
  let channel: Channel | undefined;
  let keepAlive: KeepAliveTimer | undefined;
  let cancelTimer = (): void => undefined;
  let attempt = 0;
  let position = 0;
  let upAt = 0;
  let lastSequence: number | undefined;
  let losses = 0;
  let lastError: string | undefined;

  const endpoint = (): Endpoint => options.endpoints[position % options.endpoints.length] ?? first;
  const enter = (next: LinkPhase): void => {
    phase = next;
    sinceMs = clock.now();
  };

  function openSoon(): void {
    const delay = retryDelayMs(attempt, options.endpoints.length, options.random, options.maxRetryMs);
    attempt += 1;
    enter('waiting');
    cancelTimer = clock.after(delay, open);
  }

  function open(): void {
    enter('connecting');
    lastSequence = undefined;
    cancelTimer = clock.after(options.connectMs ?? defaultConnectMs, () => lose('no answer to the connection attempt'));
    const mine: { channel?: Channel } = {};
    // A driver may report before `open` returns its channel; what a given-up channel still says is not ours.
    const current = (): boolean => mine.channel === undefined || mine.channel === channel;
    const handlers: ChannelHandlers = {
      opened: () => {
        if (!current() || phase !== 'connecting') return;
        enter('registering');
        channel?.write(options.handshake.request(options.nextReference()));
      },
      message: message => {
        if (current()) receive(message);
      },
      drained: () => {
        if (current() && phase === 'up') options.handlers.drained();
      },
      closed: why => {
        if (current()) lose(why);
      },
    };
    mine.channel = channel = options.driver.open(endpoint(), handlers, options.protocol);
  }

  function receive(message: WireMessage): void {
    keepAlive?.heard();
    if (message.messageName === 'KeepAliveRequest') return channel?.write({ messageName: 'KeepAliveAnswer' });
    if (message.messageName === 'KeepAliveAnswer') return;
    const missed = isGap(message);
    if (phase === 'registering') return register(message);
    if (phase !== 'up') return;
    if (missed) {
      log.warn('an event is missing', { link: options.name, sequence: message.eventSequenceNumber });
      handlers.gap();
    }
    handlers.message(message);
  }

  function isGap(message: WireMessage): boolean {
    const sequence = message.eventSequenceNumber;
    if (sequence === undefined) return false;
    const missed = lastSequence !== undefined && sequence !== lastSequence + 1;
    lastSequence = sequence;
    return missed;
  }

  function register(message: WireMessage): void {
    const step = options.handshake.read(message);
    if (step.kind === 'refused') lose(step.why);
    if (step.kind !== 'up') return;
    cancelTimer();
    enter('up');
    upAt = clock.monotonic();
    if (options.idleMs !== undefined) {
      keepAlive = watchIdle({
        clock,
        idleMs: options.idleMs,
        ask: () => channel?.write({ messageName: 'KeepAliveRequest' }),
        lost: () => lose('no sign of life'),
      });
    }
    log.info('link up', { link: options.name, host: endpoint().host, port: endpoint().port });
    handlers.up(step.info);
  }

  /** The present connection is over; the next address follows. */
  function lose(why: string): void {
    if (phase === 'stopped' || phase === 'waiting') return;
    const wasUp = phase === 'up';
    release();
    const fields = { link: options.name, host: endpoint().host, port: endpoint().port, why };
    if (wasUp) log.warn('link lost', fields);
    // The first round tells what is wrong; the same for hours would drown the rest.
    else if (attempt <= options.endpoints.length) log.warn('link not made', fields);
    else log.debug('link not made', fields);
    lastError = why;
    if (wasUp) {
      losses += 1;
      if (clock.monotonic() - upAt >= stableMs) attempt = 0;
    }
    position += 1;
    openSoon();
    if (wasUp) handlers.down(why);
  }

  function release(): void {
    cancelTimer();
    keepAlive?.stop();
    keepAlive = undefined;
    const old = channel;
    channel = undefined;
    old?.close();
  }

  return {
    get phase() {
      return phase;
    },
    get drained() {
      return phase === 'up' && channel?.drained === true;
    },
    send(message) {
      if (phase === 'up') channel?.write(message);
    },
    start() {
      if (phase === 'stopped') openSoon();
    },
    stop() {
      const wasUp = phase === 'up';
      release();
      enter('stopped');
      if (wasUp) handlers.down('stopped');
    },
    drop: lose,
    status: () => ({ name: options.name, phase, endpoint: endpoint(), sinceMs, losses, lastError }),
  };
}
