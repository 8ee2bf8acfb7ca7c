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

const channels = ['/workspace/v3/initialization', '/workspace/v3/voice', '/workspace/v3/media'];

/** The event stream of one page. After every (re)handshake all channels are subscribed again; each subscription is answered with the current state. */
export function createStream(options: { url: string; onMessage: (data: unknown) => void; onLink: (link: Link) => void }): Stream {
  const cometd = new CometD();
  // A parked poll is moved to another region by the edge; a socket into a frozen one stays silent until its own time is up, and calls with it.
  for (const transport of ['websocket', 'callback-polling']) cometd.unregisterTransport(transport);
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
