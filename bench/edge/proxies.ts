import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openFilesLimit } from './load.ts';
import type { Proxy } from './pass-through.ts';

const startTimeoutMs = 5_000;
/** Two open files for each connection, and some for the program itself. */
const maxConnections = Math.min(30_000, Math.floor((openFilesLimit() - 200) / 2));

/** nginx as a plain reverse proxy with kept connections to one origin, in one process; undefined when it is not installed. */
export const startNginx = (origin: string): Promise<Proxy | undefined> =>
  start('nginx', {
    version: ['-v'],
    config: port => `daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
events { worker_connections ${2 * maxConnections}; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  upstream origin { server ${new URL(origin).host}; keepalive 10000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    keepalive_requests 1000000;
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_read_timeout 120s;
    }
  }
}
`,
    args: (directory, config) => ['-p', directory, '-c', config],
  });

/** HAProxy as a plain reverse proxy, one thread; undefined when it is not installed. */
export const startHaproxy = (origin: string): Promise<Proxy | undefined> =>
  start('haproxy', {
    version: ['-v'],
    config: port => `global
  nbthread 1
  maxconn ${maxConnections}
defaults
  mode http
  maxconn ${maxConnections}
  timeout connect 5s
  timeout client 120s
  timeout server 120s
  option http-keep-alive
  option forwardfor
  http-reuse safe
frontend http
  bind 127.0.0.1:${port} backlog 4096
  default_backend origin
backend origin
  server one ${new URL(origin).host}
`,
    args: (_directory, config) => ['-db', '-f', config],
  });

interface Recipe {
  readonly version: readonly string[];
  config(port: number): string;
  args(directory: string, config: string): string[];
}

async function start(program: string, recipe: Recipe): Promise<Proxy | undefined> {
  const found = await promisify(execFile)(program, [...recipe.version]).then(
    () => true,
    () => false,
  );
  if (!found) return undefined;
  const directory = await mkdtemp(join(tmpdir(), `handover-${program}-`));
  const config = join(directory, 'proxy.conf');
  const port = await freePort();
  await writeFile(config, recipe.config(port));
  const child = spawn(program, recipe.args(directory, config), { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  for (const deadlineMs = Date.now() + startTimeoutMs; !(await listens(port)); await sleep(50))
    if (Date.now() > deadlineMs || child.exitCode !== null) throw new Error(`${program} did not start: ${said}`);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

const listens = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
