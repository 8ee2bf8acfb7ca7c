import http from 'node:http';
import { createRequire } from 'node:module';
import { argument, listen } from './listen.ts';

interface CometD {
  createCometDServer(options: object): { readonly handle: http.RequestListener; addExtension(extension: object): void };
}
interface AckModule {
  readonly AcknowledgedMessagesExtension: new () => object;
}

const require = createRequire(`${argument('modules', '.')}/index.js`);
const server = (require('cometd-nodejs-server') as CometD).createCometDServer({ timeout: 30_000, maxInterval: 20_000 });
if (process.argv.includes('--ack')) {
  const { AcknowledgedMessagesExtension } = require('cometd-nodejs-server/ack-extension') as AckModule;
  server.addExtension(new AcknowledgedMessagesExtension());
}
listen(http.createServer(server.handle));
