import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Core } from '../../core.ts';
import type { ConnectionType } from '../../protocol/message.ts';
import { abandonHeld } from '../../session/hold.ts';
import type { Exchange, Receipt, Session } from '../../session/session.ts';
import { scriptOf } from './callback.ts';
import { isDirectPossible, replyDirectly } from './direct-reply.ts';
import { browserCookie, cookieValue } from './cookie.ts';

const heldSession = Symbol('session whose connect is held on this socket');

/** A socket with one close listener for all the requests that it carries. */
interface HoldingSocket extends Socket {
  [heldSession]?: Session | null;
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
    return !this.request.socket.destroyed && !this.response.writableEnded;
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
    const socket: HoldingSocket = this.request.socket;
    if (socket[heldSession] === undefined) {
      const core = this.#core;
      socket.once('close', () => {
        const lost = socket[heldSession];
        if (lost) abandonHeld(core, lost);
      });
    }
    socket[heldSession] = session ?? null;
  }

  send(body: string, ascii: boolean, receipt: Receipt | undefined): void {
    const { response } = this;
    const { socket } = this.request;
    if (socket.destroyed || response.writableEnded) receipt?.settle(false);
    else if (
      this.#callback === undefined &&
      this.#cookie === undefined &&
      this.#core.options.directReplies &&
      isDirectPossible(this.request, response)
    ) {
      replyDirectly(response, socket, body, ascii ? body.length : Buffer.byteLength(body), ascii ? 'latin1' : 'utf8');
      this.#follow(receipt, true);
    } else {
      this.#sendResponse(body);
      this.#follow(receipt, false);
    }
  }

  #sendResponse(body: string): void {
    const { response } = this;
    if (this.#cookie !== undefined) response.setHeader('Set-Cookie', [...existingCookies(response), this.#cookie]);
    if (this.#callback === undefined) {
      response.writeHead(200, { 'Content-Type': 'application/json;charset=UTF-8', 'Content-Length': Buffer.byteLength(body) });
      response.end(body);
      return;
    }
    const script = scriptOf(this.#callback, body);
    response.writeHead(200, {
      'Content-Type': 'text/javascript;charset=UTF-8',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
      'Content-Length': Buffer.byteLength(script),
    });
    response.end(script);
  }

  #follow(receipt: Receipt | undefined, direct: boolean): void {
    if (receipt === undefined) return;
    const { socket } = this.request;
    // A response behind another one on its connection has no socket yet: what it holds is not with the kernel.
    const isHandedOver = direct || this.response.socket !== null;
    // Nothing left in our own buffers: the kernel has it all. This is the usual case, and needs no listener.
    if (isHandedOver && socket.writableLength === 0 && !socket.destroyed) receipt.settle(true);
    else this.#watch(receipt, direct);
  }

  /** A reader that does not read keeps its events only so long: then the connection is cut, and they go back. */
  #watch(receipt: Receipt, direct: boolean): void {
    const { response, request } = this;
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
      request.socket.destroy();
    });
    if (direct) {
      // Behind the reply in the socket's own queue: called when the reply has left, or will not.
      request.socket.write('', error => settle(error === undefined || error === null));
    } else {
      response.once('finish', () => settle(true));
      response.once('close', () => settle(response.writableFinished));
      if (response.destroyed) settle(false);
    }
  }

  abort(): void {
    this.request.socket.destroy();
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
