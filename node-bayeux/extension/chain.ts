import type { BayeuxMessage, BayeuxReply, EventMessage } from '../protocol/message.ts';
import type { ExtensionCallback, Session } from '../session/session.ts';
import type { ExtensionServer, ServerExtension } from './extension.ts';

/** What the chain needs of its server. */
export interface ChainHost {
  readonly server: ExtensionServer;
  fault(error: unknown, where: string): void;
  /** Rejects when the promise takes longer than a hook may. */
  withinLimit<Value>(promise: Promise<Value>, where: string): Promise<Value>;
}

/** The extensions of a server, and what they do to messages on their way. */
export class ExtensionChain {
  #list: readonly ServerExtension[] = [];
  readonly #host: ChainHost;
  /** Whether any extension looks at broadcasts as a whole. */
  changesPublished = false;
  /** Whether any extension looks at incoming messages. */
  hasIncoming = false;
  #hasOutgoing = false;

  constructor(host: ChainHost) {
    this.#host = host;
  }

  get list(): ServerExtension[] {
    return [...this.#list];
  }

  set(list: readonly ServerExtension[]): void {
    this.#list = list;
    this.changesPublished = list.some(extension => extension.publishing !== undefined);
    this.hasIncoming = list.some(extension => extension.incoming !== undefined);
    this.#hasOutgoing = list.some(extension => extension.outgoing !== undefined);
  }

  changesEventsOf(session: Session): boolean {
    return this.#hasOutgoing || session.extensionList.length > 0;
  }

  changesRepliesOf(session: Session): boolean {
    return this.#hasOutgoing || session.extensionList.length > 0;
  }

  /** Whether the message may go on. Server extensions first, then the session's. */
  async incoming(session: Session, message: BayeuxMessage): Promise<boolean> {
    const { server } = this.#host;
    for (const extension of this.#list) {
      if (extension.incoming === undefined) continue;
      const passed = await this.#answer<boolean>('incoming extension', extension.incoming.length > 3, callback =>
        extension.incoming?.(server, session, message, callback),
      );
      if (passed === false) return false;
    }
    for (const extension of session.extensionList) {
      if (extension.incoming === undefined) continue;
      const passed = await this.#answer<boolean>('incoming extension', extension.incoming.length > 2, callback =>
        extension.incoming?.(session, message, callback),
      );
      if (passed === false) return false;
    }
    return true;
  }

  /** Lets extensions change a reply. A reply cannot be dropped: its request would stay unanswered. */
  async reply(session: Session, reply: BayeuxReply): Promise<void> {
    await this.#outgoing(null, session, reply as unknown as EventMessage);
  }

  /** The event as extensions want it, or `undefined` when one drops it. */
  outgoing(session: Session, sender: Session | null, message: EventMessage): Promise<EventMessage | undefined> {
    return this.#outgoing(sender, session, message);
  }

  async #outgoing(sender: Session | null, session: Session, message: EventMessage): Promise<EventMessage | undefined> {
    const { server } = this.#host;
    let current = message;
    for (const extension of [...this.#list].reverse()) {
      if (extension.outgoing === undefined) continue;
      const passed = await this.#answer<boolean>('outgoing extension', extension.outgoing.length > 4, callback =>
        extension.outgoing?.(server, sender, session, current, callback),
      );
      if (passed === false) return undefined;
    }
    for (const extension of [...session.extensionList].reverse()) {
      if (extension.outgoing === undefined) continue;
      const next = await this.#answer<EventMessage | null>('outgoing extension', extension.outgoing.length > 3, callback =>
        extension.outgoing?.(sender, session, current, callback),
      );
      if (next === null) return undefined;
      if (next !== undefined) current = next;
    }
    return current;
  }

  publishing(channel: string, message: EventMessage): void {
    for (const extension of this.#list) extension.publishing?.(channel, message);
  }

  handshaking(session: Session, message: BayeuxMessage, reply: BayeuxReply): void {
    for (const extension of this.#list) extension.handshaking?.(session, message, reply);
  }

  subscribing(session: Session, subscription: string, message: BayeuxMessage): string | undefined {
    for (const extension of this.#list) {
      const refusal = extension.subscribing?.(session, subscription, message);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  subscribed(session: Session, subscription: string, message: BayeuxMessage): void {
    for (const extension of this.#list) {
      try {
        extension.subscribed?.(session, subscription, message);
      } catch (error) {
        this.#host.fault(error, 'subscribed extension');
      }
    }
  }

  /**
   * One answer, from the return value, a promise or the callback. A function that takes the callback and answers `undefined`
   * has not answered yet: were that a pass, what it denies a moment later would already be through.
   */
  async #answer<Value>(
    where: string,
    takesCallback: boolean,
    ask: (callback: ExtensionCallback<Value>) => Value | Promise<Value | void> | void,
  ): Promise<Value | undefined> {
    let answered = false;
    const answer = new Promise<Value | undefined>((resolve, reject) => {
      const callback: ExtensionCallback<Value> = (error, value) => {
        if (answered) {
          this.#host.fault(new Error('the extension answered twice'), where);
          return;
        }
        answered = true;
        if (error) reject(error);
        else resolve(value);
      };
      const settle = (value: Value | undefined): void => {
        if (answered || (value === undefined && takesCallback)) return;
        answered = true;
        resolve(value);
      };
      const returned = ask(callback);
      if (returned instanceof Promise) returned.then(value => settle(value as Value | undefined), reject);
      else settle(returned as Value | undefined);
    });
    return this.#host.withinLimit(answer, where);
  }
}
