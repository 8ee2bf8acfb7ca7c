import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { bundleEdge } from '@handover/edge/serve';

export interface Proxy {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const source = (origin: string): string => `export default {
  async fetch(request) {
    const url = new URL(request.url);
    const response = await fetch(new Request(${JSON.stringify(origin)} + url.pathname + url.search, request), { redirect: 'manual' });
    return new Response(response.body, response);
  },
};`;

/** The same runtime with a worker that only passes requests on to one origin. */
export async function startPassThrough(origin: string): Promise<Proxy> {
  const { workerd } = await bundleEdge();
  const work = await mkdtemp(join(tmpdir(), 'handover-pass-'));
  await writeFile(join(work, 'index.js'), source(origin));
  await writeFile(
    join(work, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "pass", worker = .pass), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "pass")],
);
const pass :Workerd.Worker = (modules = [(name = "index.js", esModule = embed "index.js")], compatibilityDate = "2026-11-01");
`,
  );
  const child = spawn(workerd, ['serve', 'config.capnp', 'config', '--control-fd=3'], {
    cwd: work,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('close', () => reject(new Error('the pass-through did not start')));
    createInterface({ input: child.stdio[3] as Readable }).on('line', line => resolve((JSON.parse(line) as { port: number }).port));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(work, { recursive: true, force: true });
    },
  };
}
