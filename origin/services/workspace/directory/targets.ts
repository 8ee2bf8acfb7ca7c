import type { TargetType, TargetWire } from '@handover/shared/api/workspace';
import type { CfgDN, CfgPerson } from '@handover/shared/genesys';
import type { Configuration } from '../../../contracts/configuration.ts';
import type { Availability, SavedTarget } from '../../../contracts/workspace.ts';

export interface TargetSearch {
  tenantDbid: number;
  term: string;
  types: readonly string[];
  limit: number;
  /** `exact`: the whole name; else any part of it. */
  exact: boolean;
  descending: boolean;
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

const words = (target: TargetWire): string[] =>
  [target.name, target.userName, target.firstName, target.lastName, target.employeeId, target.number].filter(text => text !== undefined);

/** Targets by a part of their names or numbers, agents first, each type by name. */
export function searchTargets(
  search: TargetSearch,
  configuration: Configuration,
  availability: AvailabilityOf,
): { targets: TargetWire[]; totalMatches: number } {
  const term = search.term.trim().toLowerCase();
  const hit = (target: TargetWire): boolean =>
    words(target).some(word => (search.exact ? word.toLowerCase() === term : word.toLowerCase().includes(term)));
  const types = searchable.filter(type => search.types.length === 0 || search.types.includes(type));
  const sign = search.descending ? -1 : 1;
  const found = types.flatMap(type =>
    targetsOfType(type, search.tenantDbid, configuration, availability)
      .filter(hit)
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
