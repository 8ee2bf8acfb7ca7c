import type { Outgoing, State, Ticket } from '../state/model.ts';

/** What a reload of the page must not lose. */
export interface Kept {
  readonly ticket: Ticket;
  readonly outbox: readonly Outgoing[];
  readonly draft: string;
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;
const key = 'handover.chat';

/** Keeps the chat of this tab; where a page may keep nothing, a reload begins anew. */
export function createKeeper(storage: Storage | undefined) {
  return {
    load(): Kept | undefined {
      try {
        return keptFrom(JSON.parse(storage?.getItem(key) ?? 'null'));
      } catch {
        return undefined;
      }
    },
    save({ ticket, outbox, draft }: State): void {
      try {
        if (ticket === undefined) storage?.removeItem(key);
        else storage?.setItem(key, JSON.stringify({ ticket, outbox, draft }));
      } catch {
        // The storage is full or forbidden; the chat itself goes on.
      }
    },
  };
}

/** Undefined when it is nothing that was kept here. */
function keptFrom(value: unknown): Kept | undefined {
  const { ticket, outbox, draft } = (value ?? {}) as Partial<Kept>;
  const isTicket = typeof ticket?.chatId === 'string' && typeof ticket.token === 'string';
  return isTicket && Array.isArray(outbox) && typeof draft === 'string' ? { ticket, outbox, draft } : undefined;
}
