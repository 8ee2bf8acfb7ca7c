import { refuse, ok, type Result } from '@handover/shared/result';
import type { Clock } from '@handover/shared/time';
import type { WireMessage } from './driver.ts';

/** What requests are written to: a link, or the active one of a pair. */
export interface RequestTarget {
  readonly drained: boolean;
  send(message: object): void;
}

export type RequestRefusal =
  /** `compose` said no: nothing was sent. */
  | { kind: 'fenced'; why: string }
  /** No link, the queue is full, or the time ran out before the message could leave: nothing was sent. */
  | { kind: 'unavailable' }
  /** Sent, but no answer in time, or the link was lost meanwhile. */
  | { kind: 'unknown' };

export interface RequestOptions {
  /** Asked in the tick of the write, and only when the message leaves in that tick. */
  compose(referenceID: number): Result<object, string>;
  deadlineMs: number;
  /** Sees every message that answers; true ends the request. Default: the first one does. */
  isLast?: (message: WireMessage) => boolean;
  /** The message was written. */
  onSent?: () => void;
}

export interface RequestsOptions {
  readonly clock: Clock;
  readonly nextReference: () => number;
  /** Where to write now; undefined while there is no link. */
  readonly target: () => RequestTarget | undefined;
  /** Whether requests may wait for a target although there is none. Default: never. */
  readonly mayWait?: () => boolean;
  readonly maxQueued: number;
  readonly maxPending: number;
}

export interface Requests {
  request(options: RequestOptions): Promise<Result<WireMessage, RequestRefusal>>;
  /** Gives an arrived message to the request it answers. */
  receive(message: WireMessage): void;
  /** The target is, or may be, writable again. */
  pump(): void;
  /** The link that carried them is gone: those sent are `unknown`. */
  failSent(): void;
  /** And nothing more will be sent: those waiting are `unavailable`. */
  failAll(): void;
  readonly queued: number;
  readonly pending: number;
}

interface Entry {
  readonly options: RequestOptions;
  readonly settle: (result: Result<WireMessage, RequestRefusal>) => void;
  cancelDeadline: () => void;
  settled: boolean;
  /** Once sent. */
  reference: number | undefined;
}

/** Pairs requests with answers, in order, behind a bounded queue. A request is written at most once. */
export function createRequests(options: RequestsOptions): Requests {
  const { clock } = options;
  const queue: Entry[] = [];
  const pending = new Map<number, Entry>();
  let pumping = false;

  const finish = (entry: Entry, result: Result<WireMessage, RequestRefusal>): void => {
    if (entry.settled) return;
    entry.settled = true;
    entry.cancelDeadline();
    entry.settle(result);
  };

  function request(wanted: RequestOptions): Promise<Result<WireMessage, RequestRefusal>> {
    const open = options.target() !== undefined || options.mayWait?.() === true;
    if (!open || queue.length >= options.maxQueued) return Promise.resolve(refuse({ kind: 'unavailable' }));
    return new Promise(resolve => {
      const entry: Entry = { options: wanted, settle: resolve, cancelDeadline: () => undefined, settled: false, reference: undefined };
      entry.cancelDeadline = clock.after(wanted.deadlineMs, () => expire(entry));
      queue.push(entry);
      pump();
    });
  }

  function expire(entry: Entry): void {
    if (entry.reference === undefined) {
      const position = queue.indexOf(entry);
      if (position >= 0) queue.splice(position, 1);
      return finish(entry, refuse({ kind: 'unavailable' }));
    }
    pending.delete(entry.reference);
    finish(entry, refuse({ kind: 'unknown' }));
    pump();
  }

  function pump(): void {
    // `compose` and `send` may lead back here.
    if (pumping) return;
    pumping = true;
    try {
      for (let target = options.target(); target?.drained === true && pending.size < options.maxPending; target = options.target()) {
        const entry = queue.shift();
        if (entry === undefined) return;
        write(entry, target);
      }
    } finally {
      pumping = false;
    }
  }

  function write(entry: Entry, target: RequestTarget): void {
    const reference = options.nextReference();
    const composed = compose(entry, reference);
    if (!composed.ok) return finish(entry, refuse({ kind: 'fenced', why: composed.reason }));
    entry.reference = reference;
    pending.set(reference, entry);
    target.send(composed.value);
    entry.options.onSent?.();
  }

  function compose(entry: Entry, reference: number): Result<object, string> {
    try {
      return entry.options.compose(reference);
    } catch (fault) {
      return refuse(fault instanceof Error ? fault.message : 'fault');
    }
  }

  function receive(message: WireMessage): void {
    if (message.referenceID === undefined) return;
    const entry = pending.get(message.referenceID);
    if (entry === undefined || entry.options.isLast?.(message) === false) return;
    pending.delete(message.referenceID);
    finish(entry, ok(message));
    pump();
  }

  function failSent(): void {
    const sent = [...pending.values()];
    pending.clear();
    for (const entry of sent) finish(entry, refuse({ kind: 'unknown' }));
  }

  return {
    request,
    receive,
    pump,
    failSent,
    failAll() {
      failSent();
      for (const entry of queue.splice(0)) finish(entry, refuse({ kind: 'unavailable' }));
    },
    get queued() {
      return queue.length;
    },
    get pending() {
      return pending.size;
    },
  };
}
