import http from 'node:http';
import { createRequire } from 'node:module';
import { listen } from './listen.ts';

interface Faye {
  readonly NodeAdapter: new (options: { mount: string; timeout: number }) => { attach(server: http.Server): void };
}

const { NodeAdapter } = createRequire(import.meta.url)('faye') as Faye;
const server = http.createServer();
new NodeAdapter({ mount: '/cometd', timeout: 30 }).attach(server);
listen(server);
