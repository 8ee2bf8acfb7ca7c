import type { MessageLogUpdatedWire } from '@handover/shared/api/workspace';
import type { ChatLine } from '@handover/shared/genesys';
import type { InteractionServer } from '../../../contracts/interaction.ts';
import type { ChatSessionInfo } from './chat.ts';
import type { DeskHost } from './host.ts';
import type { DigitalState } from './interaction.ts';

/**
 * A line counts as heard so long after it was told, and not before every client has connected again after the answer that carried it: until
 * then another node would tell it again, rather than not at all.
 */
const settleMs = 250;

/** The chats that the desk hears, and how far the clients surely know each. */
export class ChatListeners {
  readonly #open = new Map<string, () => void>();
  readonly #settled = new Map<string, number>();
  /** The newest line told, while it waits to be settled. */
  readonly #told = new Map<string, number>();
  readonly #host: DeskHost;
  readonly #hear: (info: ChatSessionInfo) => void;

  constructor(host: DeskHost, hear: (info: ChatSessionInfo) => void) {
    this.#host = host;
    this.#hear = hear;
  }

  /** Hears a chat from now on; `index` is what the clients were told of it. Opened again, what is on its way to them stays so. */
  open(server: InteractionServer, id: string, index: number): void {
    const settled = Math.min(index, this.#settled.get(id) ?? index);
    this.#open.get(id)?.();
    this.#open.set(id, server.listenChat(id, this.#hear));
    this.#settled.set(id, settled);
  }

  close(id: string): void {
    this.#open.get(id)?.();
    this.#open.delete(id);
    this.#settled.delete(id);
    this.#told.delete(id);
  }

  closeAll(): void {
    for (const id of [...this.#open.keys()]) this.close(id);
  }

  /** Forgets chats of interactions that are gone. */
  settle(state: DigitalState): void {
    for (const id of [...this.#open.keys()]) if (state.interactions.get(id)?.chat === undefined) this.close(id);
  }

  told(id: string, lines: readonly ChatLine[]): void {
    const index = lines.at(-1)?.index;
    if (index === undefined || !this.#settled.has(id)) return;
    const waiting = this.#told.has(id);
    this.#told.set(id, index);
    if (!waiting) this.#settleLater(id, index);
  }

  /** One timer a chat, however many lines come. */
  #settleLater(id: string, index: number): void {
    this.#host.parts.clock.after(settleMs, () => {
      const newest = this.#told.get(id);
      const before = this.#settled.get(id);
      if (newest === undefined || before === undefined) return;
      const heard = Math.min(index, this.#firstUnheard(id) - 1);
      if (heard > before) {
        this.#settled.set(id, heard);
        this.#host.savePassport();
      }
      if (newest > heard) this.#settleLater(id, newest);
      else this.#told.delete(id);
    });
  }

  /** The lowest index on its way to some client. */
  #firstUnheard(id: string): number {
    const { attachments, parts } = this.#host;
    let first = Infinity;
    for (const client of attachments.clients())
      for (const message of parts.hub.unheard(client) as readonly Partial<MessageLogUpdatedWire>[])
        if (message.messageType === 'MessageLogUpdated' && message.interactionId === id)
          first = Math.min(first, message.messages?.[0]?.index ?? Infinity);
    return first;
  }

  /** The index after which another node goes on. */
  settledIndex(id: string, known: number): number {
    return Math.min(known, this.#settled.get(id) ?? known);
  }
}
