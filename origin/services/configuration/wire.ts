import type { AgentGroupWire, DnWire, NamedWire, ObjectType, ObjectWire, PersonWire, PlaceWire } from '@handover/shared/api/configuration';
import type { CfgAgentGroup, CfgDN, CfgPerson, CfgPlace, CfgSkill } from '@handover/shared/genesys';
import type { Configuration } from '../../contracts/configuration.ts';
import type { SearchKind } from '../../contracts/search.ts';

export type ReadObject = CfgPerson | CfgAgentGroup | CfgSkill | CfgDN | CfgPlace;

/** What a type of the path means in the configuration and in the index. */
export const meanings = {
  persons: { type: 'CfgPerson', kinds: ['person'], agents: false },
  users: { type: 'CfgPerson', kinds: ['person'], agents: false },
  agents: { type: 'CfgPerson', kinds: ['person'], agents: true },
  'agent-groups': { type: 'CfgAgentGroup', kinds: ['agent-group'], agents: false },
  skills: { type: 'CfgSkill', kinds: ['skill'], agents: false },
  dns: { type: 'CfgDN', kinds: ['route-point', 'acd-queue', 'dn'], agents: false },
  places: { type: 'CfgPlace', kinds: ['place'], agents: false },
} as const satisfies Record<ObjectType, { type: ReadObject['type']; kinds: readonly SearchKind[]; agents: boolean }>;

export const isObjectType = (text: string): text is ObjectType => Object.hasOwn(meanings, text);

/** Shown name of an object; lists are ordered by it. */
export function nameOf(object: ReadObject): string {
  switch (object.type) {
    case 'CfgPerson': {
      const full = [object.firstName, object.lastName].filter(part => part !== '').join(' ');
      return full === '' ? object.userName : full;
    }
    case 'CfgDN':
      return object.name ?? object.number;
    default:
      return object.name;
  }
}

export function wireOf(object: ReadObject, configuration: Configuration): ObjectWire {
  switch (object.type) {
    case 'CfgPerson':
      return personWire(object, configuration);
    case 'CfgAgentGroup':
      return { ...named(object), agentDBIDs: object.agentDBIDs } satisfies AgentGroupWire;
    case 'CfgSkill':
      return named(object);
    case 'CfgDN':
      return {
        ...named(object),
        number: object.number,
        type: object.dnType,
        switchDBID: object.switchDBID,
        switchName: configuration.get('CfgSwitch', object.switchDBID)?.name ?? '',
      } satisfies DnWire;
    case 'CfgPlace':
      return {
        ...named(object),
        dns: configuration.placeDns(object.dbid).map(({ dn, switch: at }) => ({ DBID: dn.dbid, number: dn.number, switchName: at.name })),
      } satisfies PlaceWire;
  }
}

const named = (object: ReadObject): NamedWire => ({
  DBID: object.dbid,
  tenantDBID: object.tenantDBID,
  name: nameOf(object),
  enabled: object.state === 'Enabled',
});

function personWire(person: CfgPerson, configuration: Configuration): PersonWire {
  const place = configuration.get('CfgPlace', person.agentInfo?.placeDBID ?? -1);
  return {
    DBID: person.dbid,
    tenantDBID: person.tenantDBID,
    userName: person.userName,
    firstName: person.firstName,
    lastName: person.lastName,
    employeeID: person.employeeID,
    ...(person.emailAddress === undefined ? {} : { emailAddress: person.emailAddress }),
    ...(person.externalID === undefined ? {} : { externalID: person.externalID }),
    isAgent: person.isAgent,
    enabled: person.state === 'Enabled',
    ...(place === undefined ? {} : { placeDBID: place.dbid, placeName: place.name }),
    skills: (person.agentInfo?.skillLevels ?? []).flatMap(({ skillDBID, level }) => {
      const skill = configuration.get('CfgSkill', skillDBID);
      return skill === undefined ? [] : [{ DBID: skillDBID, name: skill.name, level }];
    }),
    agentGroups: configuration
      .all('CfgAgentGroup')
      .filter(group => group.agentDBIDs.includes(person.dbid))
      .map(({ dbid, name }) => ({ DBID: dbid, name })),
  };
}
