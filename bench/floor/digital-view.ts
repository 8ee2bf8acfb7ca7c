import type {
  ChannelStateChangedWire,
  ChatMessageWire,
  InteractionStateChangedWire,
  InteractionStateWire,
  InteractionWire,
  MediaErrorWire,
  MessageLogUpdatedWire,
} from '@handover/shared/api/workspace';
import type { Ledger } from './ledger.ts';
import { Waiters } from './waiters.ts';

/** What an agent was told about one interaction. */
export interface ItemView {
  readonly id: string;
  readonly mediatype: InteractionWire['mediatype'];
  state: InteractionStateWire;
  /** Texts of the chat's lines; the first has index 1. */
  readonly lines: (string | undefined)[];
}

export type DigitalMessage =
  | ChannelStateChangedWire
  | InteractionStateChangedWire
  | MessageLogUpdatedWire
  | MediaErrorWire
  | { readonly messageType: 'ServiceStateChanged' | 'WorkbinsMessage' };

const keptOver = 40;
const keptRefusals = 20;
const endings: readonly InteractionStateWire[] = ['Completed', 'Revoked', 'Transferred', 'Rejected', 'InWorkbin', 'Sent', 'Canceled'];
const rankOf = (state: InteractionStateWire): number =>
  state === 'Invited' ? 0 : state === 'LeftChat' ? 2 : endings.includes(state) ? 3 : 1;

/**
 * What an agent was told of digital work, as the events came. Counts what must not come: an older state after a newer one, an interaction that
 * returns, a line under a wrong index, a line twice. A line that comes again with its index is the same line; a state told again is a snapshot.
 */
export class DigitalView {
  readonly items = new Map<string, ItemView>();
  /** State by medium. */
  readonly media = new Map<string, string>();
  /** Interactions may end by themselves: their server is lost with what it knew. */
  mayEnd = false;
  linesTold = 0;
  /** How interactions ended, the newest last. */
  readonly #over = new Map<string, InteractionStateWire>();
  /** Not there when the agent looked, without an end that was told. */
  readonly #missing = new Map<string, ItemView>();
  readonly #refused = new Map<string, string>();
  readonly #waiters = new Waiters();
  readonly #user: string;
  readonly #ledger: Ledger;

  constructor(user: string, ledger: Ledger) {
    this.#user = user;
    this.#ledger = ledger;
  }

  /** A command is sent, perhaps again. */
  own(operationId: string): void {
    this.#refused.delete(operationId);
  }

  /** Why the server did not do what was accepted at first. */
  refused(operationId: string): string | undefined {
    return this.#refused.get(operationId);
  }

  isOver(id: string): boolean {
    return this.#over.has(id);
  }

  take(message: DigitalMessage): void {
    switch (message.messageType) {
      case 'ChannelStateChanged':
        for (const { name, state } of message.media.channels) this.media.set(name, state);
        break;
      case 'InteractionStateChanged':
        this.#takeItem(message.interaction);
        break;
      case 'MessageLogUpdated':
        this.#takeLines(message.interactionId, message.messages);
        break;
      case 'EventError':
        this.#refused.set(message.operationId ?? '', message.error.errorCode);
        if (this.#refused.size > keptRefusals) this.#refused.delete(this.#refused.keys().next().value ?? '');
        break;
      case 'ServiceStateChanged':
      case 'WorkbinsMessage':
    }
    this.#waiters.wake();
  }

  #takeItem({ id, mediatype, state }: InteractionWire): void {
    const before = this.items.get(id);
    const ended = this.#over.get(id);
    if (state === ended) return;
    if (ended !== undefined) return this.#ledger.double(`${this.#user}: ${id} ${state} after ${ended}`);
    if (before !== undefined && rankOf(state) < rankOf(before.state))
      return this.#ledger.double(`${this.#user}: ${id} ${state} after ${before.state}`);
    if (state === 'Revoked' && !this.mayEnd) this.#ledger.lose(`${this.#user}: ${id} was revoked in ${before?.state ?? 'no state'}`);
    this.#put(id, mediatype, state);
  }

  #put(id: string, mediatype: ItemView['mediatype'], state: InteractionStateWire): void {
    if (rankOf(state) < 3) {
      const item = this.items.get(id) ?? this.#missing.get(id) ?? { id, mediatype, state, lines: [] };
      item.state = state;
      this.items.set(id, item);
      this.#missing.delete(id);
      return;
    }
    this.items.delete(id);
    this.#missing.delete(id);
    this.#over.set(id, state);
    if (this.#over.size > keptOver) this.#over.delete(this.#over.keys().next().value ?? '');
  }

  #takeLines(id: string, messages: readonly ChatMessageWire[]): void {
    const item = this.items.get(id);
    if (item === undefined) return this.#over.has(id) ? undefined : this.#ledger.double(`${this.#user}: lines of ${id}, which is unknown`);
    for (const { index, text } of messages) {
      const known = item.lines[index - 1];
      if (known !== undefined) {
        if (known !== text) this.#ledger.double(`${this.#user}: ${id} line ${index} was ${known} and is ${text}`);
        continue;
      }
      if (index > item.lines.length + 1) this.#ledger.lose(`${this.#user}: ${id} line ${index} after ${item.lines.length}`);
      if (index <= item.lines.length) this.#ledger.double(`${this.#user}: ${id} line ${index} after ${item.lines.length}`);
      if (text.length > 30 && item.lines.includes(text)) this.#ledger.double(`${this.#user}: ${id} line ${index} says ${text} again`);
      item.lines[index - 1] = text;
      this.linesTold += 1;
    }
  }

  /** The chat's transcript at the server against what was told. */
  compare(id: string, transcript: readonly { index: number; text: string }[]): void {
    const lines = this.items.get(id)?.lines;
    if (lines === undefined) return;
    for (const { index, text } of transcript)
      if (lines[index - 1] !== text)
        this.#ledger.lose(`${this.#user}: ${id} line ${index} is ${text}, told ${lines[index - 1] ?? 'nothing'}`);
    if (lines.length > transcript.length) this.#ledger.double(`${this.#user}: ${id} has ${transcript.length} lines, told ${lines.length}`);
  }

  /** After something was lost: goes on from what the server says. */
  correct(channels: readonly { name: string; state: string }[], interactions: readonly InteractionWire[]): void {
    for (const { name, state } of channels) this.media.set(name, state);
    const present = new Set(interactions.map(each => each.id));
    for (const item of [...this.items.values()]) {
      if (present.has(item.id)) continue;
      this.items.delete(item.id);
      this.#missing.set(item.id, item);
      if (this.#missing.size > keptOver) this.#missing.delete(this.#missing.keys().next().value ?? '');
    }
    for (const { id, mediatype, state } of interactions) this.#put(id, mediatype, state);
    this.#waiters.wake();
  }

  /** For a person who looks for what is missing. */
  summary(): string {
    const items = [...this.items.values()].map(item => `${item.id} ${item.mediatype} ${item.state} ${item.lines.length} lines`);
    return `${[...this.media].map(pair => pair.join(' ')).join(', ')} [${items.join(', ')}]`;
  }

  /** Whether `shown` became true in time. */
  until(shown: () => boolean, timeoutMs: number): Promise<boolean> {
    return this.#waiters.until(shown, timeoutMs);
  }
}
