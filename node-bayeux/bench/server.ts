import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { AckExtension, createBayeuxServer } from '../index.ts';

/** A bare server for load generators: every channel open, one path, this machine only. `--port N`. */
const at = process.argv.indexOf('--port');
const port = at < 0 ? 0 : Number(process.argv[at + 1]);
const bayeux = createBayeuxServer({ maxInterval: 20_000, maxSessionsPerBrowser: -1 });
bayeux.addExtension(new AckExtension());

const server = http.createServer((request, response) => {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (path === '/cometd' || path.startsWith('/cometd/')) bayeux.handle(request, response);
  else response.writeHead(404).end();
});
server.on('upgrade', (request, socket, head) => bayeux.handleUpgrade(request, socket, head));
server.keepAliveTimeout = 65_000;
server.listen(port, '127.0.0.1', 4096, () => {
  console.log(`READY ${process.pid} ${(server.address() as AddressInfo).port}`);
});
