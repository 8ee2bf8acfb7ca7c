import { readFileSync } from 'node:fs';
import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Certificates } from './certificates.ts';

export const subprotocol = 'handover.bridge.v1';
export interface NamedServer {
  host: string;
  port: number;
  protocol: string;
}
export type Frame = { type: 'hello'; version: number; server: NamedServer } | { type: 'message'; message: { messageName: string } };

/** What a sidecar does with one connection of ours. */
export interface Served {
  message(message: { messageName: string; referenceID?: number }): void;
  closed(): void;
}

/** The sidecar's side of a connection. */
export interface Serving {
  readonly server: NamedServer;
  welcome(window: number): void;
  taken(count: number): void;
  message(message: object): void;
  close(code: number): void;
}

/** Listens on a free port, or the one given; with `certificates` on TLS, for clients of their authority only. */
export async function listen(
  certificates: Certificates | undefined,
  serve: (serving: Serving) => Served,
  port = 0,
): Promise<{ url: string; sockets: ReadonlySet<WebSocket>; close(): Promise<void> }> {
  const server: Server = certificates === undefined ? createPlainServer() : createTlsServer(tlsOf(certificates));
  const sockets = new Set<WebSocket>();
  const web = new WebSocketServer({ server, handleProtocols: offered => offered.has(subprotocol) && subprotocol });
  web.on('connection', socket => {
    sockets.add(socket);
    let served: Served | undefined;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      served?.closed();
    });
    socket.on('message', data => {
      const frame = JSON.parse((data as Buffer).toString('utf8')) as Frame;
      if (frame.type === 'message') return served?.message(frame.message);
      if (frame.version !== 1) return socket.close(4409);
      served = serve(servingOn(socket, frame.server));
    });
  });
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `${certificates === undefined ? 'ws' : 'wss'}://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    sockets,
    async close() {
      for (const socket of sockets) socket.terminate();
      web.close();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function servingOn(socket: WebSocket, server: NamedServer): Serving {
  const send = (frame: object): void => socket.send(JSON.stringify(frame));
  return {
    server,
    welcome: window => send({ type: 'welcome', version: 1, sidecar: 'double', window }),
    taken: count => send({ type: 'taken', count }),
    message: message => send({ type: 'message', message }),
    close: code => socket.close(code),
  };
}

const tlsOf = ({ caFile, sidecar }: Certificates) => ({
  ca: readFileSync(caFile),
  cert: readFileSync(sidecar.certFile),
  key: readFileSync(sidecar.keyFile),
  requestCert: true,
  rejectUnauthorized: true,
});
