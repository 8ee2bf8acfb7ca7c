import type { Event } from '../state/model.ts';
import { ApiError, createApi } from './client.ts';
import { eventFromMessage } from './events.ts';
import { createStream } from './stream.ts';

const deadlineMs = 8_000;

export interface Session {
  readonly start: () => Promise<void>;
  /** Sends a command of the voice channel; its fate reaches the page as events. */
  readonly command: (name: string, path: string, data?: unknown, callId?: string) => void;
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
      const id = ++lastCommand;
      emit({ kind: 'sent', command: { id, callId, name, deadlineAtMs: Date.now() + deadlineMs } });
      api.post(path, data).then(
        () => emit({ kind: 'answered', id }),
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 403) return emit({ kind: 'signed-out' });
          const code = error instanceof ApiError ? error.code : 'outcome.unknown';
          emit({ kind: 'refused', id, code, message: error instanceof Error ? error.message : String(error) });
        },
      );
    },
    async signOut() {
      stream.close();
      await api.post('/logout').catch(() => undefined);
      emit({ kind: 'signed-out' });
    },
    signIn,
  };

  function receive(data: unknown): void {
    const event = eventFromMessage(data);
    if (event === undefined) return;
    emit(event);
    if (event.kind !== 'initialised' || activated) return;
    activated = true;
    const channels = { agentId: event.user.agentLogin, placeName: event.user.defaultPlace };
    api.post('/activate-channels', channels).catch((error: unknown) => {
      activated = false;
      emit({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
    });
  }
}
