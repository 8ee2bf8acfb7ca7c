import fc from 'fast-check';
import { AckExtension } from 'node-bayeux';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientRequest } from 'node:http';
import { RawClient, RawSocket, type WireMessage } from './raw-client.ts';
import { startServer, until, type RunningServer } from './running-server.ts';

// One session over real sockets of every transport, cut at random points. The sequence replays from fast-check's seed; where
// the kernel was when a socket was cut does not, and the invariants must hold wherever that is.
type Step =
  | { readonly do: 'publish' }
  | { readonly do: 'connect'; readonly over: 'long-polling' | 'callback-polling' | 'websocket' }
  | { readonly do: 'cut' }
  | { readonly do: 'turn' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: 'publish' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('connect' as const),
      over: fc.constantFrom('long-polling' as const, 'callback-polling' as const, 'websocket' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'cut' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'turn' as const }) },
);

let server: RunningServer;
beforeEach(async () => {
  server = await startServer({ timeout: 5_000, maxInterval: 60_000 });
  server.bayeux.addExtension(new AckExtension());
});
afterEach(() => server.close());

class Wanderer {
  readonly #client = new RawClient(server.port);
  readonly #received: number[] = [];
  readonly #sockets: RawSocket[] = [];
  #request: ClientRequest | undefined = undefined;
  #turn = 0;
  #ack: number | undefined = undefined;

  get received(): readonly number[] {
    return this.#received;
  }

  get clientId(): string {
    return this.#client.clientId;
  }

  async open(acknowledging: boolean): Promise<void> {
    await this.#client.open(acknowledging ? { ext: { ack: true } } : {});
    await this.#client.request('/meta/subscribe', { subscription: '/n' });
    if (acknowledging) this.#ack = 0;
  }

  /** Connects over a transport; what an earlier connect still brings is not listened to any more. */
  async connect(over: 'long-polling' | 'callback-polling' | 'websocket', timeout?: number): Promise<void> {
    this.cut();
    const turn = ++this.#turn;
    const fields = {
      connectionType: over,
      ...(timeout === undefined ? {} : { advice: { timeout } }),
      ...(this.#ack === undefined ? {} : { ext: { ack: this.#ack } }),
    };
    if (over === 'websocket') {
      const socket = new RawSocket(server.port, { cookie: `BAYEUX_BROWSER=${this.#client.cookie}` });
      this.#sockets.push(socket);
      socket.webSocket.on('message', (data: Buffer) => this.#take(turn, JSON.parse(data.toString('utf8')) as WireMessage[]));
      await socket.ready();
      socket.clientId = this.#client.clientId;
      socket.send('/meta/connect', fields);
      return;
    }
    const message = [{ id: '1', channel: '/meta/connect', clientId: this.#client.clientId, ...fields }];
    const sending = { onRequest: (request: ClientRequest) => (this.#request = request) };
    const answer =
      over === 'long-polling'
        ? this.#client.post(message, sending)
        : this.#client.send({ ...sending, method: 'GET', path: `/cometd?jsonp=cb&message=${encodeURIComponent(JSON.stringify(message))}` });
    const done = answer.then(
      ({ text }) => this.#take(turn, JSON.parse(text.replace(/^\/\*\*\/cb\(/, '').replace(/\);$/, '') || '[]') as WireMessage[]),
      () => undefined,
    );
    if (timeout === 0) await done;
  }

  cut(): void {
    this.#turn++;
    this.#request?.destroy();
    this.#request = undefined;
    for (const socket of this.#sockets.splice(0)) socket.webSocket.terminate();
  }

  close(): void {
    this.cut();
    this.#client.close();
  }

  #take(turn: number, messages: readonly WireMessage[]): void {
    if (turn !== this.#turn) return;
    for (const message of messages) {
      if (message.channel === '/n') this.#received.push(message.data as number);
      const ack = message.ext?.['ack'];
      if (typeof ack === 'number') this.#ack = ack;
    }
  }
}

async function wander(steps: readonly Step[], acknowledging: boolean): Promise<{ received: readonly number[]; published: number }> {
  const wanderer = new Wanderer();
  await wanderer.open(acknowledging);
  let published = 0;
  for (const each of steps) {
    switch (each.do) {
      case 'publish':
        server.bayeux.publish('/n', published++);
        break;
      case 'connect':
        await wanderer.connect(each.over);
        break;
      case 'cut':
        wanderer.cut();
        break;
      case 'turn':
        await new Promise(resolve => setImmediate(resolve));
        break;
    }
  }
  const session = server.bayeux.session(wanderer.clientId);
  for (let n = 0; n < 50 && (n < 2 || (session?.pendingEvents ?? 0) > 0); n++) await wanderer.connect('long-polling', 0);
  await wanderer.connect('long-polling', 0);
  session?.disconnect();
  wanderer.close();
  await until('nothing is left', () => {
    const { sessions, heldConnects, subscriptions, webSockets } = server.bayeux.metrics();
    return sessions + heldConnects + subscriptions + webSockets === 0;
  });
  expect(server.bayeux.metrics().faults).toBe(0);
  return { received: wanderer.received, published };
}

const runs = { numRuns: 60, interruptAfterTimeLimit: 60_000 };

describe('a session whose sockets are cut', () => {
  it('brings events in order and at most once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
        const { received } = await wander(steps, false);
        expect(received).toEqual([...new Set(received)].sort((a, b) => a - b));
      }),
      runs,
    );
  });

  it('brings every event in order, once to the application, when they are acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
        const { received, published } = await wander(steps, true);
        expect(received).toEqual(Array.from({ length: published }, (_, n) => n));
      }),
      runs,
    );
  });
});
