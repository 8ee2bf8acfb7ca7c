import { Redis } from '@upstash/redis';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryEngine } from '../redis/memory-engine.ts';
import { createRegistryServer } from './server.ts';

let server: Server;
let url: string;
const client = (token = 'secret'): Redis =>
  new Redis({ url, token, enableAutoPipelining: false, automaticDeserialization: false, retry: { retries: 0 } });
const post = (path: string, body: string, token = 'secret'): Promise<Response> =>
  fetch(url + path, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } });

beforeAll(async () => {
  server = createRegistryServer(createMemoryEngine(), 'secret');
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

describe('the registry endpoint', () => {
  it('serves the client: values, scripts, pipelines and transactions', async () => {
    const redis = client();
    expect(await redis.set('k', 'é')).toBe('OK');
    expect(await redis.get('k')).toBe('é');
    expect(await redis.eval("return {redis.call('GET', KEYS[1]), 5, ARGV[1]}", ['k'], ['x'])).toEqual(['é', 5, 'x']);
    expect(await redis.createScript('return ARGV[1]').exec([], ['y'])).toBe('y');
    expect(await redis.pipeline().incr('n').incr('n').exec()).toEqual([1, 2]);
    expect(await redis.multi().incr('n').get('n').exec()).toEqual([3, '3']);
    await redis.hset('h', { a: '1' });
    expect(await redis.hgetall('h')).toEqual(['a', '1']);
  });

  it('answers plain text to a caller who does not ask for base64', async () => {
    await client().set('plain', 'text');
    expect(await (await post('/', '["get","plain"]')).json()).toEqual({ result: 'text' });
  });

  it.each([
    ['another token', '/', '["get","k"]', 'wrong', 401],
    ['a body that is not JSON', '/', '{', 'secret', 400],
    ['a command that is not served', '/', '["config","get","*"]', 'secret', 400],
    ['a command that is no list', '/', '"get"', 'secret', 400],
    ['a nested word', '/', '["get",["k"]]', 'secret', 400],
    ['an empty command', '/pipeline', '[[]]', 'secret', 400],
    ['an unknown path', '/flush', '["get","k"]', 'secret', 404],
    ['a body above the limit', '/', `["set","k","${'x'.repeat(1 << 20)}"]`, 'secret', 413],
  ])('refuses %s', async (_what, path, body, token, status) => {
    const response = await post(path, body, token);
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error');
  });

  it('tells a script error of one command as an error, of a pipeline in its place', async () => {
    expect((await post('/', '["evalsha","abc","0"]')).status).toBe(400);
    expect(await (await post('/pipeline', '[["evalsha","abc","0"],["ping"]]')).json()).toEqual([
      { error: expect.stringMatching(/^NOSCRIPT/) as string },
      { result: 'PONG' },
    ]);
  });
});
