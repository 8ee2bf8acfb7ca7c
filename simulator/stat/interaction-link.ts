import type { IxnEvent, IxnProperties, IxnReport, IxnRequest } from '@handover/shared/genesys';
import type { Clock } from '@handover/shared/time';
import type { LineClient, LineConnection } from '../wire/index.ts';
import { connectLines } from '../wire/index.ts';

export interface InteractionLinkOptions {
  /** Asked before each attempt. */
  servers(): readonly { host: string; port: number }[];
  application: string;
  clock: Clock;
  /** Whether to look once a second; else once a connection. */
  looks(): boolean;
  onReport(report: IxnReport): void;
  /** A new connection to the primary, and what it tells of agents' media. */
  onConnected(): void;
  onMedia(agentID: string, media: MediaReport['media']): void;
  /** What waits in queues and workbins now, and what agents handle. */
  onItems(items: readonly IxnProperties[]): void;
}

type MediaReport = Extract<IxnEvent, { messageName: 'EventMediaReported' }>;

const everyMs = 1_000;
const page = 1_000;
const maxItems = 20_000;
const condition = ['Queued', 'Routing', 'Invited', 'InWorkbin', 'Handling'].map(state => `state = '${state}'`).join(' or ');

type WithoutReference<T> = T extends unknown ? Omit<T, 'referenceID'> : never;

/** A reporting client of whichever of the site's Interaction Servers is the primary: hears what agents do, and takes one snapshot after the other. */
export class InteractionLink {
  readonly #options: InteractionLinkOptions;
  readonly #client: LineClient;
  #reference = 0;
  #items: IxnProperties[] = [];
  #total = 0;
  #next = 0;
  #cancel = (): void => undefined;

  constructor(options: InteractionLinkOptions) {
    this.#options = options;
    this.#client = connectLines({
      addresses: () => options.servers(),
      onConnection: connection => {
        this.#send(connection, {
          messageName: 'RequestRegisterClient',
          applicationName: options.application,
          clientType: 'ReportingEngine',
        });
        return {
          onMessage: message => this.#receive(connection, message as unknown as IxnEvent),
          onFault: () => connection.close(),
          onClose: () => this.#cancel(),
        };
      },
    });
  }

  close(): void {
    this.#cancel();
    this.#client.close();
  }

  #send(connection: LineConnection, request: WithoutReference<IxnRequest>): void {
    connection.send({ ...request, referenceID: (this.#reference += 1) });
  }

  #receive(connection: LineConnection, event: IxnEvent): void {
    switch (event.messageName) {
      case 'EventServerInfo':
      case 'EventPrimaryChanged':
        if (event.serverRole === 'Backup') return this.#client.next();
        this.#options.onConnected();
        return this.#take(connection);
      case 'EventReported':
        return this.#options.onReport(event.report);
      case 'EventMediaReported':
        return this.#options.onMedia(event.agentID, event.media);
      case 'EventSnapshotTaken':
        this.#items = [];
        this.#next = 0;
        this.#total = Math.min(event.numberOfInteractions, maxItems);
        return this.#read(connection, event.snapshotID);
      case 'EventSnapshotInteractions':
        this.#items.push(...event.interactions);
        // Those that are over meanwhile are left out: the index goes on by pages.
        this.#next += page;
        if (this.#next < this.#total) return this.#read(connection, event.snapshotID);
        this.#send(connection, { messageName: 'RequestReleaseSnapshot', snapshotID: event.snapshotID });
        this.#options.onItems(this.#items);
        return this.#later(connection);
      case 'EventError':
        return this.#later(connection);
      default:
    }
  }

  #take(connection: LineConnection): void {
    this.#cancel();
    this.#send(connection, { messageName: 'RequestTakeSnapshot', condition });
  }

  #read(connection: LineConnection, snapshotID: number): void {
    this.#send(connection, { messageName: 'RequestGetSnapshotInteractions', snapshotID, startIndex: this.#next, size: page });
  }

  #later(connection: LineConnection): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(everyMs, () => {
      if (!connection.open) return;
      if (this.#options.looks()) this.#take(connection);
      else this.#later(connection);
    });
  }
}
