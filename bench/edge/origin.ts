import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface BenchOrigin {
  readonly url: string;
  /** Polls that are held at this moment. */
  readonly parked: number;
  /** Answers every held poll, in no order, some at a time: as polls end, and not as a queue. */
  release(): Promise<void>;
  /** Answers the poll that is held longest, with the moment in it (`performance.now()`). */
  emit(): void;
  /** Ends the connections that carry nothing: proxies keep as many as they ever needed, and files are few. */
  closeIdle(): void;
  stop(): void;
}

const releasedAtOnce = 20;
const releasePauseMs = 10;

/** An origin that does nothing: it answers at once, with the headers a node sets on every answer, and holds polls until it is told to answer them. */
export async function startOrigin(): Promise<BenchOrigin> {
  const held = new Set<ServerResponse>();
  const answer = (response: ServerResponse): void => void response.end(`[{"channel":"/meta/connect","sentMs":${performance.now()}}]`);
  const server = createServer((request, response) => {
    response.setHeader('x-request-id', request.headers['x-request-id'] ?? 'none');
    response.setHeader('x-handover-region', 'us-east');
    response.setHeader('x-handover-node', 'us-east/1');
    response.setHeader('x-handover-epoch', '7');
    response.setHeader('content-type', 'application/json');
    request.resume();
    if (request.url === '/health') return void response.end('{"region":"us-east","node":"us-east/1","state":"up"}');
    if (request.url?.endsWith('/connect') !== true) return void response.end('{"status":{"code":0},"data":{}}');
    held.add(response);
    response.once('close', () => held.delete(response));
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get parked() {
      return held.size;
    },
    async release() {
      const shuffled = [...held].map(response => ({ response, at: Math.random() })).toSorted((a, b) => a.at - b.at);
      for (let index = 0; index < shuffled.length; index += releasedAtOnce) {
        for (const { response } of shuffled.slice(index, index + releasedAtOnce)) answer(response);
        await sleep(releasePauseMs);
      }
    },
    emit() {
      const [first] = held;
      if (first === undefined) throw new Error('no poll is held');
      held.delete(first);
      answer(first);
    },
    closeIdle: () => server.closeIdleConnections(),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
