import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { createSimDriver, type Channel } from '../../origin/connectors/link/index.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function connected(onSocket: (socket: Socket) => void = () => undefined) {
  const sockets: Socket[] = [];
  const server: Server = createServer(socket => {
    socket.on('error', () => undefined);
    sockets.push(socket);
    onSocket(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const seen: string[] = [];
  const channel: Channel = createSimDriver().open(
    { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    {
      opened: () => seen.push('opened'),
      message: message => seen.push(JSON.stringify(message)),
      drained: () => seen.push('drained'),
      closed: why => seen.push(`closed ${why}`),
    },
    'tlib',
  );
  closers.push(() => {
    channel.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await vi.waitFor(() => expect([seen[0], sockets.length]).toEqual(['opened', 1]));
  const socket = sockets[0];
  if (socket === undefined) throw new Error('no socket');
  return { channel, seen, socket };
}

test('messages arrive whole and in order however the bytes are cut', async () => {
  const { seen, socket } = await connected();
  const bytes = Buffer.from('{"messageName":"A","text":"grün"}\n\n{"messageName":"B"}\n');
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]));
    await new Promise(resolve => setImmediate(resolve));
  }
  await vi.waitFor(() => expect(seen.slice(1)).toEqual(['{"messageName":"A","text":"grün"}', '{"messageName":"B"}']));
});

test('a message written into an empty socket leaves in the same tick', async () => {
  const { channel, socket } = await connected();
  const lines: string[] = [];
  socket.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  expect(channel.drained).toBe(true);
  channel.write({ messageName: 'A' });
  expect(channel.drained).toBe(true);
  await vi.waitFor(() => expect(lines.join('')).toBe('{"messageName":"A"}\n'));
});

test('a peer that does not read leaves the channel undrained, and reading drains it again', async () => {
  const { channel, seen, socket } = await connected(socket => socket.pause());
  const big = { messageName: 'A', text: 'x'.repeat(1_000_000) };
  for (let i = 0; i < 20; i += 1) channel.write(big);
  expect(channel.drained).toBe(false);
  expect(seen).not.toContain('drained');
  socket.resume();
  await vi.waitFor(() => expect(channel.drained).toBe(true), 10_000);
  await vi.waitFor(() => expect(seen).toContain('drained'));
});

test.each([
  ['no JSON', 'hello\n'],
  ['no message name', '{"a":1}\n'],
  ['no object', '[1]\n'],
])('%s ends the connection', async (_name, text) => {
  const { seen, socket } = await connected();
  socket.write(text);
  await vi.waitFor(() => expect(seen.at(-1)).toBe('closed not a message'));
});

test('a line without an end is not kept for ever', async () => {
  const { seen, socket } = await connected();
  for (let i = 0; i < 10; i += 1) socket.write('x'.repeat(1024 * 1024));
  await vi.waitFor(() => expect(seen.at(-1)).toBe('closed line too long'), 10_000);
});

test('the end of the server is told once', async () => {
  const { channel, seen, socket } = await connected();
  socket.end();
  await vi.waitFor(() => expect(seen.at(-1)).toBe('closed closed by the server'));
  await vi.waitFor(() => expect(socket.closed).toBe(true));
  expect([seen.length, channel.drained]).toEqual([2, false]);
});

test('a closed channel says nothing more', async () => {
  const { channel, seen, socket } = await connected();
  channel.close();
  await vi.waitFor(() => expect(socket.closed).toBe(true));
  expect(seen).toEqual(['opened']);
});

test('a port nobody listens to is told by its error', async () => {
  const seen: string[] = [];
  createSimDriver().open(
    { host: '127.0.0.1', port: 1 },
    { opened: () => undefined, message: () => undefined, drained: () => undefined, closed: why => seen.push(why) },
    'tlib',
  );
  await vi.waitFor(() => expect(seen).toEqual(['ECONNREFUSED']));
});
