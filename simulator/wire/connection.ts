import type { Socket } from 'node:net';
import type { LineFault } from './lines.ts';
import { LineReader } from './lines.ts';

/** A connection that carries JSON lines, whichever side opened it. */
export interface LineConnection {
  readonly id: string;
  readonly remote: string;
  readonly open: boolean;
  /** Bytes that the peer has not read yet. */
  readonly pendingBytes: number;
  /** Writes one message. A peer that lets more than the bound pile up is dropped: it would only grow older news. */
  send(message: object): void;
  close(): void;
}

export interface ConnectionHandlers {
  onMessage(message: Readonly<Record<string, unknown>>): void;
  onFault(fault: LineFault): void;
  onClose(): void;
}

export interface ConnectionOptions {
  id: string;
  /** The other side is asked after this much silence, and given up after as much again. */
  keepAliveMs: number;
  /** Drop the peer when this much is unread. */
  maxPendingBytes: number;
  /** The longest line that may come; 256 KiB by default. */
  maxLineBytes?: number | undefined;
}

const checksPerKeepAlive = 4;

/** Runs the line protocol on a socket: parsing, keep-alive in both directions, back-pressure. Exactly one `onClose`. */
export function overSocket(
  socket: Socket,
  options: ConnectionOptions,
  handlersOf: (connection: LineConnection) => ConnectionHandlers,
): LineConnection {
  const reader = new LineReader(options.maxLineBytes);
  let lastHeard = performance.now();
  let asked = false;
  const connection: LineConnection = {
    id: options.id,
    remote: `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`,
    get open() {
      return !socket.destroyed && socket.writable;
    },
    get pendingBytes() {
      return socket.writableLength;
    },
    send(message) {
      if (socket.destroyed || !socket.writable) return;
      socket.write(`${JSON.stringify(message)}\n`);
      if (socket.writableLength > options.maxPendingBytes) socket.destroy();
    },
    close: () => void socket.destroySoon(),
  };
  socket.setNoDelay(true);
  const handlers = handlersOf(connection);
  const timer = setInterval(() => {
    const silentMs = performance.now() - lastHeard;
    if (silentMs >= options.keepAliveMs * 2) socket.destroy();
    else if (silentMs >= options.keepAliveMs && !asked) {
      asked = true;
      connection.send({ messageName: 'KeepAliveRequest' });
    }
  }, options.keepAliveMs / checksPerKeepAlive);
  timer.unref();
  socket.on('data', (chunk: Buffer) => {
    lastHeard = performance.now();
    asked = false;
    for (const line of reader.push(chunk)) {
      if (socket.destroyed) return;
      if ('fault' in line) handlers.onFault(line.fault);
      else if (line.message['messageName'] === 'KeepAliveRequest') connection.send({ messageName: 'KeepAliveAnswer' });
      else if (line.message['messageName'] !== 'KeepAliveAnswer') handlers.onMessage(line.message);
    }
  });
  socket.on('error', () => undefined); // 'close' follows and is what counts
  socket.on('end', () => socket.destroySoon());
  socket.on('close', () => {
    clearInterval(timer);
    handlers.onClose();
  });
  return connection;
}
