import type { CfgAgentGroup, CfgDN, CfgObject, CfgObjectType, CfgPerson, CfgPlace, CfgSkill } from '@handover/shared/genesys';
import type { Configuration } from '../../../contracts/configuration.ts';
import { searchKinds, type DocumentKey, type SearchDocument, type SearchKind } from '../../../contracts/search.ts';

/** What of the configuration is searched. */
export const searchedTypes = ['CfgPerson', 'CfgAgentGroup', 'CfgSkill', 'CfgDN', 'CfgPlace'] as const satisfies readonly CfgObjectType[];
export type SearchedType = (typeof searchedTypes)[number];
export const isSearched = (type: CfgObjectType): type is SearchedType => (searchedTypes as readonly CfgObjectType[]).includes(type);

type Searched = CfgPerson | CfgAgentGroup | CfgSkill | CfgDN | CfgPlace;
/** The groups of each agent. */
type Membership = ReadonlyMap<number, readonly number[]>;

/** Every document, made as it is asked for: what changes meanwhile may or may not be in. */
export function* allDocuments(configuration: Configuration): Generator<SearchDocument> {
  const groups = membership(configuration);
  for (const type of searchedTypes) for (const object of configuration.all(type)) yield documentOf(object, configuration, groups);
}

export const documentCount = (configuration: Configuration): number =>
  searchedTypes.reduce((sum, type) => sum + configuration.all(type).length, 0);

/** What a set of changed objects makes of the index: documents to write, and keys of those that are gone. */
export function consequences(
  changed: Iterable<readonly [SearchedType, number]>,
  configuration: Configuration,
  formerMembers: ReadonlySet<number>,
): { put: SearchDocument[]; remove: DocumentKey[] } {
  const groups = membership(configuration);
  const touched = new Map<string, Searched>();
  const touch = (object: Searched | undefined): void => {
    if (object !== undefined) touched.set(`${object.type}/${object.dbid}`, object);
  };
  const remove: DocumentKey[] = [];
  const skills = new Set<number>();
  const places = new Set<number>();
  const members = new Set(formerMembers);
  for (const [type, dbid] of changed) {
    const object = configuration.get(type, dbid);
    const kept = object === undefined ? undefined : kindOf(object);
    // An object whose kind has changed, a DN, leaves its former place.
    for (const kind of kindsOf[type]) if (kind !== kept) remove.push({ kind, dbid });
    touch(object);
    switch (type) {
      case 'CfgSkill':
        skills.add(dbid);
        break;
      case 'CfgPlace':
        places.add(dbid);
        break;
      case 'CfgDN': {
        const place = configuration.placeOfDn(dbid);
        touch(place);
        if (place !== undefined) places.add(place.dbid);
        break;
      }
      case 'CfgAgentGroup':
        for (const member of configuration.get(type, dbid)?.agentDBIDs ?? []) members.add(member);
        break;
      case 'CfgPerson':
        break;
    }
  }
  for (const dbid of members) touch(configuration.get('CfgPerson', dbid));
  if (skills.size + places.size > 0)
    for (const person of configuration.all('CfgPerson')) if (concerns(person, skills, places)) touch(person);
  return { put: [...touched.values()].map(object => documentOf(object, configuration, groups)), remove };
}

const concerns = ({ agentInfo }: CfgPerson, skills: ReadonlySet<number>, places: ReadonlySet<number>): boolean =>
  agentInfo !== undefined &&
  ((agentInfo.placeDBID !== undefined && places.has(agentInfo.placeDBID)) ||
    agentInfo.skillLevels.some(({ skillDBID }) => skills.has(skillDBID)));

const kindsOf: Readonly<Record<SearchedType, readonly SearchKind[]>> = {
  CfgPerson: ['person'],
  CfgAgentGroup: ['agent-group'],
  CfgSkill: ['skill'],
  CfgDN: ['dn', 'route-point', 'acd-queue'],
  CfgPlace: ['place'],
};

function kindOf(object: CfgObject): SearchKind | undefined {
  if (object.type !== 'CfgDN') return searchKinds.find(kind => isSearched(object.type) && kindsOf[object.type].includes(kind));
  switch (object.dnType) {
    case 'RoutingPoint':
    case 'VirtRoutingPoint':
      return 'route-point';
    case 'ACDQueue':
      return 'acd-queue';
    case 'Extension':
    case 'Trunk':
      return 'dn';
  }
}

function membership(configuration: Configuration): Membership {
  const groups = new Map<number, number[]>();
  for (const group of configuration.all('CfgAgentGroup'))
    for (const member of group.agentDBIDs) {
      const list = groups.get(member);
      if (list === undefined) groups.set(member, [group.dbid]);
      else list.push(group.dbid);
    }
  return groups;
}

function documentOf(object: Searched, configuration: Configuration, groups: Membership): SearchDocument {
  const common = {
    kind: kindOf(object) ?? 'dn',
    dbid: object.dbid,
    tenantDbid: object.tenantDBID,
    enabled: object.state === 'Enabled',
    related: [],
    agent: false,
    skillDbids: [],
    groupDbids: [],
  };
  switch (object.type) {
    case 'CfgPerson':
      return { ...common, ...personPart(object, configuration), groupDbids: groups.get(object.dbid) ?? [] };
    case 'CfgDN':
      return { ...common, name: object.name ?? object.number, texts: [object.number], dnType: object.dnType };
    case 'CfgPlace':
      return { ...common, name: object.name, texts: configuration.placeDns(object.dbid).map(({ dn }) => dn.number) };
    case 'CfgAgentGroup':
    case 'CfgSkill':
      return { ...common, name: object.name, texts: [] };
  }
}

function personPart(person: CfgPerson, configuration: Configuration) {
  const place = person.agentInfo?.placeDBID;
  const skillDbids = (person.agentInfo?.skillLevels ?? []).map(({ skillDBID }) => skillDBID);
  const full = [person.firstName, person.lastName].filter(part => part !== '').join(' ');
  return {
    name: full === '' ? person.userName : full,
    texts: [
      person.userName,
      person.firstName,
      person.lastName,
      person.employeeID,
      ...(person.emailAddress === undefined ? [] : [person.emailAddress]),
      ...(person.externalID === undefined ? [] : [person.externalID]),
      ...(place === undefined ? [] : configuration.placeDns(place).map(({ dn }) => dn.number)),
    ],
    related: skillDbids.flatMap(dbid => configuration.get('CfgSkill', dbid)?.name ?? []),
    agent: person.isAgent,
    skillDbids,
  };
}
