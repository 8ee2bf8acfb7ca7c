import type { Event } from '../state/model.ts';
import { ApiError, createApi } from './client.ts';
import { eventFromMessage } from './events.ts';
import { contactQuery, returnedAttributes } from './contact-query.ts';
import { watchStatistics } from './statistics.ts';
import { createStream } from './stream.ts';

const deadlineMs = 8_000;

export interface Session {
  readonly start: () => Promise<void>;
  /** Sends a command of the voice channel; its fate reaches the page as events. */
  readonly command: (name: string, path: string, data?: unknown, callId?: string) => void;
  /** Says something in a chat; its draft goes once it was taken. */
  readonly say: (name: string, chatId: string, text: string) => void;
  /** Tells the others of a chat whether the agent writes; nobody waits for it. */
  readonly typing: (chatId: string, started: boolean) => void;
  readonly searchContacts: (words: string) => void;
  readonly signOut: () => Promise<void>;
  readonly signIn: () => void;
}

/** Ties page, API and event stream together. Everything that happens is told through `emit`. */
export function createSession(emit: (event: Event) => void): Session {
  const api = createApi({ base: '/workspace/v3', deadlineMs, onRegion: region => emit({ kind: 'served-by', region }) });
  const stream = createStream({
    url: `${location.origin}/workspace/v3/notifications`,
    onMessage: data => receive(data),
    onLink: link => emit({ kind: 'link', link }),
  });
  let lastCommand = 0;
  let activated = false;
  let stopStatistics = (): void => undefined;

  const signIn = (): void => location.assign(`/workspace/v3/login?redirect_uri=${encodeURIComponent(location.href)}`);

  return {
    async start() {
      try {
        await api.post('/initialize-workspace');
      } catch (error) {
        if (error instanceof ApiError && (error.status === 403 || error.status === 401)) return signIn();
        return emit({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
      }
      await stream.open().catch(() => emit({ kind: 'link', link: 'down' }));
    },
    command(name, path, data, callId) {
      void send(name, path, data, callId);
    },
    say(name, chatId, text) {
      const path = `/media/chat/interactions/${encodeURIComponent(chatId)}/send-message`;
      void send(name, path, { message: text }, chatId).then(taken => {
        if (taken) emit({ kind: 'said', id: chatId, text });
      });
    },
    typing(chatId, started) {
      const path = `/media/chat/interactions/${encodeURIComponent(chatId)}/send-typing-${started ? 'started' : 'stopped'}`;
      api.post(path, {}).catch(() => undefined);
    },
    searchContacts(words) {
      const operationId = crypto.randomUUID();
      emit({ kind: 'search', operationId, deadlineAtMs: Date.now() + deadlineMs });
      api
        .post('/ucs/contacts/search', { query: contactQuery(words), returnedAttributes, maxResults: 10 }, operationId)
        .catch(() => emit({ kind: 'search-failed', operationId }));
    },
    async signOut() {
      stream.close();
      stopStatistics();
      await api.post('/logout').catch(() => undefined);
      emit({ kind: 'signed-out' });
    },
    signIn,
  };

  /** Whether the server took it. */
  async function send(name: string, path: string, data: unknown, subjectId: string | undefined): Promise<boolean> {
    const id = ++lastCommand;
    emit({ kind: 'sent', command: { id, callId: subjectId, name, deadlineAtMs: Date.now() + deadlineMs } });
    try {
      await api.post(path, data);
      emit({ kind: 'answered', id });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) emit({ kind: 'signed-out' });
      else {
        const code = error instanceof ApiError ? error.code : 'outcome.unknown';
        emit({ kind: 'refused', id, code, message: error instanceof Error ? error.message : String(error) });
      }
      return false;
    }
  }

  function receive(data: unknown): void {
    const event = eventFromMessage(data);
    if (event === undefined) return;
    emit(event);
    if (event.kind !== 'initialised' || activated) return;
    activated = true;
    stopStatistics();
    stopStatistics = watchStatistics(api, event.user.employeeId ?? event.user.userName, values => emit({ kind: 'statistics', values }));
    const channels = { agentId: event.user.agentLogin, placeName: event.user.defaultPlace };
    api.post('/activate-channels', channels).catch((error: unknown) => {
      activated = false;
      emit({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
    });
  }
}
