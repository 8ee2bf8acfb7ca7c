import { AppError, errorBody } from '@handover/shared/errors';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { InteractionCommand } from '../../contracts/interaction.ts';
import type { RequestVariables } from '../../contracts/workspace.ts';
import { bodyOf, messageBody, openBody, parsed, transcriptQuery, typingBody } from './bodies.ts';
import { openChat } from './opening.ts';
import type { ChatParts } from './parts.ts';
import { createReader } from './reading.ts';
import { ask, serverOf } from './servers.ts';
import { ticketFrom } from './tickets.ts';

export interface ChatEnv {
  Variables: RequestVariables;
}
type Does = Omit<Extract<InteractionCommand, { messageName: 'RequestChatCustomer' }>, 'messageName' | 'interactionID'>;

const minuteMs = 60_000;
const perMinute = { open: 60, write: 120, read: 300 } as const;

/** The service's routes, relative to `/chat/v3`. The server sets the variable `request` before. */
export function createChatApp(parts: ChatParts): Hono<ChatEnv> {
  const { interactions, sealer, clock, log } = parts;
  const reader = createReader(clock);
  const app = new Hono<ChatEnv>();
  app.onError((thrown, c) => errorAnswer(c, thrown));
  app.use(async (c, next) => {
    c.header('cache-control', 'no-store');
    const origin = c.req.header('origin');
    if (origin !== undefined && !parts.allowedOrigins.has(origin)) throw new AppError('origin.forbidden');
    await next();
  });
  app.use(bodyLimit({ maxSize: 32_768, onError: c => errorAnswer(c as Context<ChatEnv>, new AppError('request.too-large')) }));

  app.post('/chats', async c => {
    await count('open', addressOf(c));
    return c.json({ data: await openChat(await bodyOf(c, openBody), parts) }, 201);
  });
  app.post('/chats/:id/messages', async c =>
    act(c, async () => {
      const { text, messageId } = await bodyOf(c, messageBody);
      return { action: 'Say', text, ...(messageId === undefined ? {} : { messageID: messageId }) };
    }),
  );
  app.post('/chats/:id/typing', async c =>
    act(c, async () => ({ action: (await bodyOf(c, typingBody)).active ? 'TypingStarted' : 'TypingStopped' })),
  );
  app.post('/chats/:id/leave', async c => {
    try {
      return await act(c, () => Promise.resolve({ action: 'Leave' }));
    } catch (error) {
      // Who has left has left.
      if (error instanceof AppError && error.code === 'session.conflict') return c.json({ data: {} });
      throw error;
    }
  });
  app.get('/chats/:id/transcript', async c => {
    const ticket = await ticketOf(c);
    const { from, waitS } = parsed(transcriptQuery, c.req.query());
    await count('read', ticket.id);
    const { signal } = c.req.raw;
    const data = await reader.read(serverOf(interactions, ticket), ticket.id, from, waitS * 1_000, () => signal.aborted);
    return c.json({ data });
  });
  // A route and not `notFound`, which a parent application would not take over.
  app.all('*', c => errorAnswer(c, new AppError('request.not-found')));
  return app;

  async function act(c: Context<ChatEnv>, doesWhat: () => Promise<Does>): Promise<Response> {
    const ticket = await ticketOf(c);
    await count('write', ticket.id);
    await ask(serverOf(interactions, ticket), { messageName: 'RequestChatCustomer', interactionID: ticket.id, ...(await doesWhat()) });
    return c.json({ data: {} });
  }

  function ticketOf(c: Context<ChatEnv>) {
    return ticketFrom(sealer, c.req.header('authorization'), c.req.param('id') ?? '', clock);
  }

  /** Counts in the region's cache; while that is away nobody is held up. */
  async function count(what: keyof typeof perMinute, who: string): Promise<void> {
    let counted = 0;
    try {
      counted = await parts.cache.increment(`chat:${what}:${who}:${String(Math.floor(clock.now() / minuteMs))}`, minuteMs);
    } catch (error) {
      log.info('chats are not counted', { reason: error instanceof AppError ? error.code : 'fault' });
    }
    if (counted > perMinute[what]) throw new AppError('auth.throttled');
  }

  function errorAnswer(c: Context<ChatEnv>, thrown: unknown): Response {
    const error = thrown instanceof AppError ? thrown : new AppError('internal.fault', { cause: thrown });
    const { requestId } = c.get('request');
    if (!(thrown instanceof AppError)) log.error('request failed', { requestId, detail: String(thrown) });
    else if (error.status >= 500) log.warn('request not answered', { requestId, code: error.code, detail: error.message });
    if (error.status === 503 || error.status === 429) c.header('retry-after', '1');
    return c.json(errorBody(error, requestId), error.status as ContentfulStatusCode);
  }
}

/** What the nearest proxy saw. */
const addressOf = (c: Context): string => c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim().slice(0, 64) ?? 'unknown';
