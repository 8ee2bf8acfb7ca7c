import type { CfgObject, CfgObjectOf, CfgObjectType } from '@handover/shared/genesys';

/** A change before it has its place in the sequence. */
export type Wish =
  | { kind: 'create'; object: CfgObject }
  | { kind: 'update'; type: CfgObjectType; dbid: number; changes: Readonly<Record<string, unknown>> }
  | { kind: 'delete'; type: CfgObjectType; dbid: number };

/** What a cascade reads of the store. */
interface Objects {
  all(type: CfgObjectType): Iterable<CfgObject>;
}

/** What must happen before a change: references to a deleted object go, children of a switch share its fate. */
export function* cascade(store: Objects, wish: Wish): Generator<Wish> {
  if (wish.kind === 'delete') yield* beforeDelete(store, wish.type, wish.dbid);
  if (wish.kind === 'update' && wish.type === 'CfgSwitch' && wish.changes['state'] !== undefined) {
    const changes = { state: wish.changes['state'] };
    for (const { type, dbid } of children(store, wish.dbid)) yield { kind: 'update', type, dbid, changes };
  }
}

function* beforeDelete(store: Objects, type: CfgObjectType, dbid: number): Generator<Wish> {
  switch (type) {
    case 'CfgSwitch':
      for (const child of children(store, dbid)) yield { kind: 'delete', ...child };
      return;
    case 'CfgPerson':
      for (const group of all(store, 'CfgAgentGroup')) {
        const agentDBIDs = group.agentDBIDs.filter(id => id !== dbid);
        const managerDBIDs = group.managerDBIDs.filter(id => id !== dbid);
        if (agentDBIDs.length + managerDBIDs.length < group.agentDBIDs.length + group.managerDBIDs.length)
          yield { kind: 'update', type: 'CfgAgentGroup', dbid: group.dbid, changes: { agentDBIDs, managerDBIDs } };
      }
      return;
    case 'CfgDN':
      for (const place of all(store, 'CfgPlace'))
        if (place.dnDBIDs.includes(dbid))
          yield { kind: 'update', type: 'CfgPlace', dbid: place.dbid, changes: { dnDBIDs: place.dnDBIDs.filter(id => id !== dbid) } };
      for (const group of all(store, 'CfgDNGroup'))
        if (group.dnDBIDs.includes(dbid))
          yield { kind: 'update', type: 'CfgDNGroup', dbid: group.dbid, changes: { dnDBIDs: group.dnDBIDs.filter(id => id !== dbid) } };
      return;
    case 'CfgPlace':
      for (const group of all(store, 'CfgPlaceGroup')) {
        const placeDBIDs = group.placeDBIDs.filter(id => id !== dbid);
        if (placeDBIDs.length < group.placeDBIDs.length)
          yield { kind: 'update', type: 'CfgPlaceGroup', dbid: group.dbid, changes: { placeDBIDs } };
      }
      yield* withoutReference(store, type, dbid);
      return;
    case 'CfgSkill':
    case 'CfgAgentLogin':
      yield* withoutReference(store, type, dbid);
      return;
    case 'CfgApplication':
      for (const application of all(store, 'CfgApplication')) {
        const appServers = application.appServers.filter(connection => connection.applicationDBID !== dbid);
        if (appServers.length < application.appServers.length)
          yield { kind: 'update', type: 'CfgApplication', dbid: application.dbid, changes: { appServers } };
      }
      return;
    case 'CfgTenant':
    case 'CfgAgentGroup':
    case 'CfgActionCode':
    case 'CfgTransaction':
    case 'CfgEnumerator':
    case 'CfgPlaceGroup':
    case 'CfgDNGroup':
    case 'CfgScript':
  }
}

function* withoutReference(store: Objects, type: 'CfgSkill' | 'CfgAgentLogin' | 'CfgPlace', dbid: number): Generator<Wish> {
  for (const person of all(store, 'CfgPerson')) {
    const info = person.agentInfo;
    if (info === undefined) continue;
    const skillLevels = type === 'CfgSkill' ? info.skillLevels.filter(level => level.skillDBID !== dbid) : info.skillLevels;
    const agentLogins = type === 'CfgAgentLogin' ? info.agentLogins.filter(login => login.agentLoginDBID !== dbid) : info.agentLogins;
    const { placeDBID, ...rest } = info;
    const losesPlace = type === 'CfgPlace' && placeDBID === dbid;
    const unchanged = skillLevels.length === info.skillLevels.length && agentLogins.length === info.agentLogins.length && !losesPlace;
    if (unchanged) continue;
    const agentInfo = { ...(losesPlace ? rest : info), skillLevels, agentLogins };
    yield { kind: 'update', type: 'CfgPerson', dbid: person.dbid, changes: { agentInfo } };
  }
}

function children(store: Objects, switchDbid: number): { type: 'CfgDN' | 'CfgAgentLogin'; dbid: number }[] {
  return [...all(store, 'CfgDN'), ...all(store, 'CfgAgentLogin')]
    .filter(child => child.switchDBID === switchDbid)
    .map(({ type, dbid }) => ({ type, dbid }));
}

const all = <T extends CfgObjectType>(store: Objects, type: T): CfgObjectOf<T>[] => [...store.all(type)] as CfgObjectOf<T>[];
