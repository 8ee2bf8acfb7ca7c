import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './answer.ts';
import { answerCustomers } from './customers.ts';
import type { World } from './world.ts';

const maxBodyBytes = 64 * 1024;
const numberShape = /^\+?[0-9]{2,15}$/;
const connIdShape = /^[0-9A-F]{16}$/;

/** An answer of the control endpoint. */
/** The world's HTTP side: what a person at a phone, or a tester, would do. Errors are `{error: {code, field?}}`. */
export async function listenControl(world: World, options: { host: string; port: number }) {
  const server = createServer((request, response) => {
    void answer(world, request).then(
      ({ status, body }) => send(response, status, body),
      () => send(response, 500, { error: { code: 'internal' } }),
    );
  });
  server.requestTimeout = 5_000;
  server.maxConnections = 200;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const invalid = (field: string): Answer => ({ status: 400, body: { error: { code: 'invalid', field } } });

async function answer(world: World, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://world');
  const route = `${request.method ?? 'GET'} ${url.pathname}`;
  if (route === 'GET /state') return { status: 200, body: world.state() };
  if (route === 'GET /log') return { status: 200, body: world.commands.read(url.searchParams.get('dn') ?? undefined) };
  const dn = /^GET \/dns\/([^/]{1,40})$/.exec(route)?.[1];
  if (dn !== undefined) return { status: 200, body: world.dn(decodeURIComponent(dn)) };
  if (route === 'POST /calls') return makeCall(world, await readBody(request));
  const agent = /^GET \/media\/([^/]{1,80})$/.exec(route)?.[1];
  if (agent !== undefined) return { status: 200, body: { loggedIn: world.media(decodeURIComponent(agent)) } };
  const customers = await answerCustomers(world, route, () => readBody(request));
  if (customers !== undefined) return customers;
  if (route === 'POST /hangup') return hangup(world, await readBody(request));
  if (route === 'POST /promote')
    return world.promoteConfiguration() ? { status: 200, body: {} } : { status: 503, body: { error: { code: 'no-server' } } };
  return { status: 404, body: { error: { code: 'not-found' } } };
}

async function makeCall(world: World, body: Readonly<Record<string, unknown>> | undefined): Promise<Answer> {
  if (body === undefined) return invalid('body');
  const { from, to } = body;
  if (typeof from !== 'string' || !numberShape.test(from)) return invalid('from');
  if (typeof to !== 'string' || !numberShape.test(to)) return invalid('to');
  const result = await world.call(from, to);
  if ('call' in result) return { status: 200, body: result };
  const status = result.error === 'refused' ? 422 : 503;
  return { status, body: { error: { code: result.error, ...(result.detail === undefined ? {} : { detail: result.detail }) } } };
}

function hangup(world: World, body: Readonly<Record<string, unknown>> | undefined): Answer {
  const call = body?.['call'];
  if (typeof call !== 'string' || !connIdShape.test(call.toUpperCase())) return invalid('call');
  if (!world.hangup(call.toUpperCase())) return { status: 404, body: { error: { code: 'unknown-call', field: 'call' } } };
  return { status: 200, body: { call: call.toUpperCase() } };
}

/** The body as an object; undefined when it is none, or too long. */
async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
