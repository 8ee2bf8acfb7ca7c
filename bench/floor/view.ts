import type { CallStateWire, CallWire, VoiceMessageWire } from '@handover/shared/api/workspace';
import type { Ledger } from './ledger.ts';
import { Waiters } from './waiters.ts';

/** What an agent was told about one call. */
export interface CallView {
  readonly id: string;
  state: CallStateWire;
  /** Value of the user data key `case`, which names the call; `note` changes with every update. */
  caseId: string | undefined;
  note: string | undefined;
  holds: number;
}

const rank: Readonly<Record<CallStateWire, number>> = { Ringing: 0, Dialing: 0, Established: 1, Held: 1, Released: 2, Completed: 3 };
const keptOver = 20;

/**
 * What an agent was told, as the events came. Counts what must not come: a state told twice, an older one after a newer one, a completed call
 * that returns. A snapshot (`CallRecovered`) repeats by its nature; a command's own echo may say once more what already holds.
 */
export class View {
  readonly calls = new Map<string, CallView>();
  agentState = '';
  reason = '';
  /** Hold commands that were accepted, by call. */
  readonly #holds = new Map<string, number>();
  readonly #over: string[] = [];
  /** How many echoes each own command may have: one for each time it was sent. */
  readonly #own = new Map<string, number>();
  switchName = '';
  readonly #notes = new Set<string>();
  readonly #reasons: string[] = [];
  readonly #waiters = new Waiters();
  readonly #user: string;
  readonly #ledger: Ledger;

  constructor(user: string, ledger: Ledger) {
    this.#user = user;
    this.#ledger = ledger;
  }

  /** A command of this agent was sent: its echo will carry the id. Sent again after an error it may be told again, if it had been carried out. */
  own(operationId: string): void {
    this.#own.set(operationId, (this.#own.get(operationId) ?? 0) + 1);
  }

  #echoes(operationId: string | undefined): boolean {
    const left = operationId === undefined ? undefined : this.#own.get(operationId);
    if (operationId === undefined || left === undefined) return false;
    if (left > 1) this.#own.set(operationId, left - 1);
    else this.#own.delete(operationId);
    return true;
  }

  willHold(id: string): void {
    this.#holds.set(id, (this.#holds.get(id) ?? 0) + 1);
  }

  byCase(caseId: string): CallView | undefined {
    for (const call of this.calls.values()) if (call.caseId === caseId) return call;
    return undefined;
  }

  take(message: VoiceMessageWire): void {
    if (message.messageType === 'CallStateChanged') this.#takeCall(message.call, message.notificationType, message.operationId);
    if (message.messageType === 'DnStateChanged') this.switchName = message.dn.switchName;
    if (message.messageType === 'DnStateChanged') this.#takeDn(message.dn.agentState, textOf(message.dn.reasons, 'ReasonCode'));
    this.#waiters.wake();
  }

  #takeDn(state: string, reason: string): void {
    this.agentState = state;
    this.reason = reason;
    const last = this.#reasons.at(-1);
    if (reason === '' || reason === last) return;
    if (this.#reasons.includes(reason)) this.#ledger.double(`${this.#user}: reason ${reason} after ${last ?? ''}`);
    else this.#reasons.push(reason);
    if (this.#reasons.length > keptOver) this.#reasons.shift();
  }

  #takeCall(call: CallWire, notification: string, operationId: string | undefined): void {
    const echo = this.#echoes(operationId);
    const text = `${this.#user}: ${call.id} ${call.state} ${notification} ${operationId ?? ''}`;
    const snapshot = notification === 'CallRecovered' && call.state === 'Completed';
    if (this.#over.includes(call.id)) return snapshot || echo ? undefined : this.#ledger.double(`${text} after Completed`);
    const before = this.calls.get(call.id);
    // A call that ended while its session moved comes without its data: customers' data is not kept anywhere but at the switch.
    const bare = call.state === 'Released' && call.userData.length === 0;
    const note = bare ? (before?.note ?? '') : textOf(call.userData, 'note');
    if (before !== undefined) {
      if (rank[call.state] < rank[before.state]) return this.#ledger.double(`${text} after ${before.state}`);
      if (notification === 'StateChange' && call.state === before.state && !echo) this.#ledger.double(`${text} again`);
      if (notification === 'AttachedDataChanged' && note === before.note && !echo) this.#ledger.double(`${text} with ${note} again`);
      if (note !== before.note && this.#notes.has(note)) this.#ledger.double(`${text} with ${note} after ${before.note ?? ''}`);
    }
    if (note !== '') this.#notes.add(note);
    const holds = (before?.holds ?? 0) + (call.state === 'Held' && before?.state !== 'Held' ? 1 : 0);
    if (holds > (this.#holds.get(call.id) ?? 0)) this.#ledger.double(`${text} more often than asked`);
    this.#put(call, note, holds);
  }

  #put(call: CallWire, note: string, holds: number): void {
    const known = this.calls.get(call.id)?.caseId;
    const caseId = textOf(call.userData, 'case') || known;
    if (call.state !== 'Completed') this.calls.set(call.id, { id: call.id, state: call.state, caseId, note, holds });
    else {
      this.calls.delete(call.id);
      this.#holds.delete(call.id);
      this.#over.push(call.id);
      if (this.#over.length > keptOver) this.#over.shift();
    }
  }

  isOver(id: string): boolean {
    return this.#over.includes(id);
  }

  /** After something was lost: goes on from what the servers say. */
  correct(agentState: string, calls: readonly CallWire[]): void {
    this.agentState = agentState;
    const present = new Set(calls.map(call => call.id));
    for (const id of [...this.calls.keys()]) if (!present.has(id)) this.calls.delete(id);
    for (const call of calls) this.#put(call, textOf(call.userData, 'note'), this.#holds.get(call.id) ?? 0);
    this.#waiters.wake();
  }

  /** For a person who looks for what is missing. */
  summary(): string {
    const calls = [...this.calls.values()].map(call => `${call.id} ${call.state} case ${call.caseId ?? ''} note ${call.note ?? ''}`);
    return `${this.agentState} ${this.reason} [${calls.join(', ')}]`;
  }

  /** Whether `shown` became true in time. */
  until(shown: () => boolean, timeoutMs: number): Promise<boolean> {
    return this.#waiters.until(shown, timeoutMs);
  }
}

function textOf(pairs: CallWire['userData'], key: string): string {
  const pair = pairs.find(each => each.key === key);
  return pair?.type === 'str' ? pair.value : '';
}
