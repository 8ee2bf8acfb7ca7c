import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { ConnectionHandlers, LineConnection } from './connection.ts';
import { overSocket } from './connection.ts';

export interface LineServerOptions {
  host: string;
  port: number;
  onConnection: (connection: LineConnection) => ConnectionHandlers;
  keepAliveMs?: number;
  maxPendingBytes?: number;
  maxConnections?: number;
  /** The longest line that a client may send. */
  maxLineBytes?: number;
}

export interface LineServer {
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** Listens for JSON-line connections; resolves when bound. */
export async function listenLines(options: LineServerOptions): Promise<LineServer> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    overSocket(
      socket,
      {
        id: `c${(count += 1)}`,
        keepAliveMs: options.keepAliveMs ?? 10_000,
        maxPendingBytes: options.maxPendingBytes ?? 8 * 1024 * 1024,
        maxLineBytes: options.maxLineBytes,
      },
      options.onConnection,
    );
  });
  server.maxConnections = options.maxConnections ?? 2_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
