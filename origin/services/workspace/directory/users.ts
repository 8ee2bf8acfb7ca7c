import type { UserWire } from '@handover/shared/api/workspace';
import type { CfgPerson } from '@handover/shared/genesys';
import type { Configuration } from '../../../contracts/configuration.ts';
import type { VoiceServers } from '../../../contracts/voice.ts';
import type { Availability } from '../../../contracts/workspace.ts';
import { userWire } from './user.ts';
import type { AvailabilityOf } from './targets.ts';

export interface UserSearch {
  tenantDbid: number;
  term: string;
  groupId: number | undefined;
  limit: number;
  offset: number;
  descending: boolean;
  /** Agent states; empty: all. */
  states: readonly string[];
}

/** Agents of the tenant, by a part of their names and by group, in order. */
export function findUsers(search: UserSearch, configuration: Configuration): CfgPerson[] {
  const members = search.groupId === undefined ? undefined : (configuration.get('CfgAgentGroup', search.groupId)?.agentDBIDs ?? []);
  const term = search.term.trim().toLowerCase();
  const sign = search.descending ? -1 : 1;
  return configuration
    .all('CfgPerson')
    .filter(person => person.tenantDBID === search.tenantDbid && person.state === 'Enabled' && person.isAgent)
    .filter(person => members === undefined || members.includes(person.dbid))
    .filter(person =>
      [person.userName, person.firstName, person.lastName, person.employeeID].some(text => text.toLowerCase().includes(term)),
    )
    .sort((a, b) => sign * a.userName.localeCompare(b.userName));
}

/** One page of them, in the states asked for. */
export function pageOfUsers(
  found: readonly CfgPerson[],
  search: UserSearch,
  configuration: Configuration,
  voice: VoiceServers,
  availability: AvailabilityOf,
): { users: (UserWire & { availability?: Availability })[]; totalCount: number } {
  const { states, offset, limit } = search;
  const kept = found.filter(person => states.length === 0 || states.some(state => isIn(availability(person.userName), state)));
  const users = kept.slice(offset, offset + limit).map(person => {
    const known = availability(person.userName);
    return { ...userWire(person, configuration, voice, false), ...(known === undefined ? {} : { availability: known }) };
  });
  return { users, totalCount: kept.length };
}

/** Agents of whom nothing is known count as logged out. */
const isIn = (availability: Availability | undefined, state: string): boolean =>
  (availability?.channels.map(channel => channel.userState?.state ?? '') ?? ['LoggedOut']).some(
    each => each.toLowerCase() === state.toLowerCase(),
  );
