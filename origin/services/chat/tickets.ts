import { AppError } from '@handover/shared/errors';
import type { Sealer } from '@handover/shared/seal';
import type { Clock } from '@handover/shared/time';
import { z } from 'zod';

const ticketShape = z.object({
  id: z.string(),
  /** Location of the Interaction Server that has the chat. */
  location: z.string(),
  tenant: z.string(),
  expiresAtMs: z.number(),
});
export type Ticket = z.infer<typeof ticketShape>;

export const ticketMs = 12 * 3_600_000;
const purpose = 'customer-chat';

export const sealTicket = (sealer: Sealer, ticket: Ticket): Promise<string> => sealer.seal(JSON.stringify(ticket), purpose);

/** What the bearer of this header may speak in; `auth.refused` when it is not for this chat or over. */
export async function ticketFrom(sealer: Sealer, header: string | undefined, chatId: string, clock: Clock): Promise<Ticket> {
  const [, token = ''] = /^Bearer ([\w.-]{1,2048})$/i.exec(header ?? '') ?? [];
  const plain = token === '' ? undefined : await sealer.open(token, purpose);
  if (plain === undefined) throw new AppError('auth.refused', { text: 'The token is missing or not valid.' });
  const ticket = ticketShape.safeParse(JSON.parse(plain));
  if (!ticket.success || ticket.data.id !== chatId || ticket.data.expiresAtMs <= clock.now())
    throw new AppError('auth.refused', { text: 'The token is not valid for this chat.' });
  return ticket.data;
}
