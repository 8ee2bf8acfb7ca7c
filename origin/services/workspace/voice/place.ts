import { refuse, ok } from '@handover/shared/result';
import type { Result } from '@handover/shared/result';
import type { CfgDN, CfgPerson, CfgPlace, CfgSwitch } from '@handover/shared/genesys';
import type { ActivateChannelsData } from '@handover/shared/api/workspace';
import type { Configuration } from '../../../contracts/configuration.ts';
import type { VoiceServer, VoiceServers } from '../../../contracts/voice.ts';
import type { ChannelTarget } from '../session/channel.ts';

export interface FieldFault {
  field: string;
  message: string;
}

type PlaceDn = { dn: CfgDN; switch: CfgSwitch };

/** The DN to use among those of a place: at the local switch when it serves, else at any that does, else the local one anyway. */
function choose(dns: readonly PlaceDn[], voice: VoiceServers): PlaceDn | undefined {
  const extensions = dns.filter(each => each.dn.dnType === 'Extension' && each.dn.state === 'Enabled');
  const local = voice.local()?.switchName;
  const serves = (each: PlaceDn): boolean => voice.bySwitch(each.switch.name)?.state === 'up';
  const known = extensions.filter(each => voice.bySwitch(each.switch.name) !== undefined);
  const atLocal = known.find(each => each.switch.name === local);
  return [atLocal, ...known].find(each => each !== undefined && serves(each)) ?? atLocal ?? known[0];
}

const text = (value: string | null | undefined): string | undefined => (value == null || value === '' ? undefined : value);

/** Where activate-channels logs in, from its body; every refusal names the field. */
export function targetOf(
  data: ActivateChannelsData,
  person: CfgPerson,
  configuration: Configuration,
  voice: VoiceServers,
): Result<{ target: ChannelTarget; server: VoiceServer }, FieldFault> {
  const number = text(data.dn);
  const asked = text(data.placeName);
  const defaultDbid = person.agentInfo?.placeDBID;
  const place =
    asked !== undefined
      ? configuration.placeByName(asked)
      : number === undefined && defaultDbid !== undefined
        ? configuration.get('CfgPlace', defaultDbid)
        : undefined;
  if (asked !== undefined && place?.tenantDBID !== person.tenantDBID)
    return refuse({ field: 'data.placeName', message: 'there is no such place' });
  if (place === undefined && number === undefined) return refuse({ field: 'data.placeName', message: 'either placeName or dn is needed' });
  const chosen =
    place === undefined ? choose(dnsWithNumber(number ?? '', configuration), voice) : choose(placeDns(place, configuration), voice);
  if (chosen?.dn.tenantDBID !== person.tenantDBID || (number !== undefined && chosen.dn.number !== number))
    return refuse({ field: number === undefined ? 'data.placeName' : 'data.dn', message: 'there is no such phone' });
  const server = voice.bySwitch(chosen.switch.name);
  if (server === undefined) return refuse({ field: 'data.dn', message: 'there is no such phone' });
  const agentId = agentIdAt(text(data.agentId), person, chosen.switch.name, configuration);
  if (agentId === undefined) return refuse({ field: 'data.agentId', message: 'the person has no such agent login at this switch' });
  const home = place ?? configuration.placeOfDn(chosen.dn.dbid);
  return ok({
    server,
    target: {
      dn: chosen.dn.number,
      switchName: chosen.switch.name,
      place: home?.name,
      agentId,
      queue: text(data.queueName),
      autoComplete: data.autoCompleteCall === true,
    },
  });
}

const placeDns = (place: CfgPlace, configuration: Configuration): readonly PlaceDn[] => configuration.placeDns(place.dbid);

function dnsWithNumber(number: string, configuration: Configuration): PlaceDn[] {
  return configuration.all('CfgSwitch').flatMap(each => {
    const dn = configuration.dn(number, each.name);
    return dn === undefined ? [] : [{ dn, switch: each }];
  });
}

/** The login code at the switch. Clients send the agent login of any switch, the employee id or the user name; never somebody else's. */
function agentIdAt(asked: string | undefined, person: CfgPerson, switchName: string, configuration: Configuration): string | undefined {
  const here = configuration.agentLogin(person.dbid, switchName)?.loginCode;
  if (asked === undefined || asked === here || asked === person.employeeID || asked === person.userName) return here;
  const own = (person.agentInfo?.agentLogins ?? []).map(each => configuration.get('CfgAgentLogin', each.agentLoginDBID)?.loginCode);
  return own.includes(asked) ? here : undefined;
}

/** The DN of the same place at the local switch, when that is another switch than the channel's and it serves. */
export function localTarget(
  channel: ChannelTarget,
  person: CfgPerson,
  configuration: Configuration,
  voice: VoiceServers,
): { target: ChannelTarget; server: VoiceServer } | undefined {
  const server = voice.local();
  if (server === undefined || server.switchName === channel.switchName || server.state !== 'up') return undefined;
  const place = channel.place === undefined ? undefined : configuration.placeByName(channel.place);
  const atLocal =
    place === undefined
      ? configuration.dn(channel.dn, server.switchName)
      : configuration.placeDns(place.dbid).find(each => each.switch.name === server.switchName)?.dn;
  const agentId = configuration.agentLogin(person.dbid, server.switchName)?.loginCode;
  if (atLocal === undefined || agentId === undefined) return undefined;
  return { server, target: { ...channel, dn: atLocal.number, switchName: server.switchName, agentId } };
}
