import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Core, Refusal } from '../../core.ts';
import { judgeOrigin } from '../http/origin.ts';
import { WebSocketConnection } from './connection.ts';

/** The WebSockets of one server. */
export class WebSocketEndpoint {
  readonly #core: Core;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<WebSocketConnection>();

  constructor(core: Core) {
    this.#core = core;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: core.options.maxBodyBytes,
      perMessageDeflate: core.options.wsCompression,
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const core = this.#core;
    if (core.closed) this.#refuse(socket, 503, 'draining');
    else if (!core.options.transports.includes('websocket')) this.#refuse(socket, 400, 'transport_disabled');
    // Browsers let any page open a WebSocket, with cookies: the check is ours, and comes before the upgrade.
    else if (judgeOrigin(core.options, request) === 'refused') this.#refuse(socket, 403, 'origin_refused');
    else {
      this.#server.handleUpgrade(request, socket, head, webSocket => {
        const connection = new WebSocketConnection(core, webSocket, socket as Socket, request);
        this.#connections.add(connection);
        core.metrics.sockets++;
        webSocket.once('close', () => {
          this.#connections.delete(connection);
          core.metrics.sockets--;
        });
      });
    }
  }

  /** Ends connections that are silent for too long, or whose client does not read. */
  sweep(now: number): void {
    const { wsIdleTimeout, writeTimeout } = this.#core.options;
    for (const connection of this.#connections) {
      if (connection.writingSince >= 0 && now - connection.writingSince > writeTimeout) {
        this.#core.refused('write_timeout');
        connection.terminate();
      } else if (now - connection.heardAt > wsIdleTimeout) connection.close(1001);
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.close(1001);
  }

  #refuse(socket: Duplex, status: number, reason: Refusal): void {
    this.#core.refused(reason);
    socket.end(
      `HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : status === 503 ? 'Service Unavailable' : 'Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
  }
}
