import { isDeepStrictEqual } from 'node:util';
import type { CfgObject, CfgObjectOf, CfgObjectType, CfgPerson } from '@handover/shared/genesys';
import type { ConfigurationChange } from '../../contracts/configuration.ts';

export const objectTypes = [
  'CfgTenant',
  'CfgSwitch',
  'CfgDN',
  'CfgPerson',
  'CfgPlace',
  'CfgAgentGroup',
  'CfgApplication',
  'CfgSkill',
  'CfgActionCode',
  'CfgAgentLogin',
  'CfgTransaction',
  'CfgEnumerator',
  'CfgPlaceGroup',
  'CfgDNGroup',
  'CfgScript',
] as const satisfies readonly CfgObjectType[];

/** The objects in memory with their indexes. Every reader sees whole objects; a change replaces one. */
export interface ObjectTable {
  get<T extends CfgObjectType>(type: T, dbid: number): CfgObjectOf<T> | undefined;
  all<T extends CfgObjectType>(type: T): readonly CfgObjectOf<T>[];
  put(object: CfgObject): ConfigurationChange;
  remove(type: CfgObjectType, dbid: number): ConfigurationChange | undefined;
  /** Makes the table equal to a complete reading and answers what that changed. */
  replaceAll(objects: readonly CfgObject[]): readonly ConfigurationChange[];
  personByUserName(userName: string): CfgPerson | undefined;
  personByEmployeeId(employeeId: string): CfgPerson | undefined;
  placeByName(name: string): CfgObjectOf<'CfgPlace'> | undefined;
  switchByName(name: string): CfgObjectOf<'CfgSwitch'> | undefined;
  dn(number: string, switchName: string): CfgObjectOf<'CfgDN'> | undefined;
  placeOfDn(dnDbid: number): CfgObjectOf<'CfgPlace'> | undefined;
}

export function createObjectTable(): ObjectTable {
  const tables = new Map<CfgObjectType, Map<number, CfgObject>>(objectTypes.map(type => [type, new Map<number, CfgObject>()]));
  const lists = new Map<CfgObjectType, readonly CfgObject[]>();
  /** From an index key to the object's dbid. The kind of index is part of the key. */
  const index = new Map<string, number>();

  const tableOf = (type: CfgObjectType): Map<number, CfgObject> => {
    const table = tables.get(type);
    if (table === undefined) throw new Error(`unknown object type ${type}`);
    return table;
  };
  const get = <T extends CfgObjectType>(type: T, dbid: number): CfgObjectOf<T> | undefined =>
    tables.get(type)?.get(dbid) as CfgObjectOf<T> | undefined;
  const find = <T extends CfgObjectType>(type: T, key: string): CfgObjectOf<T> | undefined => {
    const dbid = index.get(key);
    return dbid === undefined ? undefined : get(type, dbid);
  };

  function unindex(object: CfgObject): void {
    for (const key of indexKeys(object)) if (index.get(key) === object.dbid) index.delete(key);
  }

  function put(object: CfgObject): ConfigurationChange {
    const table = tableOf(object.type);
    const before = table.get(object.dbid);
    if (before !== undefined) unindex(before);
    table.set(object.dbid, object);
    lists.delete(object.type);
    for (const key of indexKeys(object)) index.set(key, object.dbid);
    return { kind: before === undefined ? 'created' : 'updated', type: object.type, dbid: object.dbid, object };
  }

  function remove(type: CfgObjectType, dbid: number): ConfigurationChange | undefined {
    const table = tableOf(type);
    const before = table.get(dbid);
    if (before === undefined) return undefined;
    unindex(before);
    table.delete(dbid);
    lists.delete(type);
    return { kind: 'deleted', type, dbid };
  }

  function replaceAll(objects: readonly CfgObject[]): readonly ConfigurationChange[] {
    const changes: ConfigurationChange[] = [];
    const kept = new Set(objects.map(object => `${object.type}/${object.dbid}`));
    for (const [type, table] of tables) {
      for (const dbid of [...table.keys()]) {
        const change = kept.has(`${type}/${dbid}`) ? undefined : remove(type, dbid);
        if (change !== undefined) changes.push(change);
      }
    }
    for (const object of objects) if (!isDeepStrictEqual(get(object.type, object.dbid), object)) changes.push(put(object));
    return changes;
  }

  function all<T extends CfgObjectType>(type: T): readonly CfgObjectOf<T>[] {
    let list = lists.get(type);
    if (list === undefined) {
      list = Object.freeze([...tableOf(type).values()]);
      lists.set(type, list);
    }
    return list as readonly CfgObjectOf<T>[];
  }

  const switchByName = (name: string): CfgObjectOf<'CfgSwitch'> | undefined => find('CfgSwitch', `switch/${name}`);
  return {
    get,
    all,
    put,
    remove,
    replaceAll,
    switchByName,
    personByUserName: userName => find('CfgPerson', `user/${userName}`),
    personByEmployeeId: employeeId => find('CfgPerson', `employee/${employeeId}`),
    placeByName: name => find('CfgPlace', `place/${name}`),
    dn(number, switchName) {
      const theSwitch = switchByName(switchName);
      return theSwitch === undefined ? undefined : find('CfgDN', `dn/${theSwitch.dbid}/${number}`);
    },
    placeOfDn: dnDbid => find('CfgPlace', `place-of/${dnDbid}`),
  };
}

function indexKeys(object: CfgObject): string[] {
  switch (object.type) {
    case 'CfgPerson':
      return [`user/${object.userName}`, `employee/${object.employeeID}`];
    case 'CfgPlace':
      return [`place/${object.name}`, ...object.dnDBIDs.map(dbid => `place-of/${dbid}`)];
    case 'CfgDN':
      return [`dn/${object.switchDBID}/${object.number}`];
    case 'CfgSwitch':
      return [`switch/${object.name}`];
    default:
      return [];
  }
}
