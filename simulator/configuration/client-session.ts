import type { CfgEvent, CfgObject, CfgObjectType } from '@handover/shared/genesys';
import type { LineConnection } from '../wire/index.ts';
import type { Change } from './store.ts';

interface Subscription {
  objectType: CfgObjectType | 'all';
  dbid?: number;
}

/** One client of a Configuration Server. */
export class ConfigurationClient {
  readonly connection: LineConnection;
  registered = false;
  subscriptions: Subscription[] = [];

  constructor(connection: LineConnection) {
    this.connection = connection;
  }

  send(event: CfgEvent): void {
    this.connection.send(event);
  }

  /** Sends a change to who subscribed to it; whoever caused it gets it with the reference in any case. */
  notify(change: Change, referenceID?: number): void {
    if (referenceID !== undefined) this.send({ ...change, referenceID });
    else if (this.#wants(change)) this.send(change);
  }

  #wants(change: Change): boolean {
    const { type, dbid } = identityOf(change);
    return this.subscriptions.some(
      wanted => (wanted.objectType === 'all' || wanted.objectType === type) && (wanted.dbid === undefined || wanted.dbid === dbid),
    );
  }
}

export function identityOf(change: Change): Pick<CfgObject, 'type' | 'dbid'> {
  if (change.messageName === 'EventObjectCreated') return change.object;
  return { type: change.objectType, dbid: change.dbid };
}
