import type { Core } from '../core.ts';
import { handshakeAdvice, noneAdvice } from '../protocol/advice.ts';
import { isMessageId, type Advice, type BayeuxMessage, type BayeuxReply } from '../protocol/message.ts';
import { errorText, type MessageRefusal } from '../protocol/vocabulary.ts';

/** An answer to a message, unsuccessful until somebody says otherwise. */
export function replyTo(message: BayeuxMessage): BayeuxReply {
  const reply: BayeuxReply = { channel: typeof message.channel === 'string' ? message.channel.slice(0, 256) : '', successful: false };
  if (isMessageId(message.id)) reply.id = message.id;
  return reply;
}

/** Turns the reply into a refusal, and makes it known. */
export function refuse(core: Core, message: BayeuxMessage, reply: BayeuxReply, refusal: MessageRefusal, argument = ''): void {
  reply.successful = false;
  reply.error = errorText(core.options.errorVocabulary, refusal, argument);
  const { clientId } = message;
  core.refused(refusal, { clientId: typeof clientId === 'string' ? clientId.slice(0, 128) : undefined, channel: reply.channel, argument });
}

/** What a client without a session here is told: to stop if it said goodbye, else to handshake. */
export function adviceForUnknown(core: Core, clientId: unknown): Advice {
  const left = typeof clientId === 'string' && core.sessions.hasLeft(clientId);
  return left ? noneAdvice(core.options) : handshakeAdvice(core.options);
}

/**
 * What a client without its cookie is told. One that never returned it cannot keep cookies: handshaking again would go on
 * for ever, so it is told to stop. One that lost it starts again.
 */
export function adviceWithoutCookie(core: Core, cookieSeen: boolean): Advice {
  return cookieSeen ? handshakeAdvice(core.options) : noneAdvice(core.options);
}
