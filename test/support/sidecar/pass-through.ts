import { appendFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Certificates } from './certificates.ts';
import { listen, type Served, type Serving } from './connection.ts';

/** A line of a recorded session. `request`: what the client said; `event`: what the server said. */
export type Recorded = { connection: number } & (
  | { kind: 'open'; server: Serving['server'] }
  | { kind: 'request' | 'event'; message: { messageName: string; referenceID?: number } }
  | { kind: 'close'; code: number }
);

export interface Sidecar {
  readonly url: string;
  /** Connections that are open now. */
  connections(): number;
  /** Of the servers that were asked for, in alphabetical order. */
  protocols(): string[];
  /** Breaks every connection, as a sidecar does that is killed; it goes on listening. */
  breakAll(): void;
  close(): Promise<void>;
}

const window = 64;

/**
 * A sidecar whose native side is the simulator's newline-delimited JSON. It keeps epochs as strings outside and numbers inside, as one around the
 * vendor's SDK would not have to. `recordTo`: a JSON-lines file of everything that passes; `port`: a free one by default.
 */
export async function startSidecar(options: { certificates?: Certificates; recordTo?: string; port?: number } = {}): Promise<Sidecar> {
  let connections = 0;
  const record = (entry: Recorded): void => {
    if (options.recordTo !== undefined) appendFileSync(options.recordTo, `${JSON.stringify(entry, blanked)}\n`);
  };
  const protocols = new Set<string>();
  const serve = (serving: Serving): Served => {
    protocols.add(serving.server.protocol);
    return passThrough(serving, (connections += 1), record);
  };
  const listening = await listen(options.certificates, serve, options.port);
  return {
    url: listening.url,
    connections: () => listening.sockets.size,
    protocols: () => [...protocols].sort(),
    breakAll: () => listening.sockets.forEach(socket => socket.terminate()),
    close: () => listening.close(),
  };
}

function passThrough(serving: Serving, connection: number, record: (entry: Recorded) => void): Served {
  const socket = connect({ host: serving.server.host, port: serving.server.port, noDelay: true });
  let isOpen = false;
  socket.on('connect', () => {
    isOpen = true;
    record({ connection, kind: 'open', server: serving.server });
    serving.welcome(window);
  });
  createInterface(socket)
    .on('line', line => {
      const message = JSON.parse(toText(line)) as { messageName: string };
      record({ connection, kind: 'event', message });
      serving.message(message);
    })
    .on('error', () => undefined);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    const code = isOpen ? 4503 : 4502;
    if (isOpen) record({ connection, kind: 'close', code });
    serving.close(code);
  });
  return {
    message(message) {
      record({ connection, kind: 'request', message });
      socket.write(`${toNumbers(JSON.stringify(message))}\n`, error => {
        if (error === undefined || error === null) serving.taken(1);
      });
    },
    closed: () => socket.destroy(),
  };
}

const blanked = (name: string, value: unknown): unknown => (/password/i.test(name) && typeof value === 'string' ? '' : value);

const toNumbers = (text: string): string =>
  text.replaceAll(/"key":"epoch","type":"str","value":"(\d+)"/g, '"key":"epoch","type":"int","value":$1');
const toText = (text: string): string =>
  text.replaceAll(/"key":"epoch","type":"int","value":(\d+)/g, '"key":"epoch","type":"str","value":"$1"');
