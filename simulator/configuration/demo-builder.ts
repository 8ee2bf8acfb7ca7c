import type { CfgObject, CfgObjectType, KvList } from '@handover/shared/genesys';

export type Of<T extends CfgObjectType> = Extract<CfgObject, { type: T }>;

/** Location path of a site. */
export const locationOf = (site: string): string => `/${site}`;

/** Gives objects their DBIDs in the order of their making: the same sizes give the same environment at every site. */
export class Builder {
  readonly objects: CfgObject[] = [];
  readonly #last = new Map<CfgObjectType, number>();

  add<T extends CfgObject>(object: Omit<T, 'dbid' | 'tenantDBID' | 'state' | 'userProperties'> & { userProperties?: KvList }): number {
    const type = (object as unknown as CfgObject).type;
    const dbid = (this.#last.get(type) ?? 100) + 1;
    this.#last.set(type, dbid);
    const whole = { dbid, tenantDBID: 101, state: 'Enabled', userProperties: [], ...object };
    this.objects.push(whole as unknown as CfgObject);
    return dbid;
  }
}
