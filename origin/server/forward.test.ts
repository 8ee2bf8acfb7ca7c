import { silentLogger } from '@handover/shared/log';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createExchange } from './fakes/exchange.ts';
import { createForwarder } from './forward.ts';
import type { PeerWatch } from './peers.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function ownerThat(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const living: PeerWatch = { watch: () => () => undefined, close: () => undefined };
const gone: PeerWatch = {
  watch(_node, tell) {
    const timer = setTimeout(tell, 20);
    return () => clearTimeout(timer);
  },
  close: () => undefined,
};

const forwarderTo = (url: string | undefined, peers = living) =>
  createForwarder({
    urlOf: () => url,
    peers,
    log: silentLogger,
    headerWaitMs: 100,
    maxBodyBytes: 1_000,
  });

function callWith(path: string) {
  const exchange = createExchange({ path });
  Object.assign(exchange.call.request, { rawBody: Buffer.from('{}') });
  return exchange;
}
const repeatable = '/workspace/v3/voice/ready';
const once = '/workspace/v3/voice/make-call';

test('an owner that is not there is told apart from one that broke off', async () => {
  const url = await ownerThat(request => request.socket.destroy());
  expect(await forwarderTo(url).forward(callWith(repeatable).call, 'us-east/2')).toBe('lost');
  servers.pop()?.close();
  expect(await forwarderTo('http://127.0.0.1:1').forward(callWith(repeatable).call, 'us-east/2')).toBe('refused');
});

test('what may not be sent twice is answered as unknown when the owner breaks off, or stays silent and does not live', async () => {
  for (const [listener, peers] of [
    [(request => request.socket.destroy()) as RequestListener, living] as const,
    [() => undefined, gone] as const,
  ]) {
    const exchange = callWith(once);
    expect(await forwarderTo(await ownerThat(listener), peers).forward(exchange.call, 'us-east/2')).toBe('answered');
    expect([exchange.status(), exchange.body()]).toMatchObject([503, { errors: [{ code: 'outcome.unknown' }] }]);
  }
});

test('what may not be sent twice waits for an owner that is slow and lives', async () => {
  const url = await ownerThat((_request, response) => void setTimeout(() => response.end('{"status":{"code":0}}'), 300));
  const exchange = callWith(once);
  expect(await forwarderTo(url).forward(exchange.call, 'us-east/2')).toBe('answered');
  expect(exchange.status()).toBe(200);
});

test('what may be sent twice is left to this node when the owner stays silent', async () => {
  expect(await forwarderTo(await ownerThat(() => undefined)).forward(callWith(repeatable).call, 'us-east/2')).toBe('silent');
});

test('an owner that lost the session meanwhile executed nothing', async () => {
  const url = await ownerThat((_request, response) => response.writeHead(503, { 'x-handover-refused': 'ownership.busy' }).end());
  expect(await forwarderTo(url).forward(callWith(once).call, 'us-east/2')).toBe('declined');
});

test('a node that the configuration does not name is not asked', async () => {
  expect(await forwarderTo(undefined).forward(callWith(repeatable).call, 'us-east/9')).toBe('unknown-node');
});
