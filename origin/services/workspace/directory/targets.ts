import type { TargetType, TargetWire } from '@handover/shared/api/workspace';
import { AppError } from '@handover/shared/errors';
import type { CfgDN, CfgPerson } from '@handover/shared/genesys';
import type { Configuration } from '../../../contracts/configuration.ts';
import type { DocumentKey, SearchIndex, SearchKind, SearchQuery } from '../../../contracts/search.ts';
import type { Availability, SavedTarget } from '../../../contracts/workspace.ts';
import { filters, keptBy, wordsOf } from './target-filter.ts';
import type { TargetFilter } from './target-filter.ts';

export interface TargetSearch {
  tenantDbid: number;
  term: string;
  types: readonly string[];
  limit: number;
  /** `exact`: the whole name; else any part of it. */
  exact: boolean;
  descending: boolean;
  filter: TargetFilter;
}

export type AvailabilityOf = (userName: string) => Availability | undefined;

const isRoutePoint = (dn: CfgDN): boolean => dn.dnType === 'RoutingPoint' || dn.dnType === 'VirtRoutingPoint';

const agentTarget = (person: CfgPerson, configuration: Configuration, availability: AvailabilityOf): TargetWire => {
  const known = availability(person.userName);
  const place = person.agentInfo?.placeDBID;
  const phone = place === undefined ? undefined : configuration.placeDns(place)[0];
  const full = [person.firstName, person.lastName].filter(part => part !== '').join(' ');
  return {
    DBID: person.dbid,
    name: full === '' ? person.userName : full,
    type: 'agent',
    firstName: person.firstName,
    lastName: person.lastName,
    employeeId: person.employeeID,
    userName: person.userName,
    ...(phone === undefined ? {} : { number: phone.dn.number, switchName: phone.switch.name }),
    ...(known === undefined ? {} : { availability: known }),
  };
};

const named =
  (type: TargetType) =>
  (object: { dbid: number; name: string }): TargetWire => ({ DBID: object.dbid, name: object.name, type });

const dnTarget =
  (type: TargetType, configuration: Configuration) =>
  (dn: CfgDN): TargetWire => ({
    DBID: dn.dbid,
    name: dn.name ?? dn.number,
    type,
    number: dn.number,
    switchName: configuration.get('CfgSwitch', dn.switchDBID)?.name ?? '',
  });

/** Every target of the tenant of one type. A person's colleagues of other tenants do not exist for them. */
function targetsOfType(type: TargetType, tenantDbid: number, configuration: Configuration, availability: AvailabilityOf): TargetWire[] {
  const ours = (object: { tenantDBID: number; state: string }): boolean => object.tenantDBID === tenantDbid && object.state === 'Enabled';
  switch (type) {
    case 'agent':
      return configuration
        .all('CfgPerson')
        .filter(person => ours(person) && person.isAgent)
        .map(person => agentTarget(person, configuration, availability));
    case 'agent-group':
      return configuration.all('CfgAgentGroup').filter(ours).map(named(type));
    case 'skill':
      return configuration.all('CfgSkill').filter(ours).map(named(type));
    case 'route-point':
      return configuration
        .all('CfgDN')
        .filter(dn => ours(dn) && isRoutePoint(dn))
        .map(dnTarget(type, configuration));
    case 'acd-queue':
      return configuration
        .all('CfgDN')
        .filter(dn => ours(dn) && dn.dnType === 'ACDQueue')
        .map(dnTarget(type, configuration));
    case 'interaction-queue':
    case 'custom-contact':
    case 'contact':
      return [];
  }
}

const searchable: readonly TargetType[] = ['agent', 'agent-group', 'skill', 'route-point', 'acd-queue'];
export const isTargetType = (text: string): text is TargetType => (searchable as readonly string[]).includes(text);

export interface FoundTargets {
  targets: TargetWire[];
  totalMatches: number;
}

const searchKinds: Partial<Readonly<Record<TargetType, SearchKind>>> = {
  agent: 'person',
  'agent-group': 'agent-group',
  skill: 'skill',
  'route-point': 'route-point',
  'acd-queue': 'acd-queue',
};

/**
 * Targets by a part of their names or numbers, agents first, each type by name; when no name has such a part, those that are meant although
 * it was mistyped. From the index, and while that is not available from the configuration, which forgives no mistakes.
 */
export async function searchTargets(
  search: TargetSearch,
  configuration: Configuration,
  availability: AvailabilityOf,
  index: Pick<SearchIndex, 'search'> | undefined,
): Promise<FoundTargets> {
  try {
    // The index knows no groups of agents.
    if (index !== undefined && !filters(search.filter)) return await searchIndex(search, configuration, availability, index);
  } catch (fault) {
    if (!(fault instanceof AppError) || fault.code !== 'search.unavailable') throw fault;
  }
  return searchDirectory(search, configuration, availability);
}

async function searchIndex(
  search: TargetSearch,
  configuration: Configuration,
  availability: AvailabilityOf,
  index: Pick<SearchIndex, 'search'>,
): Promise<FoundTargets> {
  const kinds = typesOf(search).flatMap(type => searchKinds[type] ?? []);
  if (kinds.length === 0) return { targets: [], totalMatches: 0 };
  const query: SearchQuery = {
    tenantDbid: search.tenantDbid,
    kinds,
    term: search.term,
    match: search.exact ? 'exact' : 'part',
    enabledOnly: true,
    agentsOnly: true,
    byName: true,
    descending: search.descending,
    offset: 0,
    limit: search.limit,
  };
  const found = await index.search(query);
  const page = found.total > 0 || search.exact ? found : await index.search({ ...query, match: 'words', byName: false });
  return {
    targets: page.hits.flatMap(hit => targetOf(hit, configuration, availability) ?? []),
    totalMatches: page.total,
  };
}

/** The index may be a moment behind: what is not there any more is no target. */
function targetOf({ kind, dbid }: DocumentKey, configuration: Configuration, availability: AvailabilityOf): TargetWire | undefined {
  switch (kind) {
    case 'person': {
      const person = configuration.get('CfgPerson', dbid);
      return person === undefined ? undefined : agentTarget(person, configuration, availability);
    }
    case 'agent-group': {
      const group = configuration.get('CfgAgentGroup', dbid);
      return group === undefined ? undefined : named(kind)(group);
    }
    case 'skill': {
      const skill = configuration.get('CfgSkill', dbid);
      return skill === undefined ? undefined : named(kind)(skill);
    }
    case 'route-point':
    case 'acd-queue': {
      const dn = configuration.get('CfgDN', dbid);
      return dn === undefined ? undefined : dnTarget(kind, configuration)(dn);
    }
    case 'dn':
    case 'place':
      return undefined;
  }
}

const typesOf = (search: TargetSearch): TargetType[] => searchable.filter(type => search.types.length === 0 || search.types.includes(type));

function searchDirectory(search: TargetSearch, configuration: Configuration, availability: AvailabilityOf): FoundTargets {
  const term = search.term.trim().toLowerCase();
  const hit = (target: TargetWire): boolean =>
    wordsOf(target, search.filter).some(word => (search.exact ? word.toLowerCase() === term : word.toLowerCase().includes(term)));
  const kept = keptBy(search.filter, search.tenantDbid, configuration);
  const sign = search.descending ? -1 : 1;
  const found = typesOf(search).flatMap(type =>
    targetsOfType(type, search.tenantDbid, configuration, availability)
      .filter(target => hit(target) && kept(target))
      .sort((a, b) => sign * a.name.localeCompare(b.name)),
  );
  return { targets: found.slice(0, search.limit), totalMatches: found.length };
}

/** One target by its number in the configuration, its number to dial, or its name. */
export function findTarget(
  type: TargetType,
  id: string,
  tenantDbid: number,
  configuration: Configuration,
  availability: AvailabilityOf,
): TargetWire | undefined {
  return targetsOfType(type, tenantDbid, configuration, availability).find(
    target =>
      String(target.DBID) === id || target.number === id || target.userName === id || target.employeeId === id || target.name === id,
  );
}

/** A saved target, with what the configuration knows of it now. */
export function savedWire(saved: SavedTarget, tenantDbid: number, configuration: Configuration, availability: AvailabilityOf): TargetWire {
  const known = isTargetType(saved.type) ? findTarget(saved.type, saved.id, tenantDbid, configuration, availability) : undefined;
  const full = [saved.firstName, saved.lastName].filter(part => part !== undefined && part !== '').join(' ');
  const dbid = Number(saved.id);
  return (
    known ?? {
      DBID: Number.isSafeInteger(dbid) ? dbid : 0,
      id: saved.id,
      name: full === '' ? (saved.numbers[0] ?? saved.id) : full,
      type: saved.type,
      ...(saved.firstName === undefined ? {} : { firstName: saved.firstName }),
      ...(saved.lastName === undefined ? {} : { lastName: saved.lastName }),
      ...(saved.numbers[0] === undefined ? {} : { number: saved.numbers[0] }),
    }
  );
}
