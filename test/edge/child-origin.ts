/** An origin to be killed or frozen: `node child-origin.ts <node id>`. Parks connects for a minute; answers the rest at once. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const node = process.argv[2] ?? '';
const parkedMs = 60_000;

const server = createServer((request, response) => {
  response.setHeader('x-handover-node', node);
  if (request.url === '/health') {
    response.end(JSON.stringify({ region: node.split('/')[0], node, state: 'up' }));
    return;
  }
  console.log(`${request.method} ${request.url}`);
  request.resume();
  if (request.url?.endsWith('/die') === true) process.kill(process.pid, 'SIGKILL');
  if (request.url?.endsWith('/connect') === true) setTimeout(() => response.end('[]'), parkedMs);
  else response.end(JSON.stringify({ node }));
});
server.keepAliveTimeout = parkedMs;
server.listen(0, '127.0.0.1', () => console.log(`READY ${(server.address() as AddressInfo).port}`));
