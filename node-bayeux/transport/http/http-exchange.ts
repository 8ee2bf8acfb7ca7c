import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Core } from '../../core.ts';
import type { ConnectionType } from '../../protocol/message.ts';
import { abandonHeld } from '../../session/hold.ts';
import type { Exchange, Receipt, Session } from '../../session/session.ts';
import { scriptOf } from './callback.ts';
import { browserCookie, cookieValue } from './cookie.ts';

const heldSession = Symbol('session whose connect is held on this socket');

/** A socket with one close listener for all the requests that it carries. */
interface HoldingSocket extends Socket {
  [heldSession]?: Session | undefined;
}

/** One HTTP request and its response. */
export class HttpExchange implements Exchange {
  readonly transport: ConnectionType;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly browserId: string | undefined;
  readonly #core: Core;
  readonly #callback: string | undefined;
  #cookie: string | undefined = undefined;
  #session: Session | undefined = undefined;

  constructor(core: Core, request: IncomingMessage, response: ServerResponse, callback?: string) {
    this.#core = core;
    this.request = request;
    this.response = response;
    this.#callback = callback;
    this.transport = callback === undefined ? 'long-polling' : 'callback-polling';
    this.browserId = cookieValue(request.headers.cookie, core.options.browserCookieName);
  }

  get carriesEvents(): boolean {
    return this.#callback === undefined;
  }

  get open(): boolean {
    const { socket } = this.response;
    return socket !== null && !socket.destroyed && !this.response.writableEnded;
  }

  attach(session: Session): void {
    this.#session = session;
  }

  isBoundTo(): boolean {
    return false;
  }

  setBrowserId(browserId: string): void {
    this.#cookie = browserCookie(this.#core.options, browserId);
  }

  held(session: Session | undefined): void {
    const socket: HoldingSocket | null = this.response.socket;
    if (socket === null) return;
    if (!Object.hasOwn(socket, heldSession)) {
      const core = this.#core;
      socket.once('close', () => {
        const lost = socket[heldSession];
        if (lost !== undefined) abandonHeld(core, lost);
      });
    }
    socket[heldSession] = session;
  }

  send(body: string, ascii: boolean, receipt: Receipt | undefined): void {
    const { response } = this;
    const { socket } = response;
    if (socket === null || socket.destroyed || response.writableEnded) {
      receipt?.settle(false);
      return;
    }
    if (this.#callback === undefined) {
      const length = ascii ? body.length : Buffer.byteLength(body);
      if (this.#cookie !== undefined) response.setHeader('Set-Cookie', [...existingCookies(response), this.#cookie]);
      response.writeHead(200, { 'Content-Type': 'application/json;charset=UTF-8', 'Cache-Control': 'no-store', 'Content-Length': length });
      response.end(body, ascii ? 'latin1' : 'utf8');
    } else this.#sendScript(scriptOf(this.#callback, body));
    if (receipt === undefined) return;
    // Nothing left in our own buffers: the kernel has it all. This is the usual case, and needs no listener.
    if (socket.writableLength === 0 && !socket.destroyed) receipt.settle(true);
    else this.#watch(receipt);
  }

  #sendScript(script: string): void {
    const { response } = this;
    if (this.#cookie !== undefined) response.setHeader('Set-Cookie', [...existingCookies(response), this.#cookie]);
    response.writeHead(200, {
      'Content-Type': 'text/javascript;charset=UTF-8',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
      'Content-Length': Buffer.byteLength(script),
    });
    response.end(script);
  }

  /** A reader that does not read keeps its events only so long: then the connection is cut, and they go back. */
  #watch(receipt: Receipt): void {
    const { response } = this;
    const { options } = this.#core;
    let settled = false;
    const settle = (written: boolean): void => {
      if (settled) return;
      settled = true;
      timer.cancel();
      receipt.settle(written);
    };
    const timer = options.clock.after(options.writeTimeout, () => {
      this.#core.refused('write_timeout', { clientId: this.#session?.id });
      response.socket?.destroy();
    });
    response.once('finish', () => settle(true));
    response.once('close', () => settle(response.writableFinished));
    if (response.writableFinished) settle(true);
    else if (response.destroyed) settle(false);
  }

  supersede(): void {
    this.refuse(this.#core.options.duplicateMetaConnectHttpResponseCode);
  }

  refuse(status: number): void {
    const { response } = this;
    if (response.headersSent || response.writableEnded) return;
    response.writeHead(status, { 'Content-Length': 0, 'Cache-Control': 'no-store' });
    response.end();
  }
}

function existingCookies(response: ServerResponse): string[] {
  const known = response.getHeader('Set-Cookie');
  if (known === undefined) return [];
  return Array.isArray(known) ? known : [String(known)];
}
