import { isRecord, ownField, type BayeuxMessage, type BayeuxReply, type EventMessage } from '../protocol/message.ts';
import type { Session } from '../session/session.ts';
import type { ExtensionServer, ServerExtension } from './extension.ts';

interface Question {
  readonly tc: number;
  readonly receivedAt: number;
  readonly accuracy: number;
}

/**
 * Tells clients that ask how their clock stands to the server's: for handshakes and connects with `ext.timesync`
 * {tc, l, o}, the answer has {tc, ts, p, a}. A client that is accurate to `accuracyTargetMs` already gets none.
 */
export class TimesyncExtension implements ServerExtension {
  readonly name = 'timesync';
  readonly #accuracyTargetMs: number;
  readonly #wallClock: () => number;
  readonly #questions = new WeakMap<Session, Question>();

  constructor(options: { accuracyTargetMs?: number; wallClock?: () => number } = {}) {
    this.#accuracyTargetMs = options.accuracyTargetMs ?? 25;
    this.#wallClock = options.wallClock ?? Date.now;
  }

  incoming(_server: ExtensionServer, session: Session, message: BayeuxMessage): boolean {
    if (message.channel !== '/meta/handshake' && message.channel !== '/meta/connect') return true;
    const asked = ownField(message.ext, 'timesync');
    const tc = ownField(asked, 'tc');
    if (!isRecord(asked) || typeof tc !== 'number') return true;
    const lag = ownField(asked, 'l');
    const offset = ownField(asked, 'o');
    const receivedAt = this.#wallClock();
    const known = typeof lag === 'number' && typeof offset === 'number';
    this.#questions.set(session, { tc, receivedAt, accuracy: known ? tc + offset + lag - receivedAt : Infinity });
    return true;
  }

  outgoing(_server: ExtensionServer, _sender: Session | null, session: Session, message: EventMessage | BayeuxReply): boolean {
    if (message.channel !== '/meta/handshake' && message.channel !== '/meta/connect') return true;
    const question = this.#questions.get(session);
    if (question === undefined) return true;
    this.#questions.delete(session);
    if (Math.abs(question.accuracy) < this.#accuracyTargetMs) return true;
    const { tc, receivedAt } = question;
    const timesync = {
      tc,
      ts: receivedAt,
      p: this.#wallClock() - receivedAt,
      a: Number.isFinite(question.accuracy) ? question.accuracy : 0,
    };
    message.ext = { ...message.ext, timesync };
    return true;
  }
}
