import { tlibErrors, type TlibEvent } from '@handover/shared/genesys';
import type { Logger } from '@handover/shared/log';
import { refuse, ok, type Result } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import type { VoiceRefusal } from '../../contracts/voice.ts';
import { type RequestTarget, type WireMessage, createRequests } from '../link/index.ts';
import { eventFrom, signedRequest } from './protocol.ts';

/** Registrations in flight at once: the rest wait, so that thousands of DNs do not stand before one agent's command. */
const windowSize = 64;
const answerMs = 5_000;
const againMs = 2_000;

export interface Registrations {
  /** The DN is to be registered, now and on every new connection. */
  want(dn: string): void;
  /** Not on the next connection any more; what is registered stays so. */
  unwant(dn: string): void;
  /** Puts the DN ahead of those that wait: a command for it follows. */
  hurry(dn: string): void;
  /** Resolves when the DN is registered on the present connection. */
  registered(dn: string): Promise<Result<TlibEvent, VoiceRefusal>>;
  /** A new connection: everything wanted is registered anew. */
  connected(): void;
  disconnected(): void;
  receive(message: WireMessage): void;
  pump(): void;
}

type Waiter = (result: Result<TlibEvent, VoiceRefusal>) => void;
type Registration =
  { state: 'wanted' | 'sent'; waiters: Waiter[] } | { state: 'registered'; event: TlibEvent } | { state: 'refused'; refusal: VoiceRefusal };

/** The DNs registered over one link: each once per connection, at most 64 at a time. */
export function createRegistrations(options: {
  node: string;
  clock: Clock;
  log: Logger;
  nextReference: () => number;
  target: () => RequestTarget | undefined;
  /** Whether this server is the one that serves; a backup may refuse until it has its partner's state. */
  serves: () => boolean;
}): Registrations {
  const { clock, log } = options;
  const wanted = new Set<string>();
  const table = new Map<string, Registration>();
  /** Those to send, in order; an entry that is not `wanted` any more is passed over. */
  const backlog: string[] = [];
  let inFlight = 0;
  let connection = 0;
  const requests = createRequests({ ...options, maxQueued: 100_000, maxPending: 100_000 });

  function add(dn: string): void {
    wanted.add(dn);
    const present = table.get(dn);
    if (options.target() === undefined || (present !== undefined && present.state !== 'refused')) return;
    table.set(dn, { state: 'wanted', waiters: [] });
    backlog.push(dn);
    fill();
  }

  function fill(): void {
    while (inFlight < windowSize) {
      const dn = backlog.shift();
      if (dn === undefined) return;
      if (table.get(dn)?.state === 'wanted') void send(dn);
    }
  }

  async function send(dn: string): Promise<void> {
    const entry = table.get(dn);
    if (entry?.state !== 'wanted') return;
    const mine = connection;
    entry.state = 'sent';
    inFlight += 1;
    const answer = await requests.request({
      compose: referenceID =>
        ok(signedRequest({ messageName: 'RequestRegisterAddress', thisDN: dn }, referenceID, options.node, undefined)),
      deadlineMs: answerMs,
    });
    if (mine !== connection) return;
    inFlight -= 1;
    settle(dn, entry.waiters, answer.ok ? outcome(eventFrom(answer.value)) : refuse(answer.reason));
    fill();
  }

  function outcome(event: TlibEvent): Result<TlibEvent, VoiceRefusal> {
    if (event.messageName !== 'EventError') return ok(event);
    return refuse({ kind: 'error', errorCode: event.errorCode ?? 0, errorMessage: event.errorMessage ?? '' });
  }

  function settle(dn: string, waiters: readonly Waiter[], result: Result<TlibEvent, VoiceRefusal>): void {
    if (result.ok) table.set(dn, { state: 'registered', event: result.value });
    else {
      table.set(dn, { state: 'refused', refusal: result.reason });
      const errorCode = result.reason.kind === 'error' ? result.reason.errorCode : undefined;
      const serves = options.serves();
      if (serves) log.warn('DN not registered', { dn, why: result.reason.kind, errorCode });
      if (errorCode === undefined || (!serves && errorCode === tlibErrors.unsupported.errorCode)) retryLater(dn);
    }
    for (const waiter of waiters) waiter(result);
  }

  function retryLater(dn: string): void {
    const mine = connection;
    clock.after(againMs, () => {
      if (mine === connection && wanted.has(dn)) add(dn);
    });
  }

  function reset(): void {
    connection += 1;
    inFlight = 0;
    backlog.length = 0;
    const waiting = [...table.values()].flatMap(entry => (entry.state === 'wanted' || entry.state === 'sent' ? entry.waiters : []));
    table.clear();
    requests.failAll();
    for (const waiter of waiting) waiter(refuse({ kind: 'unavailable' }));
  }

  return {
    want: add,
    unwant: dn => void wanted.delete(dn),
    hurry(dn) {
      if (table.get(dn)?.state === 'wanted') void send(dn);
    },
    registered(dn) {
      // Unregistered through this connection at a logout, and wanted once more.
      if (wanted.has(dn)) add(dn);
      const entry = table.get(dn);
      if (entry === undefined) return Promise.resolve(refuse({ kind: 'unavailable' }));
      if (entry.state === 'registered') return Promise.resolve(ok(entry.event));
      if (entry.state === 'refused') return Promise.resolve(refuse(entry.refusal));
      return new Promise(resolve => entry.waiters.push(resolve));
    },
    connected() {
      reset();
      for (const dn of wanted) {
        table.set(dn, { state: 'wanted', waiters: [] });
        backlog.push(dn);
      }
      fill();
    },
    disconnected: reset,
    receive(message) {
      const event = eventFrom(message);
      // Somebody unregistered it through this connection: it is registered again when it is wanted anew.
      if (event.messageName === 'EventUnregistered' && event.thisDN !== undefined) table.delete(event.thisDN);
      requests.receive(message);
    },
    pump: () => requests.pump(),
  };
}
