import type { IxnRequest } from '@handover/shared/genesys';
import { kvList, kvNumber, kvText } from '@handover/shared/genesys';
import type { LineConnection } from '../wire/index.ts';
import type { CommandEntry } from '../world/index.ts';
import type { ServerEvent } from './messages.ts';

/** One client of an Interaction Server: numbers the events of its connection. */
export class ClientSession {
  readonly connection: LineConnection;
  /** Who it is, at either server of the pair: its node when it names one. Undefined until it has registered. */
  key: string | undefined;
  /** Whether it hears what agents do. */
  reports = false;
  readonly #server: string;
  #sequence = 0;

  constructor(connection: LineConnection, server: string) {
    this.connection = connection;
    this.#server = server;
  }

  register(request: Extract<IxnRequest, { messageName: 'RequestRegisterClient' }>): string {
    const node = kvText(kvList(request.extensions, 'handover'), 'node');
    this.reports = request.clientType === 'ReportingEngine';
    return (this.key = node ?? `${request.applicationName}@${this.#server}#${this.connection.id}`);
  }

  send(event: ServerEvent, at: number, referenceID?: number): void {
    const { messageName, ...attributes } = event;
    this.connection.send({
      messageName,
      ...(referenceID === undefined ? {} : { referenceID }),
      eventSequenceNumber: (this.#sequence += 1),
      time: at,
      server: this.#server,
      ...attributes,
    });
  }
}

/** What the command log keeps of a request; agents' numbers are their employee ids. */
export function commandEntry(request: IxnRequest, server: string, atMs: number): CommandEntry {
  const signature = kvList(request.extensions, 'handover');
  return {
    atMs,
    server,
    node: kvText(signature, 'node') ?? null,
    epoch: kvNumber(signature, 'epoch') ?? null,
    messageName: request.messageName,
    dn: 'agentID' in request ? request.agentID : null,
    connId: 'interactionID' in request ? (request.interactionID ?? null) : null,
  };
}
