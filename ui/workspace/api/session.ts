import type { Item } from '../state/item.ts';
import type { Event } from '../state/model.ts';
import { createAsking, type AnswerWire } from './asking.ts';
import { ApiError, createApi } from './client.ts';
import { eventFromMessage } from './events.ts';
import { contactQuery, returnedAttributes } from './contact-query.ts';
import { createItemActions, type ItemActions } from './items.ts';
import { readResponses, renderResponse } from './responses.ts';
import { watchStatistics } from './statistics.ts';
import { createStream } from './stream.ts';
import { createWorkbinReader } from './workbins.ts';

const deadlineMs = 8_000;

export interface Session {
  readonly start: () => Promise<void>;
  /** Sends a command of the voice channel; its fate reaches the page as events. */
  readonly command: (name: string, path: string, data?: unknown, callId?: string) => void;
  /** Says something in a chat; its draft goes once it was taken. */
  readonly say: (name: string, chatId: string, text: string) => void;
  /** Tells the others of a chat whether the agent writes; nobody waits for it. */
  readonly typing: (chatId: string, started: boolean) => void;
  readonly items: ItemActions;
  /** Reads the standard responses; nothing changes when nobody answers. */
  readonly loadResponses: () => void;
  /** Puts a standard response into an e-mail that the agent writes. */
  readonly insertResponse: (name: string, item: Item, responseId: string, atChar: number) => void;
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
    onLink: link => {
      emit({ kind: 'link', link });
      if (link === 'down') workbins.forget();
    },
  });
  const asking = createAsking(api, deadlineMs);
  const workbins = createWorkbinReader(asking, api, read => emit({ kind: 'workbins', workbins: read }));
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
    items: createItemActions(
      (name, path, data, subjectId) => void send(name, path, data, subjectId),
      (name, path, file, subjectId) => void perform(name, subjectId, () => api.postFile(path, file)),
      emit,
    ),
    loadResponses() {
      readResponses(asking).then(
        responses => emit({ kind: 'responses', responses }),
        () => undefined,
      );
    },
    insertResponse(name, item, responseId, atChar) {
      void perform(name, item.id, async () => {
        const rendered = await renderResponse(asking, responseId, item.id);
        if (rendered === undefined) throw new ApiError(404, 'response.unknown', 'The text is not there any more.', undefined);
        emit({ kind: 'insert', id: item.id, atChar, ...rendered });
      });
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
      emit({ kind: 'letters', letters: {} });
      emit({ kind: 'signed-out' });
    },
    signIn,
  };

  function send(name: string, path: string, data: unknown, subjectId: string | undefined): Promise<boolean> {
    return perform(name, subjectId, () => api.post(path, data));
  }

  /** Tells what becomes of a command; whether the server took it. */
  async function perform(name: string, subjectId: string | undefined, act: () => Promise<unknown>): Promise<boolean> {
    const id = ++lastCommand;
    emit({ kind: 'sent', command: { id, callId: subjectId, name, deadlineAtMs: Date.now() + deadlineMs } });
    try {
      await act();
      emit({ kind: 'answered', id });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) emit({ kind: 'signed-out' });
      else {
        const message = error instanceof Error ? error.message : String(error);
        const field = error instanceof ApiError ? error.field : undefined;
        const code = error instanceof ApiError ? error.code : 'outcome.unknown';
        emit({ kind: 'refused', id, code, message, ...(field === undefined ? {} : { field }) });
      }
      return false;
    }
  }

  function receive(data: unknown): void {
    asking.hear(data as AnswerWire);
    const event = eventFromMessage(data);
    if (event === undefined) return;
    emit(event);
    if (event.kind === 'media' && event.media.email !== 'LoggedOut') workbins.look();
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
