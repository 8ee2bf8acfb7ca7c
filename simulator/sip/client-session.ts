import type { TlibEvent } from '@handover/shared/genesys';
import type { KernelEvent } from '../kernel/index.ts';
import type { LineConnection } from '../wire/index.ts';

/** One T-Library client: numbers the events of its connection. */
export class ClientSession {
  readonly connection: LineConnection;
  /** From RegisterClient; nothing else is served before. */
  applicationName: string | undefined;
  /** Only looks: it registers in ModeMonitor. */
  monitors = false;
  readonly #server: string;
  #sequence = 0;

  constructor(connection: LineConnection, server: string) {
    this.connection = connection;
    this.#server = server;
  }

  get id(): string {
    return this.connection.id;
  }

  send(event: KernelEvent, at: number, referenceID?: number): void {
    const { messageName, ...attributes } = event;
    const wire: TlibEvent = {
      messageName,
      ...(referenceID === undefined ? {} : { referenceID }),
      eventSequenceNumber: (this.#sequence += 1),
      time: at,
      server: this.#server,
      ...attributes,
    };
    this.connection.send(wire);
  }
}
