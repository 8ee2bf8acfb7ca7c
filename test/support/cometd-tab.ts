import { Worker } from 'node:worker_threads';
import { bayeuxCookie } from '@handover/shared/headers';
import { createInbox, type Inbox } from './inbox.ts';

/** What the worker tells. */
export type TabMessage =
  | { kind: 'event'; channel: string; data: { messageType: string; [key: string]: unknown } }
  | { kind: 'meta'; channel: string; successful: boolean; error?: string };
export type TabCommand = { kind: 'subscribe'; channel: string } | { kind: 'disconnect' };

/** A client of today's `cometd` library in a thread of its own: it and the vendor's client each adapt the one global `window`. */
export interface CometdTab {
  readonly events: Inbox<Extract<TabMessage, { kind: 'event' }>>;
  readonly meta: Inbox<Extract<TabMessage, { kind: 'meta' }>>;
  subscribe(channel: string): Promise<void>;
  handshakes(): number;
  /** Says goodbye and ends the thread. */
  close(): Promise<void>;
}

/** Shakes hands at the Workspace API with these cookies; rejects when that is refused. */
export async function openCometdTab(
  url: string,
  cookie: string,
  options: { transport?: 'long-polling' | 'websocket' } = {},
): Promise<CometdTab> {
  const events = createInbox<Extract<TabMessage, { kind: 'event' }>>();
  const meta = createInbox<Extract<TabMessage, { kind: 'meta' }>>();
  // A browser keeps one such cookie for all its tabs; this thread is a browser of its own.
  const cookies = cookie
    .split(/;\s*/)
    .filter(pair => !pair.startsWith(`${bayeuxCookie}=`))
    .join('; ');
  const worker = new Worker(new URL('./cometd-tab-worker.ts', import.meta.url), {
    workerData: { url: `${url}/workspace/v3/notifications`, cookie: cookies, transport: options.transport ?? 'long-polling' },
  });
  const ended = new Promise<void>(resolve => worker.once('exit', () => resolve()));
  worker.on('message', (message: TabMessage) => (message.kind === 'event' ? events.push(message) : meta.push(message)));
  worker.on('error', (error: Error) => meta.push({ kind: 'meta', channel: '/meta/handshake', successful: false, error: error.message }));
  const handshake = await meta.next('the handshake', message => message.channel === '/meta/handshake');
  if (!handshake.successful) {
    await worker.terminate();
    throw new Error(`handshake refused: ${handshake.error ?? ''}`);
  }
  return {
    events,
    meta,
    async subscribe(channel) {
      const from = meta.mark();
      worker.postMessage({ kind: 'subscribe', channel } satisfies TabCommand);
      const reply = await meta.next(`subscription to ${channel}`, message => message.channel === '/meta/subscribe', { from });
      if (!reply.successful) throw new Error(`subscription to ${channel} refused: ${reply.error ?? ''}`);
    },
    handshakes: () => meta.seen.filter(message => message.channel === '/meta/handshake').length,
    async close() {
      worker.postMessage({ kind: 'disconnect' } satisfies TabCommand);
      const timer = setTimeout(() => void worker.terminate(), 3_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
