import { AppError } from '@handover/shared/errors';
import { kvStr } from '@handover/shared/genesys';
import { sleep } from '@handover/shared/time';
import type { ContactCenter } from '../../contracts/stores.ts';
import type { OpenBody } from './bodies.ts';
import type { ChatParts } from './parts.ts';
import { ask, serverForNew } from './servers.ts';
import { sealTicket, ticketMs } from './tickets.ts';

const defaultQueue = 'chat-inbound';
const identifyMs = 1_000;
const clueNames: ReadonlySet<string> = new Set(['EmailAddress', 'PhoneNumber']);

/** A new chat with its customer in it, and the token that he speaks with. */
export async function openChat(body: OpenBody, parts: ChatParts): Promise<{ chatId: string; token: string }> {
  const tenant = await tenantOf(body.contactCenter, parts);
  const attributes = Object.entries(body.attributes ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const contactID = await contactOf(tenant, attributes, parts);
  const server = serverForNew(parts.interactions);
  const event = await ask(server, {
    messageName: 'RequestSubmit',
    interaction: {
      mediaType: 'chat',
      interactionType: 'Inbound',
      interactionSubtype: 'InboundNew',
      queue: body.queue ?? defaultQueue,
      ...(body.subject === undefined ? {} : { subject: body.subject }),
      ...(contactID === undefined ? {} : { contactID }),
      userData: attributes.map(({ name, value }) => kvStr(name, value)),
      customer: { nickname: body.nickname, ...(body.text === undefined ? {} : { text: body.text }) },
    },
  });
  if (event.messageName !== 'EventInteractionSubmitted') throw new AppError('outcome.unknown');
  const ticket = { id: event.interactionID, location: server.location, tenant, expiresAtMs: parts.clock.now() + ticketMs };
  return { chatId: ticket.id, token: await sealTicket(parts.sealer, ticket) };
}

async function tenantOf(asked: string | undefined, { contactCenters }: ChatParts): Promise<string> {
  let centers: readonly ContactCenter[];
  try {
    centers = await contactCenters.contactCenters('local');
  } catch (error) {
    if (asked !== undefined) throw error;
    return ''; // without the store nobody is identified either
  }
  const isMeant = ({ id, name, domains }: ContactCenter): boolean =>
    id === asked || name === asked || domains.includes(asked?.toLowerCase() ?? '');
  const found = asked === undefined && centers.length === 1 ? centers[0] : centers.find(isMeant);
  if (found !== undefined) return found.name;
  const text = asked === undefined ? 'contactCenter: must be given' : 'contactCenter: there is no such contact centre';
  throw new AppError('request.invalid', { field: 'contactCenter', text });
}

/** Who the customer is; not to know never hinders the chat. */
async function contactOf(
  tenant: string,
  attributes: readonly { name: string; value: string }[],
  { contacts, clock, log }: ChatParts,
): Promise<string | undefined> {
  const clues = attributes.filter(({ name }) => clueNames.has(name));
  if (clues.length === 0 || tenant === '') return undefined;
  try {
    const late = sleep(clock, identifyMs).then(() => undefined);
    return (await Promise.race([contacts.contacts.identify(tenant, clues, attributes), late]))?.contactId;
  } catch (error) {
    log.info('customer of a chat not identified', { reason: error instanceof AppError ? error.code : 'fault' });
    return undefined;
  }
}
