import { CometD } from 'cometd';
import type { Link } from '../state/model.ts';

export interface Stream {
  /** Resolves when handshaken. */
  open(): Promise<void>;
  close(): void;
}

interface CometdMessage {
  successful?: boolean;
  data?: unknown;
}

const names = ['initialization', 'voice', 'media', 'media/chat', 'media/email', 'media/workitem', 'workbins', 'contacts'];
const channels = names.map(name => `/workspace/v3/${name}`);

/** The event stream of one page. After every (re)handshake all channels are subscribed again; each subscription is answered with the current state. */
export function createStream(options: { url: string; onMessage: (data: unknown) => void; onLink: (link: Link) => void }): Stream {
  const cometd = new CometD();
  // WebSocket where it works, else long-polling; never scripts.
  cometd.unregisterTransport('callback-polling');
  cometd.configure({ url: options.url, logLevel: 'warn', maxBackoff: 2_000, backoffIncrement: 250 });
  const subscribe = (): void =>
    cometd.batch(() => {
      for (const channel of channels) cometd.subscribe(channel, (message: CometdMessage) => options.onMessage(message.data));
    });
  cometd.addListener('/meta/handshake', (message: CometdMessage) => {
    if (message.successful === true) subscribe();
    else options.onLink('down');
  });
  cometd.addListener('/meta/connect', (message: CometdMessage) => options.onLink(message.successful === true ? 'up' : 'down'));
  return {
    open: () =>
      new Promise((resolve, reject) => {
        cometd.handshake((reply: CometdMessage) => (reply.successful === true ? resolve() : reject(new Error('handshake refused'))));
      }),
    close: () => void cometd.disconnect(),
  };
}
