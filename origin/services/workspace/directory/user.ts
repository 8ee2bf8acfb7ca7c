import type { UserWire } from '@handover/shared/api/workspace';
import type { CfgPerson } from '@handover/shared/genesys';
import type { Configuration } from '../../../contracts/configuration.ts';
import type { VoiceServers } from '../../../contracts/voice.ts';
import { shaped } from './flat.ts';

/** The person as clients know them: with the agent login at the local switch and the default place. */
export function userWire(person: CfgPerson, configuration: Configuration, voice: VoiceServers, flat: boolean): UserWire {
  const login = configuration.agentLogin(person.dbid, voice.local()?.switchName) ?? configuration.agentLogin(person.dbid);
  const place = configuration.get('CfgPlace', person.agentInfo?.placeDBID ?? -1);
  return {
    dbid: person.dbid,
    userName: person.userName,
    employeeId: person.employeeID,
    firstName: person.firstName,
    lastName: person.lastName,
    ...(login === undefined ? {} : { agentLogin: login.loginCode }),
    ...(place === undefined ? {} : { defaultPlace: place.name }),
    userProperties: shaped(person.userProperties, flat),
  };
}
