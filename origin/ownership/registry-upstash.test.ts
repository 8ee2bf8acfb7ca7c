import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import RedisMock from 'ioredis-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registrySuite } from './registry-suite.ts';
import { createUpstashRegistry } from './registry-upstash.ts';

const redis = new RedisMock();
let calls = 0;
let hung = false;
let url = '';

/** The part of the REST protocol that the registry uses: one command, or a list of them at `/pipeline`; answers in base64. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  calls += 1;
  if (hung) return;
  let body = '';
  for await (const chunk of request) body += String(chunk);
  if (request.headers.authorization !== 'Bearer secret') {
    response.writeHead(401).end(JSON.stringify({ error: 'ERR' }));
    return;
  }
  const given = JSON.parse(body) as string[] | string[][];
  const replies = request.url === '/pipeline' ? await Promise.all((given as string[][]).map(run)) : await run(given as string[]);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(replies));
}
async function run([name = '', script = '', count = '0', ...rest]: string[]): Promise<{ result: string } | { error: string }> {
  if (name.toLowerCase() === 'evalsha') return { error: 'NOSCRIPT' };
  const result = String(await redis.eval(script, Number(count), ...rest));
  return { result: Buffer.from(result).toString('base64') };
}
const server = createServer((request, response) => void answer(request, response));

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const registry = (timeoutMs?: number) => createUpstashRegistry({ url, token: 'secret', ...(timeoutMs === undefined ? {} : { timeoutMs }) });

describe('the registry over HTTP', () => {
  registrySuite(async () => {
    await redis.flushall();
    return { registry: registry(), flush: async () => void (await redis.flushall()), grow: async () => void (await redis.del('ho:born')) };
  });
});

it('makes one call for operations of the same tick', async () => {
  const before = calls;
  const one = registry();
  await Promise.all([one.read('acme:ann'), one.read('acme:bob')]);
  expect(calls).toBe(before + 1);
});

it('gives up at its deadline, and does not repeat the call', async () => {
  hung = true;
  const before = calls;
  await expect(registry(50).read('acme:ann')).rejects.toThrow();
  hung = false;
  expect(calls).toBe(before + 1);
});

it('rejects when the server refuses', async () => {
  await expect(createUpstashRegistry({ url, token: 'wrong' }).read('acme:ann')).rejects.toThrow();
});
