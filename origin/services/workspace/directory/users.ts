import type { UserWire } from '@handover/shared/api/workspace';
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

/** Agents of the tenant, by a part of their names and by group. */
export function searchUsers(
  search: UserSearch,
  configuration: Configuration,
  voice: VoiceServers,
  availability: AvailabilityOf,
): { users: (UserWire & { availability?: Availability })[]; totalCount: number } {
  const members = search.groupId === undefined ? undefined : (configuration.get('CfgAgentGroup', search.groupId)?.agentDBIDs ?? []);
  const term = search.term.trim().toLowerCase();
  const sign = search.descending ? -1 : 1;
  const found = configuration
    .all('CfgPerson')
    .filter(person => person.tenantDBID === search.tenantDbid && person.state === 'Enabled' && person.isAgent)
    .filter(person => members === undefined || members.includes(person.dbid))
    .filter(person =>
      [person.userName, person.firstName, person.lastName, person.employeeID].some(text => text.toLowerCase().includes(term)),
    )
    .filter(person => search.states.length === 0 || search.states.some(state => isIn(availability(person.userName), state)))
    .sort((a, b) => sign * a.userName.localeCompare(b.userName));
  const users = found.slice(search.offset, search.offset + search.limit).map(person => {
    const known = availability(person.userName);
    return { ...userWire(person, configuration, voice, false), ...(known === undefined ? {} : { availability: known }) };
  });
  return { users, totalCount: found.length };
}

/** Agents of whom this node knows nothing count as logged out. */
const isIn = (availability: Availability | undefined, state: string): boolean =>
  (availability?.channels.map(channel => channel.userState?.state ?? '') ?? ['LoggedOut']).some(
    each => each.toLowerCase() === state.toLowerCase(),
  );
