import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { RedisEngine } from '../redis/memory-engine.ts';
import { SimpleString, type RespValue } from '../redis/resp.ts';

/** What the registry's users need; the endpoint is no general door to a Redis server. */
const allowed = new Set(
  (
    'get set del exists mget expire pexpire persist pttl ttl incr hget hgetall hmget hset hdel hkeys hlen sadd srem smembers sismember scard ' +
    'zadd zrem zrange zrangebyscore zremrangebyscore zscore zcard eval evalsha eval_ro evalsha_ro script scan ping time dbsize'
  ).split(' '),
);
const maxBodyBytes = 1 << 20;
const maxCommands = 1_000;
const maxArguments = 10_000;

type RestReply = { result: unknown } | { error: string };
type Command = string[];

class BadRequest extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Upstash's REST protocol over an engine: `POST /` with one command, `/pipeline` and `/multi-exec` with a list of them. Bearer token;
 * bodies up to 1 MiB; strings in base64 when the client asks for it. A Redis error of a single command is status 400.
 */
export function createRegistryServer(engine: RedisEngine, token: string): Server {
  const server = createServer((request, response) => {
    handle(request, engine, token).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) =>
        send(response, error instanceof BadRequest ? error.status : 500, { error: error instanceof Error ? error.message : 'ERR unknown' }),
    );
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function handle(request: IncomingMessage, engine: RedisEngine, token: string): Promise<{ status: number; body: unknown }> {
  if (!isAuthorized(request, token)) throw new BadRequest(401, 'WRONGPASS invalid or missing auth token');
  if (request.method !== 'POST') throw new BadRequest(405, 'ERR only POST is served');
  const path = (request.url ?? '/').split('?')[0];
  const body = await jsonBody(request);
  const encode = request.headers['upstash-encoding'] === 'base64' ? inBase64 : asText;
  switch (path) {
    case '/': {
      const reply = restReply(await engine.run(commandFrom(body)), encode);
      return { status: 'error' in reply ? 400 : 200, body: reply };
    }
    case '/pipeline': {
      const replies = await Promise.all(commandsFrom(body).map(command => engine.run(command)));
      return { status: 200, body: replies.map(reply => restReply(reply, encode)) };
    }
    case '/multi-exec':
      return { status: 200, body: (await engine.runAll(commandsFrom(body))).map(reply => restReply(reply, encode)) };
    default:
      throw new BadRequest(404, 'ERR there is no such path');
  }
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > maxBodyBytes) throw new BadRequest(413, 'ERR the body is too large');
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString()) as unknown;
  } catch {
    throw new BadRequest(400, 'ERR the body is not JSON');
  }
}

function commandFrom(value: unknown): Command {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxArguments)
    throw new BadRequest(400, 'ERR a command is a list of its words');
  const command = value.map(word => {
    if (typeof word === 'string') return word;
    if (typeof word === 'number' || typeof word === 'boolean') return String(word);
    throw new BadRequest(400, 'ERR a word of a command is text or a number');
  });
  const name = command[0]?.toLowerCase() ?? '';
  if (!allowed.has(name)) throw new BadRequest(400, `ERR the command '${name.slice(0, 32)}' is not served here`);
  return command;
}

function commandsFrom(value: unknown): Command[] {
  if (!Array.isArray(value) || value.length > maxCommands)
    throw new BadRequest(400, `ERR expected a list of at most ${maxCommands} commands`);
  return value.map(commandFrom);
}

function restReply(reply: RespValue, encode: (text: string | Buffer) => string): RestReply {
  return reply instanceof Error ? { error: reply.message } : { result: encoded(reply, encode) };
}

function encoded(reply: RespValue, encode: (text: string | Buffer) => string): unknown {
  if (reply === null || typeof reply === 'number') return reply;
  if (reply instanceof SimpleString) return reply.text;
  if (reply instanceof Error) return reply.message;
  return Array.isArray(reply) ? reply.map(item => encoded(item, encode)) : encode(reply);
}

const inBase64 = (text: string | Buffer): string => Buffer.from(text as string).toString('base64');
const asText = (text: string | Buffer): string => text.toString();

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
  // A refused body may still be arriving; the connection cannot be used for another request.
  if (status === 413) response.once('finish', () => response.req.destroy());
}
