import type { BayeuxReply, EventMessage } from '../protocol/message.ts';
import type { Session } from '../session/session.ts';
import type { ExtensionServer, ServerExtension } from './extension.ts';

/** Puts a `timestamp` on every message to a client: ISO 8601, as the specification asks, unless `format` says otherwise. */
export class TimestampExtension implements ServerExtension {
  readonly name = 'timestamp';
  readonly #format: (date: Date) => string;
  readonly #wallClock: () => number;

  constructor(options: { format?: (date: Date) => string; wallClock?: () => number } = {}) {
    this.#format = options.format ?? (date => date.toISOString());
    this.#wallClock = options.wallClock ?? Date.now;
  }

  outgoing(_server: ExtensionServer, _sender: Session | null, _session: Session, message: EventMessage | BayeuxReply): boolean {
    message.timestamp = this.#format(new Date(this.#wallClock()));
    return true;
  }
}
