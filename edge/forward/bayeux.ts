import { z } from '@handover/shared/config';

const maxMessages = 100;
const messageSchema = z.object({
  channel: z.string().max(256),
  id: z.string().max(64).optional(),
  clientId: z.string().max(128).optional(),
});
const batchSchema = z.union([z.array(messageSchema).max(maxMessages), messageSchema.transform(message => [message])]);
type Message = z.infer<typeof messageSchema>;

const parkedSuffix = '/connect';
const decoder = new TextDecoder();

/** Does the batch hold a connect, which an origin may park? The path says so for most clients; else the text of the body. */
export function holdsConnect(path: string, bytes: Uint8Array | undefined): boolean {
  if (path.endsWith(parkedSuffix)) return true;
  return bytes !== undefined && decoder.decode(bytes).includes('/meta/connect');
}

/** Only meta messages: they may be sent again. A publish among them may not. Unreadable: may not. Looks at nothing else, since every poll comes by. */
export function onlyMeta(bytes: Uint8Array): boolean {
  try {
    const parsed: unknown = JSON.parse(decoder.decode(bytes));
    const batch: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
    return batch.length <= maxMessages && batch.every(isMeta);
  } catch {
    return false;
  }
}

function isMeta(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || !('channel' in message)) return false;
  return typeof message.channel === 'string' && message.channel.startsWith('/meta/');
}

function read(bytes: Uint8Array): Message[] | undefined {
  try {
    const parsed = batchSchema.safeParse(JSON.parse(decoder.decode(bytes)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

const spreadMs = 2_000;

/**
 * The answer when no region can serve a Bayeux request: each message is failed with 402, and the client is told to shake hands again after
 * a while of its own. Undefined when the request was no Bayeux.
 */
export function handshakeAnswer(bytes: Uint8Array | undefined, random: number): Response | undefined {
  const batch = bytes && read(bytes);
  if (batch === undefined) return undefined;
  const advice = { reconnect: 'handshake', interval: 1_000 + Math.floor(random * spreadMs) };
  const replies = batch.map(({ channel, id, clientId }) => ({
    channel,
    ...(id === undefined ? {} : { id }),
    ...(clientId === undefined || channel === '/meta/handshake' ? {} : { clientId }),
    successful: false,
    error: '402::No region can serve the session',
    ...(channel.startsWith('/meta/') ? { advice } : {}),
  }));
  return Response.json(replies, { headers: { 'cache-control': 'no-store' } });
}
