import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { kvInt, kvNested, kvStr } from '@handover/shared/genesys';
import { silentLogger } from '@handover/shared/log';
import { systemClock } from '@handover/shared/time';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createBridgeDriver, type BridgeOptions } from '../../origin/connectors/bridge/index.ts';
import { createConfiguration } from '../../origin/connectors/configuration/index.ts';
import type { Channel } from '../../origin/connectors/link/index.ts';
import { makeCertificates, startReplay, startSidecar, type Certificates } from '../support/sidecar/index.ts';
import { temporaryDir } from '../support/index.ts';
import { startSites } from './simulated-sites.ts';

const dir = temporaryDir('bridge');
let certificates: Certificates;
const closers: (() => unknown)[] = [];
beforeAll(() => {
  certificates = makeCertificates(dir);
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const nobody = { host: '127.0.0.1', port: 1 };

function opened(options: Omit<BridgeOptions, 'client'>, endpoint = nobody): { channel: Channel; seen: string[] } {
  const seen: string[] = [];
  const handlers = {
    opened: () => seen.push('opened'),
    message: (message: object) => seen.push(JSON.stringify(message)),
    drained: () => seen.push('drained'),
    closed: (why: string) => seen.push(`closed ${why}`),
  };
  const channel = createBridgeDriver({ client: 'us-east/1', ...options }).open(endpoint, handlers, 'tlib');
  closers.push(() => channel.close());
  return { channel, seen };
}

/** A sidecar by hand: what it was told, and its end of the newest connection. */
async function byHand(): Promise<{
  url: string;
  frames: { type: string; [key: string]: unknown }[];
  say(frame: object | string): void;
  socket(): WebSocket;
}> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise(resolve => server.once('listening', resolve));
  const frames: { type: string }[] = [];
  const sockets: WebSocket[] = [];
  server.on('connection', socket => {
    sockets.push(socket);
    socket.on('message', data => frames.push(JSON.parse((data as Buffer).toString()) as { type: string }));
  });
  closers.push(() => {
    for (const socket of sockets) socket.terminate();
    server.close();
  });
  const socket = (): WebSocket => {
    const newest = sockets.at(-1);
    if (newest === undefined) throw new Error('nobody has connected');
    return newest;
  };
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    frames,
    say: frame => socket().send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    socket,
  };
}

const welcome = (window: number) => ({ type: 'welcome', version: 1, sidecar: 'by hand', window });
async function welcomed(window = 10) {
  const sidecar = await byHand();
  const { channel, seen } = opened({ url: sidecar.url });
  await vi.waitFor(() => expect(sidecar.frames).toHaveLength(1));
  sidecar.say(welcome(window));
  await vi.waitFor(() => expect(seen).toEqual(['opened']));
  return { sidecar, channel, seen };
}

describe('certificates', () => {
  test('a sidecar lets in who has a certificate of its authority', async () => {
    const sidecar = await startSidecar({ certificates });
    closers.push(() => sidecar.close());
    const { seen } = opened({ url: sidecar.url, tls: { ...certificates.client, caFile: certificates.caFile } });
    await vi.waitFor(() => expect(seen).toEqual(['closed the server cannot be reached']));
  });

  test('and nobody else', async () => {
    const sidecar = await startSidecar({ certificates });
    closers.push(() => sidecar.close());
    const { seen } = opened({ url: sidecar.url, tls: { ...certificates.stranger, caFile: certificates.caFile } });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]).toMatch(/^closed (ECONNRESET|EPIPE|ERR_SSL\w+|.*alert.*)$/);
    expect(sidecar.connections()).toBe(0);
  });

  test('a sidecar whose certificate somebody else signed is told nothing', async () => {
    const sidecar = await startSidecar({ certificates });
    closers.push(() => sidecar.close());
    const { seen } = opened({ url: sidecar.url, tls: { ...certificates.client, caFile: certificates.stranger.certFile } });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]).toMatch(/^closed .*(CERT|ISSUER|SIGNATURE|VERIFY).*$/);
  });

  test('a file that is not there is named at once', () => {
    const tls = { ...certificates.client, caFile: join(dir, 'missing.pem') };
    expect(() => createBridgeDriver({ url: 'wss://127.0.0.1:1', client: 'x', tls })).toThrow('missing.pem');
  });
});

describe('a connection', () => {
  test('begins with whom it is for, and is open when the sidecar says so', async () => {
    const { sidecar, channel } = await welcomed();
    expect(sidecar.frames).toEqual([{ type: 'hello', version: 1, client: 'us-east/1', server: { ...nobody, protocol: 'tlib' } }]);
    expect(channel.drained).toBe(true);
  });

  test('has its epochs as strings outside', async () => {
    const { sidecar, channel, seen } = await welcomed();
    const epoch = 1_838_000_000_000_001;
    const message = { messageName: 'RequestHoldCall', extensions: [kvNested('handover', [kvInt('epoch', epoch)])] };
    channel.write(message);
    await vi.waitFor(() => expect(sidecar.frames).toHaveLength(2));
    const outside = { messageName: 'RequestHoldCall', extensions: [kvNested('handover', [kvStr('epoch', String(epoch))])] };
    expect(sidecar.frames[1]).toEqual({ type: 'message', message: outside });
    sidecar.say({ type: 'message', message: outside });
    await vi.waitFor(() => expect(seen.at(-1)).toBe(JSON.stringify(message)));
  });

  test('sends no more than the window, is not drained meanwhile, and goes on when messages were taken', async () => {
    const { sidecar, channel, seen } = await welcomed(2);
    for (const messageName of ['A', 'B', 'C', 'D', 'E']) channel.write({ messageName });
    const names = (): unknown[] => sidecar.frames.slice(1).map(frame => (frame['message'] as { messageName: string }).messageName);
    await vi.waitFor(() => expect(names()).toEqual(['A', 'B']));
    expect([channel.drained, seen.includes('drained')]).toEqual([false, false]);
    sidecar.say({ type: 'taken', count: 2 });
    await vi.waitFor(() => expect(names()).toEqual(['A', 'B', 'C', 'D']));
    expect(channel.drained).toBe(false);
    sidecar.say({ type: 'taken', count: 2 });
    await vi.waitFor(() => expect(names()).toEqual(['A', 'B', 'C', 'D', 'E']));
    await vi.waitFor(() => expect(seen).toContain('drained'));
    expect(channel.drained).toBe(true);
  });

  test.each([
    ['no JSON', 'hello'],
    ['a type that is none', '{"type":"greeting"}'],
    ['a message without a name', '{"type":"message","message":{}}'],
    ['a second welcome', JSON.stringify(welcome(1))],
  ])('ends with %s', async (_name, text) => {
    const { sidecar, seen } = await welcomed();
    sidecar.say(text);
    await vi.waitFor(() => expect(seen.at(-1)).toBe('closed not a frame of the bridge'));
  });

  test.each([
    [4503, 'closed by the server'],
    [4409, 'the sidecar speaks another version'],
    [1012, 'the sidecar restarts'],
    [4999, 'closed by the sidecar with 4999'],
  ])('that is closed with %i says why, once', async (code, why) => {
    const { sidecar, seen, channel } = await welcomed();
    sidecar.socket().close(code);
    await vi.waitFor(() => expect(seen).toEqual(['opened', `closed ${why}`]));
    channel.write({ messageName: 'A' });
    expect(channel.drained).toBe(false);
  });

  test('to a sidecar that has fallen silent is given up', async () => {
    const sidecar = await byHand();
    const { seen } = opened({ url: sidecar.url, idleMs: 50 });
    await vi.waitFor(() => expect(sidecar.frames).toHaveLength(1));
    sidecar.say(welcome(1));
    await vi.waitFor(() => expect(seen).toEqual(['opened']));
    sidecar.socket().pause();
    await vi.waitFor(() => expect(seen.at(-1)).toBe('closed no sign of life from the sidecar'), 5_000);
  });

  test('that was given up says nothing more, also while it is being made', async () => {
    const sidecar = await byHand();
    const { seen, channel } = opened({ url: sidecar.url });
    channel.close();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(seen).toEqual([]);
  });
});

describe('a recorded session', () => {
  const connector = (url: string, servers: { host: string; port: number }[]) => {
    const configuration = createConfiguration({
      servers,
      application: 'Handover_us-east',
      driver: createBridgeDriver({ url, client: 'us-east/1' }),
      clock: systemClock,
      random: Math.random,
      log: silentLogger,
    });
    closers.push(() => configuration.stop());
    configuration.start();
    return configuration;
  };

  test('is played back without the servers: the same configuration is read, the same password accepted', async () => {
    const recordTo = join(dir, 'session.jsonl');
    const sites = await startSites(['us-east'], 2);
    const servers = sites.configurationServers('us-east');
    const sidecar = await startSidecar({ recordTo });
    closers.push(() => sidecar.close());
    const live = connector(sidecar.url, servers);
    await live.ready();
    expect((await live.authenticate('agent1', 'agent1')).ok).toBe(true);
    const persons = live.all('CfgPerson');
    live.stop();
    await sites.stop();

    expect(readFileSync(recordTo, 'utf8').trimEnd().split('\n').length).toBeGreaterThan(20);
    const replay = await startReplay(recordTo);
    closers.push(() => replay.close());
    const again = connector(replay.url, servers);
    await again.ready();
    expect(again.all('CfgPerson')).toEqual(persons);
    expect((await again.authenticate('agent1', 'agent1')).ok).toBe(true);
  });
});
