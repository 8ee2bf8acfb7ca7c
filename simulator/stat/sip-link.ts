import type { TlibEvent, TlibRequest } from '@handover/shared/genesys';
import type { LineClient, LineConnection } from '../wire/index.ts';
import { connectLines } from '../wire/index.ts';

export interface SipLinkOptions {
  /** Asked before each attempt. */
  servers(): readonly { host: string; port: number }[];
  application: string;
  /** The DNs to register; asked at each connect and by `refresh`. */
  dns(): readonly string[];
  /** A snapshot (EventRegistered) or an event of a registered DN. */
  onEvent(event: TlibEvent): void;
  /** Every DN has been read. */
  onComplete(): void;
  onLost(): void;
}

const retryMs = 1_000;

/** A T-Library client of whichever of the site's SIP Servers is the primary: registers every DN again after each connect. */
export class SipLink {
  readonly #options: SipLinkOptions;
  readonly #client: LineClient;
  readonly #registered = new Set<string>();
  /** By reference: the DN whose registration was asked for. */
  readonly #awaited = new Map<number, string>();
  #retry: NodeJS.Timeout | undefined;
  #serves = false;
  #reference = 0;

  constructor(options: SipLinkOptions) {
    this.#options = options;
    this.#client = connectLines({
      addresses: () => options.servers(),
      onConnection: connection => {
        this.#send(connection, { messageName: 'RequestRegisterClient', applicationName: options.application });
        return {
          onMessage: message => this.#receive(connection, message as unknown as TlibEvent),
          onFault: () => connection.close(),
          onClose: () => this.#lose(),
        };
      },
    });
  }

  /** Registers DNs that are new in the configuration. */
  refresh(): void {
    const { connection } = this.#client;
    if (connection === undefined || !this.#serves) return;
    for (const dn of this.#options.dns()) {
      if (this.#registered.has(dn)) continue;
      this.#registered.add(dn);
      this.#awaited.set(this.#send(connection, { messageName: 'RequestRegisterAddress', thisDN: dn, registerMode: 'ModeMonitor' }), dn);
    }
    if (this.#awaited.size === 0) this.#options.onComplete();
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#client.close();
  }

  #send(connection: LineConnection, request: Omit<TlibRequest, 'referenceID'>): number {
    const referenceID = (this.#reference += 1);
    connection.send({ ...request, referenceID });
    return referenceID;
  }

  #receive(connection: LineConnection, event: TlibEvent): void {
    switch (event.messageName) {
      case 'EventServerInfo':
      case 'EventPrimaryChanged':
        if (event.serverRole === 'Backup') return this.#client.next();
        if (this.#serves) return;
        this.#serves = true;
        return this.refresh();
      case 'EventError':
        if (event.referenceID !== undefined) this.#refused(event.referenceID);
        return;
      case 'EventRegistered':
        this.#options.onEvent(event);
        if (event.referenceID !== undefined) this.#settle(event.referenceID);
        return;
      default:
        if (connection.open) this.#options.onEvent(event);
    }
  }

  /** A SIP Server that has a role before it has read the configuration knows no DN yet: asked again. */
  #refused(referenceID: number): void {
    const dn = this.#awaited.get(referenceID);
    if (dn !== undefined) {
      this.#registered.delete(dn);
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined;
        this.refresh();
      }, retryMs).unref();
    }
    this.#settle(referenceID);
  }

  #settle(referenceID: number): void {
    if (this.#awaited.delete(referenceID) && this.#awaited.size === 0) this.#options.onComplete();
  }

  #lose(): void {
    this.#registered.clear();
    this.#awaited.clear();
    if (!this.#serves) return;
    this.#serves = false;
    this.#options.onLost();
  }
}
