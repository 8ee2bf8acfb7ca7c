import type { BayeuxMessage, BayeuxReply, EventMessage } from '../protocol/message.ts';
import type { Session } from '../session/session.ts';
import type { ExtensionHost, ExtensionServer, ServerExtension } from './extension.ts';

/** What counts as activity: what the client sends, or also what the server sends it. Connects never count. */
export type ActivityMode = 'client' | 'client-server';

/** Disconnects sessions in which nothing has happened for `maxInactivityMs`, however faithfully they connect. */
export class ActivityExtension implements ServerExtension {
  readonly name = 'activity';
  readonly #mode: ActivityMode;
  readonly #maxInactivityMs: number;
  readonly #activeAt = new WeakMap<Session, number>();
  #host: ExtensionHost | undefined = undefined;

  constructor(options: { mode: ActivityMode; maxInactivityMs: number }) {
    if (!(options.maxInactivityMs > 0)) throw new TypeError('maxInactivityMs: must be more than 0');
    this.#mode = options.mode;
    this.#maxInactivityMs = options.maxInactivityMs;
  }

  added(host: ExtensionHost): void {
    this.#host = host;
    host.every(Math.max(1, Math.min(1_000, this.#maxInactivityMs / 2)), () => this.#disconnectIdle(host));
  }

  incoming(_server: ExtensionServer, session: Session, message: BayeuxMessage): boolean {
    if (message.channel !== '/meta/connect') this.#mark(session);
    return true;
  }

  outgoing(_server: ExtensionServer, _sender: Session | null, session: Session, message: EventMessage | BayeuxReply): boolean {
    if (this.#mode === 'client-server' && !message.channel.startsWith('/meta/')) this.#mark(session);
    return true;
  }

  #mark(session: Session): void {
    if (this.#host !== undefined) this.#activeAt.set(session, this.#host.now());
  }

  #disconnectIdle(host: ExtensionHost): void {
    const now = host.now();
    for (const session of [...host.sessions()]) {
      const activeAt = this.#activeAt.get(session);
      if (activeAt === undefined) this.#activeAt.set(session, now);
      else if (now - activeAt > this.#maxInactivityMs) session.disconnect();
    }
  }
}
