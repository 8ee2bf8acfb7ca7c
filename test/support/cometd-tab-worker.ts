import { parentPort, workerData } from 'node:worker_threads';
import { CometD, type Message, type SubscriptionHandle } from 'cometd';
import { adapt } from 'cometd-nodejs-client';
import type { TabCommand, TabMessage } from './cometd-tab.ts';

const port = parentPort;
if (port === null) throw new Error('this file runs in a worker thread');
const { url, cookie, transport } = workerData as { url: string; cookie: string; transport: string };
const tell = (message: TabMessage): void => port.postMessage(message);

adapt();
// The library sends its cookies with long-polling only; a browser does with both.
const page = (globalThis as unknown as { window: { WebSocket: new (url: string, protocols: string[], options: object) => object } }).window;
page.WebSocket = class extends page.WebSocket {
  constructor(address: string, protocols: string[] = []) {
    super(address, protocols, { headers: { cookie } });
  }
};
const cometd = new CometD();
for (const other of ['websocket', 'long-polling', 'callback-polling']) if (other !== transport) cometd.unregisterTransport(other);
cometd.configure({ url, logLevel: 'warn', requestHeaders: { Cookie: cookie } });
for (const channel of ['/meta/handshake', '/meta/connect', '/meta/subscribe'])
  cometd.addListener(channel, (message: Message) => {
    const failed = message.successful !== true;
    tell({ kind: 'meta', channel, successful: !failed, ...(failed ? { error: message.error ?? 'no answer' } : {}) });
  });

port.on('message', (command: TabCommand) => {
  switch (command.kind) {
    case 'subscribe':
      subscribe(command.channel);
      return;
    case 'disconnect':
      cometd.disconnect(() => process.exit(0));
      return;
  }
});

const subscriptions = new Map<string, SubscriptionHandle>();

/** The library asks the server only about channels that it is not subscribed to. */
function subscribe(channel: string): void {
  const before = subscriptions.get(channel);
  if (before !== undefined) cometd.unsubscribe(before);
  const handle = cometd.subscribe(channel, message => {
    tell({ kind: 'event', channel: message.channel, data: message.data as { messageType: string } });
  });
  subscriptions.set(channel, handle);
}

cometd.handshake();
