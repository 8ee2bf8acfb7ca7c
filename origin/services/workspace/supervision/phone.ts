import type { CfgPerson } from '@handover/shared/genesys';
import { ok, refuse } from '@handover/shared/result';
import type { Result } from '@handover/shared/result';
import type { VoiceServer } from '../../../contracts/voice.ts';
import type { ServiceParts } from '../parts.ts';
import { queryDn } from '../voice/send.ts';

export interface Phone {
  dn: string;
  server: VoiceServer;
}
/** `unknown`: there is no such phone. `silent`: its switch does not say who is there. `inactive`: the person works at none of those known here. */
type NoPhone = 'unknown' | 'silent' | 'inactive';

/**
 * Where the person is logged in now, as the switches say: at the named number, at the phone that this node knows, at one of the default place.
 * When nobody is at any of them, the first, which says so itself. Never a phone at which somebody else is.
 */
export async function phoneAtWork(
  person: CfgPerson,
  tenant: string,
  number: string | undefined,
  parts: ServiceParts,
): Promise<Result<Phone, NoPhone>> {
  const phones = phonesOf(person, tenant, number, parts);
  if (phones.length === 0) return refuse('unknown');
  const found = await Promise.all(
    phones.map(async ({ dn, server }) => {
      const state = server.state === 'up' ? (await queryDn(server, dn, parts.times.queryMs))?.dn : undefined;
      const own = parts.configuration.agentLogin(person.dbid, server.switchName)?.loginCode;
      const idle = state?.agentState === 'LoggedOut';
      return { phone: { dn, server }, state, idle, theirs: state !== undefined && !idle && own !== undefined && state.agentID === own };
    }),
  );
  const chosen = found.find(each => each.theirs) ?? found.find(each => each.idle);
  if (chosen !== undefined) return ok(chosen.phone);
  return refuse(found.some(each => each.state === undefined) ? 'silent' : 'inactive');
}

function phonesOf(person: CfgPerson, tenant: string, number: string | undefined, parts: ServiceParts): Phone[] {
  const { configuration, voice, sessions } = parts;
  const channel = sessions.get({ tenant, person: person.userName })?.state.channel;
  const named = number === undefined ? [] : voice.all().map(({ switchName }) => ({ number, switchName }));
  const ours = named.filter(each => configuration.dn(each.number, each.switchName)?.tenantDBID === person.tenantDBID);
  const usual = configuration
    .placeDns(person.agentInfo?.placeDBID ?? -1)
    .map(each => ({ number: each.dn.number, switchName: each.switch.name }));
  const all = [...(channel === undefined ? [] : [{ number: channel.dn, switchName: channel.switchName }]), ...usual, ...ours];
  const phones = new Map<string, Phone>();
  for (const each of all) {
    const server = voice.bySwitch(each.switchName);
    if (server === undefined || (number !== undefined && each.number !== number)) continue;
    phones.set(`${each.number}@${each.switchName}`, { dn: each.number, server });
  }
  return [...phones.values()];
}
