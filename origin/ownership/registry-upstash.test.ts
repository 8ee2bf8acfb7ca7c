import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import RedisMock from 'ioredis-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registrySuite } from './registry-suite.ts';
import { createGate, createUpstashRegistry } from './registry-upstash.ts';

const redis = new RedisMock();
let calls = 0;
let hung = false;
let url = '';

/** The part of the REST protocol that the registry uses: one command per call, answers in base64. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  calls += 1;
  if (hung) return;
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const [name, script = '', count = '0', ...rest] = JSON.parse(body) as string[];
  if (request.headers.authorization !== 'Bearer secret' || name?.toLowerCase() !== 'eval') {
    response.writeHead(400).end(JSON.stringify({ error: 'ERR' }));
    return;
  }
  const result = String(await redis.eval(script, Number(count), ...rest));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ result: Buffer.from(result).toString('base64') }));
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

it('makes one call per operation', async () => {
  const before = calls;
  await registry().read('acme:ann');
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

it('lets a limited number of calls run and a limited number wait', async () => {
  const gate = createGate(1, 1);
  let release = (): void => undefined;
  const first = gate(() => new Promise<string>(resolve => (release = () => resolve('first'))));
  const second = gate(() => Promise.resolve('second'));
  await expect(gate(() => Promise.resolve('third'))).rejects.toThrow(/too many/);
  release();
  expect([await first, await second]).toEqual(['first', 'second']);
  expect(await gate(() => Promise.resolve('fourth'))).toBe('fourth');
});
