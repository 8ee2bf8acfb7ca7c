import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startEdge, type EdgeOptions, type RunningEdge } from '@handover/edge/serve';
import { decodeAttempt, type Attempt } from '@handover/shared/attempt';
import { createSigner, decodePin, type KeyringWire, type Pin } from '@handover/shared/pin';

export const keyring: KeyringWire = { active: 'k1', keys: { k1: Buffer.alloc(32, 7).toString('base64') } };
const signer = createSigner(keyring);

/** A request as an origin saw it. */
export interface Seen {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  attempt: Attempt | undefined;
}
export type Handler = (seen: Seen, response: ServerResponse) => void;

/** An origin node in this process: what it does is a function, and its port can go and come back. */
export interface FakeOrigin {
  readonly node: string;
  readonly port: number;
  readonly url: string;
  readonly seen: Seen[];
  readonly probes: number[];
  handler: Handler;
  /** `silent`: connections are taken and nothing is ever answered. */
  health: 'up' | 'draining' | 'silent';
  /** Pages that operators allowed. */
  origins: string[];
  readonly server: Server;
  /** Refuses connections and resets those that are open. */
  down(): Promise<void>;
  up(): Promise<void>;
}

export async function createFakeOrigin(node: string): Promise<FakeOrigin> {
  const region = node.split('/')[0] ?? '';
  const server = createServer((request, response) => void take(request, response));
  const origin: FakeOrigin = {
    node,
    port: 0,
    url: '',
    seen: [],
    probes: [],
    handler: (_, response) => answerJson(response, 200, { node }),
    health: 'up',
    origins: [],
    server,
    async down() {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    up: () => new Promise(resolve => server.listen(origin.port, '127.0.0.1', resolve)),
  };
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('x-handover-node', node);
    if (request.url === '/health') {
      origin.probes.push(Date.now());
      if (origin.health !== 'silent') answerJson(response, 200, { region, node, state: origin.health });
      return;
    }
    if (request.url === '/health/origins') return answerJson(response, 200, { origins: origin.origins });
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const decoded = await decodeAttempt(signer, request.headers['x-handover-attempt'] as string | undefined, { nowMs: Date.now() });
    const attempt = decoded.ok ? decoded.value : undefined;
    const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks), attempt };
    origin.seen.push(seen);
    origin.handler(seen, response);
  }
  server.keepAliveTimeout = 60_000;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(origin, { port, url: `http://127.0.0.1:${port}` });
}

export function answerJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** An origin in a process of its own, to be killed or frozen. It parks connects, and prints what it executed. */
export interface ChildOrigin {
  readonly node: string;
  readonly url: string;
  readonly process: ChildProcess;
  /** `METHOD path` of each request, as it arrived. */
  readonly executed: string[];
}

export async function startChildOrigin(node: string): Promise<ChildOrigin> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child-origin.ts'), node], { stdio: ['ignore', 'pipe', 'inherit'] });
  const executed: string[] = [];
  const port = await new Promise<string>((resolve, reject) => {
    child.once('exit', code => reject(new Error(`the child origin ended: ${code}`)));
    createInterface({ input: child.stdout }).on('line', line => (line.startsWith('READY ') ? resolve(line.slice(6)) : executed.push(line)));
  });
  return { node, url: `http://127.0.0.1:${port}`, process: child, executed };
}

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
  /** False when the connection broke before the end of the body. */
  complete: boolean;
  tookMs: number;
}

export interface Ask {
  method?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Stage {
  readonly edge: RunningEdge;
  ask(path: string, options?: Ask): Promise<Answer>;
  stop(): Promise<void>;
}

interface Listed {
  node: string;
  url: string;
}

/** The real worker on bare workerd, in front of the given origins. Regions are the first parts of the node ids, in order of mention. */
export async function createStage(origins: readonly Listed[], options: Partial<EdgeOptions> = {}): Promise<Stage> {
  const names = [...new Set(origins.map(origin => origin.node.split('/')[0] ?? ''))];
  const regions = names.map((name, index) => ({
    name,
    location: `/${name}`,
    priority: index,
    failover: names.filter(other => other !== name),
    origins: origins.filter(origin => origin.node.startsWith(`${name}/`)).map(({ node, url }) => ({ node, url })),
  }));
  const edge = await startEdge({ keyring, opsUser: 'ops', opsPassword: 'secret', ...options, regions: options.regions ?? { regions } });
  return { edge, ask: (path, more) => ask(edge.url + path, more), stop: () => edge.stop() };
}

/** One request over a connection of its own. */
export function ask(url: string, { method = 'GET', body, headers = {}, signal }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const startedMs = Date.now();
    const request = httpRequest(url, { method, headers, agent: false, ...(signal === undefined ? {} : { signal }) }, response => {
      const chunks: Buffer[] = [];
      const done = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
          complete: response.complete,
          tookMs: Date.now() - startedMs,
        });
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => undefined);
      response.on('close', done);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The pin that an answer sets, checked; undefined when it sets none. */
export async function pinOf(answer: Answer): Promise<{ pin: Pin; cookie: string } | undefined> {
  const line = answer.headers['set-cookie']?.find(each => each.startsWith('HANDOVER_PIN=v1'));
  const cookie = line?.split(';')[0];
  if (cookie === undefined) return undefined;
  const decoded = await decodePin(signer, cookie.slice('HANDOVER_PIN='.length), Date.now());
  if (!decoded.ok) throw new Error(`the pin is ${decoded.reason}`);
  return { pin: decoded.value, cookie };
}

export const codeOf = (answer: Answer): string | undefined =>
  (JSON.parse(answer.text) as { errors?: { code: string }[] }).errors?.[0]?.code;
export const nodeOf = (answer: Answer): string | undefined => (JSON.parse(answer.text) as { node?: string }).node;

/** Waits until `probe` answers something, with a generous deadline. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs = 15_000,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

export interface RegionState {
  name: string;
  state: string;
  nodes: { id: string; state: string; reason: string }[];
}

export const healthOf = async (stage: Stage, region: string): Promise<RegionState> => {
  const report = JSON.parse((await stage.ask('/health')).text) as { regions: RegionState[] };
  const found = report.regions.find(each => each.name === region);
  if (found === undefined) throw new Error(`no region ${region} in /health`);
  return found;
};
