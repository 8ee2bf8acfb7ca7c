import { connect } from 'node:net';
import type { Channel, ChannelHandlers, Endpoint, LinkDriver, WireMessage } from './driver.ts';

/** A server that sends more than this without a line end is broken: a chunk of 500 configuration objects stays far below. */
const maxLineChars = 8 * 1024 * 1024;

/** Newline-delimited JSON over TCP. */
export function createSimDriver(): LinkDriver {
  return { name: 'sim', open };
}

function open(endpoint: Endpoint, handlers: ChannelHandlers): Channel {
  const socket = connect({ host: endpoint.host, port: endpoint.port, noDelay: true });
  let over = false;
  const finish = (why: string): void => {
    if (over) return;
    over = true;
    socket.destroy();
    handlers.closed(why);
  };
  const read = lineReader(line => {
    if (over) return;
    const message = messageFrom(line);
    if (message === undefined) finish('not a message');
    else handlers.message(message);
  });
  socket.setEncoding('utf8');
  socket.on('connect', () => {
    if (!over) handlers.opened();
  });
  socket.on('data', (chunk: string) => {
    if (!over && !read(chunk)) finish('line too long');
  });
  socket.on('end', () => finish('closed by the server'));
  socket.on('error', error => finish((error as NodeJS.ErrnoException).code ?? error.message));
  socket.on('close', () => finish('closed'));
  // Node emits 'drain' only above its high-water mark; the write's own callback tells of every byte that waited.
  const written = (): void => {
    if (!over && isDrained()) handlers.drained();
  };
  const isDrained = (): boolean => !over && !socket.connecting && socket.writable && socket.writableLength === 0;
  return {
    get drained() {
      return isDrained();
    },
    write(message) {
      if (!over) socket.write(`${JSON.stringify(message)}\n`, written);
    },
    close() {
      over = true;
      socket.destroy();
    },
  };
}

/** Cuts a stream into lines; answers false once a line grows beyond the limit. */
function lineReader(onLine: (line: string) => void): (chunk: string) => boolean {
  let parts: string[] = [];
  let chars = 0;
  return chunk => {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      const line = parts.length === 0 ? chunk.slice(from, end) : parts.join('') + chunk.slice(from, end);
      parts = [];
      chars = 0;
      from = end + 1;
      if (line !== '') onLine(line);
    }
    if (from < chunk.length) {
      parts.push(chunk.slice(from));
      chars += chunk.length - from;
    }
    return chars <= maxLineChars;
  };
}

function messageFrom(line: string): WireMessage | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    if (typeof value !== 'object' || value === null || !('messageName' in value) || typeof value.messageName !== 'string') return undefined;
    return value as WireMessage;
  } catch {
    return undefined;
  }
}
