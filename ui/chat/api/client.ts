import type { Ticket, Transcript } from '../state/model.ts';

/** How a call ended that was not answered as wished. `unknown`: it may have been done; `later`: it was not, and may be tried again. */
export type Failure = 'unknown' | 'later' | 'refused' | 'over';

export class ChatError extends Error {
  readonly failure: Failure;
  readonly status: number;
  constructor(failure: Failure, status: number) {
    super(`chat: ${failure} (${String(status)})`);
    this.name = 'ChatError';
    this.failure = failure;
    this.status = status;
  }
}

export interface Opening {
  nickname: string;
  subject?: string;
  queue?: string;
  contactCenter?: string;
}

/** The customer's side of chats, `/chat/v3`; every call has a deadline and throws `ChatError` alone. */
export interface ChatApi {
  open(opening: Opening): Promise<Ticket>;
  say(ticket: Ticket, messageId: string, text: string): Promise<void>;
  typing(ticket: Ticket, active: boolean): Promise<void>;
  leave(ticket: Ticket): Promise<void>;
  /** Lines from an index on; waits up to `waitS` for one. */
  transcript(ticket: Ticket, from: number, waitS: number): Promise<Transcript>;
}

const deadlineMs = 8_000;

export function createChatApi(base = '/chat/v3'): ChatApi {
  const call = async (path: string, init: RequestInit, withinMs = deadlineMs): Promise<unknown> => {
    let response: Response;
    let body: { data?: unknown; errors?: { code?: string }[] };
    try {
      response = await fetch(`${base}${path}`, { credentials: 'omit', signal: AbortSignal.timeout(withinMs), ...init });
      body = (await response.json()) as typeof body;
    } catch {
      throw new ChatError('unknown', 0);
    }
    if (response.ok) return body.data;
    throw new ChatError(body.errors?.[0]?.code === 'outcome.unknown' ? 'unknown' : failureOf(response.status), response.status);
  };
  const post = (path: string, data: object, ticket?: Ticket) =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(ticket === undefined ? {} : bearer(ticket)) },
      body: JSON.stringify(data),
    });
  return {
    open: async opening => (await post('/chats', opening)) as Ticket,
    say: async (ticket, messageId, text) => void (await post(`${pathOf(ticket)}/messages`, { text, messageId }, ticket)),
    typing: async (ticket, active) => void (await post(`${pathOf(ticket)}/typing`, { active }, ticket)),
    leave: async ticket => void (await post(`${pathOf(ticket)}/leave`, {}, ticket)),
    transcript: async (ticket, from, waitS) => {
      const query = `from=${String(from)}&waitS=${String(waitS)}`;
      return (await call(`${pathOf(ticket)}/transcript?${query}`, { headers: bearer(ticket) }, deadlineMs + waitS * 1_000)) as Transcript;
    },
  };
}

const pathOf = ({ chatId }: Ticket): string => `/chats/${encodeURIComponent(chatId)}`;
const bearer = ({ token }: Ticket) => ({ authorization: `Bearer ${token}` });

function failureOf(status: number): Failure {
  // The token is for no chat any more, or the chat is gone, or closed.
  if (status === 401 || status === 404 || status === 409) return 'over';
  if (status === 429 || status === 503) return 'later';
  return status >= 500 ? 'unknown' : 'refused';
}
