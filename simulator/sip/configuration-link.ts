import type { CfgEvent, CfgObject, CfgObjectType, CfgRequest } from '@handover/shared/genesys';
import type { LineClient, LineConnection } from '../wire/index.ts';
import { connectLines } from '../wire/index.ts';

/** What a server keeps of the configuration. */
export interface ConfigurationModel {
  /** Replaces everything. */
  load(objects: readonly CfgObject[]): void;
  put(object: CfgObject): void;
  update(type: CfgObjectType, dbid: number, changes: Readonly<Record<string, unknown>>): void;
  remove(type: CfgObjectType, dbid: number): void;
}

/**
 * Keeps a server's model equal to the Configuration Server's objects: reads all of them after each connect, then follows notifications. While
 * no server answers the last model stays.
 */
export class ConfigurationLink {
  readonly #model: ConfigurationModel;
  readonly #types: readonly CfgObjectType[];
  readonly #application: string;
  readonly #onChange: () => void;
  readonly #client: LineClient;
  #reading = new Map<number, CfgObjectType>();
  #objects: CfgObject[] = [];
  #reference = 0;

  constructor(options: {
    servers: readonly { host: string; port: number }[];
    application: string;
    model: ConfigurationModel;
    types: readonly CfgObjectType[];
    onChange: () => void;
  }) {
    this.#model = options.model;
    this.#types = options.types;
    this.#application = options.application;
    this.#onChange = options.onChange;
    this.#client = connectLines({
      addresses: () => options.servers,
      onConnection: connection => {
        this.#objects = [];
        this.#reading = new Map();
        this.#send(connection, { messageName: 'RequestRegisterClient', referenceID: 0, applicationName: this.#application });
        return {
          onMessage: message => this.#receive(connection, message as unknown as CfgEvent),
          onFault: () => connection.close(),
          onClose: () => undefined,
        };
      },
    });
  }

  close(): void {
    this.#client.close();
  }

  #send(connection: LineConnection, request: CfgRequest): number {
    const referenceID = (this.#reference += 1);
    connection.send({ ...request, referenceID });
    return referenceID;
  }

  #receive(connection: LineConnection, event: CfgEvent): void {
    switch (event.messageName) {
      case 'EventClientRegistered': {
        // Notifications first: a change during the reading is then heard, and applied after it.
        const subscriptions = this.#types.map(objectType => ({ objectType }));
        this.#send(connection, { messageName: 'RequestRegisterNotification', referenceID: 0, subscriptions });
        for (const objectType of this.#types)
          this.#reading.set(this.#send(connection, { messageName: 'RequestReadObjects', referenceID: 0, objectType }), objectType);
        return;
      }
      case 'EventObjectsRead':
        this.#objects.push(...event.objects);
        return;
      case 'EventObjectsSent':
        this.#reading.delete(event.referenceID);
        if (this.#reading.size > 0) return;
        this.#model.load(this.#objects);
        this.#objects = [];
        return this.#onChange();
      case 'EventObjectCreated':
        if (!this.#types.includes(event.object.type)) return;
        if (this.#reading.size > 0) return connection.close(); // read again: what was read is no longer one picture
        this.#model.put(event.object);
        return this.#onChange();
      case 'EventObjectUpdated':
        if (this.#reading.size > 0) return connection.close();
        this.#model.update(event.objectType, event.dbid, event.changes);
        return this.#onChange();
      case 'EventObjectDeleted':
        if (this.#reading.size > 0) return connection.close();
        this.#model.remove(event.objectType, event.dbid);
        return this.#onChange();
      case 'EventError':
        return connection.close();
      case 'EventPrimaryChanged':
      case 'EventNotificationRegistered':
      case 'EventAuthenticated':
      case 'EventPasswordChanged':
    }
  }
}
