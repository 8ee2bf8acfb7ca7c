import type { Hono } from 'hono';
import { createChatApp, type ChatEnv } from './app.ts';
import type { ChatParts } from './parts.ts';

/** The customers' side of chats, `/chat/v3`. Keeps nothing: a token says where its chat is, so that any node of any region serves it. */
export interface ChatService {
  /** To be mounted at `/chat/v3`. */
  readonly app: Hono<ChatEnv>;
}

export const createChatService = (parts: ChatParts): ChatService => ({ app: createChatApp(parts) });
