import { connect } from 'node:net';
import type { ConnectionHandlers, LineConnection } from './connection.ts';
import { overSocket } from './connection.ts';

export interface LineClientOptions {
  /** Tried in turn; a function is asked anew for each attempt. */
  addresses(): readonly { host: string; port: number }[];
  onConnection: (connection: LineConnection) => ConnectionHandlers;
  retryMs?: number;
  connectTimeoutMs?: number;
  keepAliveMs?: number;
  maxPendingBytes?: number;
  /** The longest line that the server may send. */
  maxLineBytes?: number;
}

export interface LineClient {
  /** The connection when there is one. */
  readonly connection: LineConnection | undefined;
  /** Gives the present connection up and tries the next address. */
  next(): void;
  close(): void;
}

/** Keeps one JSON-line connection to the first address that answers, for as long as it is not closed. */
export function connectLines(options: LineClientOptions): LineClient {
  let connection: LineConnection | undefined;
  let closed = false;
  let turn = 0;
  let timer: NodeJS.Timeout | undefined;
  const retry = (): void => {
    connection = undefined;
    if (!closed) timer = setTimeout(attempt, options.retryMs ?? 200);
  };
  const attempt = (): void => {
    const addresses = options.addresses();
    const address = addresses[turn % Math.max(1, addresses.length)];
    if (address === undefined) return retry();
    const socket = connect({ host: address.host, port: address.port });
    const giveUp = setTimeout(() => socket.destroy(), options.connectTimeoutMs ?? 1_000);
    const failed = (): void => {
      clearTimeout(giveUp);
      turn += 1;
      retry();
    };
    socket.once('close', failed);
    socket.once('error', () => undefined);
    socket.once('connect', () => {
      clearTimeout(giveUp);
      socket.off('close', failed);
      const settings = {
        id: 'client',
        keepAliveMs: options.keepAliveMs ?? 10_000,
        maxPendingBytes: options.maxPendingBytes ?? 64 * 1024 * 1024,
        maxLineBytes: options.maxLineBytes,
      };
      connection = overSocket(socket, settings, opened => {
        connection = opened;
        const handlers = options.onConnection(opened);
        const onClose = (): void => {
          handlers.onClose();
          retry();
        };
        return { onMessage: message => handlers.onMessage(message), onFault: fault => handlers.onFault(fault), onClose };
      });
    });
  };
  attempt();
  return {
    get connection() {
      return connection;
    },
    next() {
      turn += 1;
      connection?.close();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      connection?.close();
    },
  };
}
