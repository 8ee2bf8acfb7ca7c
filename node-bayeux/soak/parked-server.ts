import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBayeuxServer } from '../index.ts';
import { say } from './proc.ts';

// The server of the soak, in a process of its own. SIGUSR2 collects garbage; a line of metrics goes out every second.
const bayeux = createBayeuxServer({ timeout: 30_000, maxInterval: 10_000, maxSessionsPerBrowser: -1 });
process.on('SIGUSR2', () => globalThis.gc?.());
const server = http.createServer(bayeux.handle);
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4_096, () => {
  say(`READY ${process.pid} ${(server.address() as AddressInfo).port}`);
  setInterval(() => say(JSON.stringify({ ...bayeux.metrics(), memory: process.memoryUsage() })), 1_000);
});
