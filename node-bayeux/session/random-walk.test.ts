import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AckExtension } from '../extension/ack.ts';
import { FakeSocket, type FakeClient, type FakeResponse } from '../testing/fake-http.ts';
import { createHarness, type Harness } from '../testing/harness.ts';

// Random sequences of what clients, the application, time and the network do, on a clock that the test moves. Each run
// replays from the seed and path that fast-check prints.
type Step =
  | { readonly do: 'publish'; readonly count: number }
  | { readonly do: 'deliver' }
  | { readonly do: 'connect'; readonly slow: boolean; readonly timeout: number | undefined }
  | { readonly do: 'cut' }
  | { readonly do: 'drain-socket' }
  | { readonly do: 'request' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'move' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('deliver' as const) }),
  fc.record({ do: fc.constant('connect' as const), slow: fc.boolean(), timeout: fc.option(fc.constantFrom(0, 100), { nil: undefined }) }),
  fc.record({ do: fc.constant('cut' as const) }),
  fc.record({ do: fc.constant('drain-socket' as const) }),
  fc.record({ do: fc.constant('request' as const) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 50, 400) }),
  fc.record({ do: fc.constant('move' as const) }),
);

/** A client that keeps to the protocol: it reads whole answers only, and confirms what it has read. */
class Walker {
  readonly harness: Harness;
  client: FakeClient;
  readonly received: number[] = [];
  readonly #open: FakeResponse[] = [];
  readonly #acknowledging: boolean;
  #ack = 0;

  constructor(harness: Harness, client: FakeClient, acknowledging: boolean) {
    this.harness = harness;
    this.client = client;
    this.#acknowledging = acknowledging;
  }

  connect(slow: boolean, timeout: number | undefined): void {
    // A client has one connect at a time: a new one means that it has given up on the one before.
    this.read();
    for (const old of this.#open.splice(0)) if (!old.received) old.socket.destroy();
    const socket = new FakeSocket();
    socket.mode = slow ? 'pending' : 'taken';
    const advice = timeout === undefined ? {} : { advice: { timeout } };
    this.#open.push(this.client.connect({ ...advice, ...(this.#acknowledging ? { ext: { ack: this.#ack } } : {}) }, socket));
  }

  request(): void {
    this.#open.push(this.client.request('/service/any', { data: 1 }));
  }

  cut(): void {
    for (const response of this.#open) if (!response.received) response.socket.destroy();
  }

  drainSockets(): void {
    for (const response of this.#open) if (response.writableEnded && !response.received && !response.socket.destroyed) response.finish();
  }

  read(): void {
    for (const response of this.#open.filter(each => each.received)) {
      this.#open.splice(this.#open.indexOf(response), 1);
      for (const message of response.messages) {
        if (message.channel === '/n' && typeof message.data === 'number') this.received.push(message.data);
        const ack = message.ext?.['ack'];
        if (typeof ack === 'number') this.#ack = ack;
      }
    }
  }
}

async function walk(steps: readonly Step[], acknowledging: boolean): Promise<{ readonly walker: Walker; readonly published: number }> {
  const options = { timeout: 300, maxInterval: 1_000_000, firstConnectTimeout: 1_000_000, writeTimeout: 1_000, maxReplyMessages: 3 };
  let harness = createHarness(options);
  harness.server.addExtension(new AckExtension());
  const walker = new Walker(
    harness,
    await harness.client({ subscribe: '/n', ...(acknowledging ? { ext: { ack: true } } : {}) }),
    acknowledging,
  );
  let published = 0;
  for (const each of steps) {
    switch (each.do) {
      case 'publish':
        for (let n = 0; n < each.count; n++) harness.server.publish('/n', published++);
        break;
      case 'deliver':
        harness.server.session(walker.client.clientId)?.deliver('/n', published++);
        break;
      case 'connect':
        walker.connect(each.slow, each.timeout);
        break;
      case 'cut':
        walker.cut();
        break;
      case 'drain-socket':
        walker.drainSockets();
        break;
      case 'request':
        walker.request();
        break;
      case 'wait':
        await harness.clock.advance(each.ms);
        break;
      case 'move': {
        // Where a reply is half written, the old place must first know what became of it.
        walker.cut();
        const exported = harness.server.exportSession(walker.client.clientId, { remove: true });
        if (exported === undefined) throw new Error('the session is gone');
        await harness.clock.turn();
        harness = createHarness(options);
        harness.server.addExtension(new AckExtension());
        harness.server.adoptSession(exported);
        Object.assign(walker.client, { server: harness.server });
        break;
      }
    }
    await harness.clock.turn();
    walker.read();
  }
  // In the end the network is good and the client connects until nothing is left.
  for (let n = 0; n < 100; n++) {
    walker.connect(false, 0);
    await harness.clock.turn();
    walker.read();
  }
  expect(harness.faults).toEqual([]);
  const metrics = harness.server.metrics();
  expect(metrics).toMatchObject({ sessions: 1, queuedEvents: 0, heldConnects: 0 });
  walker.client.request('/meta/disconnect');
  await harness.clock.advance(4_000);
  expect(harness.server.metrics()).toMatchObject({ sessions: 0, subscriptions: 0, channels: 0, unacknowledgedEvents: 0, queuedBytes: 0 });
  return { walker, published };
}

const runs = { numRuns: 300 };

describe('whatever happens', () => {
  it('events come in order and at most once, and none is lost that a socket did not swallow', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const { walker, published } = await walk(steps, false);
        expect(walker.received).toEqual(Array.from({ length: published }, (_, n) => n));
      }),
      runs,
    );
  });

  it('acknowledged events all come, in order, once to the application', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const { walker, published } = await walk(steps, true);
        expect(walker.received).toEqual(Array.from({ length: published }, (_, n) => n));
      }),
      runs,
    );
  });
});
