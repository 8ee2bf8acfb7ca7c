import http from 'node:http';
import { createRequire } from 'node:module';
import { argument, listen } from './listen.ts';

interface CometD {
  createCometDServer(options: object): { readonly handle: http.RequestListener; addExtension(extension: object): void };
}
interface AckModule {
  readonly AcknowledgedMessagesExtension: new () => object;
}

// Installed for the bench alone, so found from where it was put.
const load = createRequire(`${argument('modules', '.')}/index.js`);
const server = (load('cometd-nodejs-server') as CometD).createCometDServer({ timeout: 30_000, maxInterval: 20_000 });
if (process.argv.includes('--ack')) {
  const { AcknowledgedMessagesExtension } = load('cometd-nodejs-server/ack-extension') as AckModule;
  server.addExtension(new AcknowledgedMessagesExtension());
}
listen(http.createServer(server.handle));
