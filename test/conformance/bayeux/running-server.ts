import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBayeuxServer, type BayeuxServer, type Options } from 'node-bayeux';

/** A Bayeux server on a free port of this machine. */
export interface RunningServer {
  readonly bayeux: BayeuxServer;
  readonly http: http.Server;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server that the test sees from inside and its clients from outside. */
export async function startServer(options: Partial<Options> = {}): Promise<RunningServer> {
  const bayeux = createBayeuxServer(options);
  const server = http.createServer((request, response) => bayeux.handle(request, response));
  server.on('upgrade', (request, socket, head) => bayeux.handleUpgrade(request, socket, head));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    bayeux,
    http: server,
    port,
    url: `http://127.0.0.1:${port}/cometd`,
    close: async () => {
      bayeux.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** Waits for something to be so; fails after a generous deadline, naming what did not happen. */
export async function until(what: string, holds: () => boolean, deadlineMs = 10_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`did not happen within ${deadlineMs} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
