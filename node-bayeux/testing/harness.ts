import type { Options } from '../options.ts';
import { createBayeuxServer, type BayeuxServer } from '../server.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeClient, handshakeFields } from './fake-http.ts';

/** A server with a clock of its own and no network. */
export interface Harness {
  readonly clock: FakeClock;
  readonly server: BayeuxServer;
  readonly faults: unknown[];
  readonly refusals: string[];
  /** A client that has handshaken and, unless told otherwise, connected once. */
  readonly client: (options?: { connected?: boolean; ext?: object; subscribe?: string | string[] }) => Promise<FakeClient>;
}

export function createHarness(options: Partial<Options> = {}): Harness {
  const clock = new FakeClock();
  const server = createBayeuxServer({ clock, ...options });
  const faults: unknown[] = [];
  const refusals: string[] = [];
  server.addListener('fault', error => void faults.push(error));
  server.addListener('refused', reason => void refusals.push(reason));
  return {
    clock,
    server,
    faults,
    refusals,
    client: async ({ connected = true, ext, subscribe } = {}) => {
      const client = new FakeClient(server);
      const response = client.send([{ ...handshakeFields, id: '0', ...(ext === undefined ? {} : { ext }) }]);
      await clock.turn();
      client.shakenBy(response);
      if (connected) client.connect({ advice: { timeout: 0 } });
      if (subscribe !== undefined) client.request('/meta/subscribe', { subscription: subscribe });
      await clock.turn();
      return client;
    },
  };
}
