import type { AgentSessionKey, Owned } from '../../../contracts/ownership.ts';
import type { VoiceServer } from '../../../contracts/voice.ts';
import { AgentSession } from '../session/agent-session.ts';
import { cameUnsettled } from '../session/attachments.ts';
import type { ChannelTarget } from '../session/channel.ts';
import { tellInitialization } from '../session/initialization.ts';
import type { SessionParts } from '../session/parts.ts';
import { passportFrom, voiceStateFrom } from '../session/passport.ts';
import type { Passport } from '../session/passport.ts';
import { attachmentKey } from '../session/web-session.ts';
import { queryDn } from './send.ts';
import { goOn, resume, watchLeftover, watchLink } from './site.ts';

/**
 * The session of a person whom this node takes over. With a passport the clients keep their Bayeux sessions and are told, in this order:
 * calls completed a moment ago, calls that are gone, the DN, every call that was not completed; then the events the switch sent since. Without one the switches are
 * asked where the agent is logged in. An unreachable switch does not hold the adoption up: voice is unavailable until it is decided.
 */
export async function adoptSession(key: AgentSessionKey, owned: Owned, value: unknown, parts: SessionParts): Promise<AgentSession> {
  const session = new AgentSession(key, owned, parts);
  const passport = passportFrom(value);
  if (value !== undefined && passport === undefined) parts.log.warn('passport not understood', { session: key.person });
  // Without a web session it is what an ended session left behind: everybody logged out of it.
  if (passport === undefined || passport.attachments.length === 0) await rebuild(session);
  else await goOnFrom(session, passport);
  return session;
}

async function goOnFrom(session: AgentSession, passport: Passport): Promise<void> {
  restoreAttachments(session, passport);
  session.leftover = passport.leftover;
  if (passport.away === true) session.cameAway();
  const state = voiceStateFrom(passport);
  const { channel } = state;
  if (channel === undefined) {
    session.state = state;
    session.setService('AVAILABLE');
    return;
  }
  const server = session.parts.voice.bySwitch(channel.switchName);
  if (server === undefined) {
    session.parts.log.warn('the switch of a passport is not configured here', { session: session.key.person, switch: channel.switchName });
    session.state = { ...state, channel: undefined };
    session.setService('AVAILABLE');
    return;
  }
  session.bind(channel, server, state);
  session.lately.restore(passport.lately ?? []);
  session.tell(session.lately.toldAgain(session.parts.clock.now()));
  await begin(session, server);
  if (session.leftover !== undefined) watchLeftover(session);
}

function restoreAttachments(session: AgentSession, passport: Passport): void {
  const { clock, hub, log } = session.parts;
  for (const each of passport.attachments) {
    // Seen as of then: a web session that nobody uses must not keep the agent logged in.
    session.attachments.attach(each.sid, each.expiresAtMs, Math.min(each.lastSeenMs, clock.now()), each.flat);
    for (const client of each.clients) {
      try {
        hub.adopt(attachmentKey(session.key, each.sid), client);
        session.attachments.addClient(each.sid, client.clientId);
        // What it was about to be told may have gone down with the other node; nothing else would let it start.
        if (cameUnsettled(client)) tellInitialization(session, client.clientId);
      } catch (fault) {
        // One client that cannot go on shakes hands again; the others must not.
        log.warn('a Bayeux session was not adopted', { session: session.key.person, fault: String(fault) });
      }
    }
  }
}

/** The first words with the switch; when it has none for us, its link decides how it goes on. */
async function begin(session: AgentSession, server: VoiceServer): Promise<void> {
  const answered = server.state === 'up' && (await resume(session, server, true));
  if (answered) session.setService('AVAILABLE');
  watchLink(session, server);
  if (answered || server.state === 'down') return;
  session.setService('UNAVAILABLE');
  void session.run(() => goOn(session, server, true));
}

const locateMs = 400;

/** Nothing is known but the person: look whether the agent is logged in at the phones of the default place. */
async function rebuild(session: AgentSession): Promise<void> {
  const { parts, key, owned } = session;
  for (const { target, server } of candidates(key, parts)) {
    if (!(await worksAt(server, target, parts.times.queryMs))) continue;
    session.bind(target, server);
    const attached = await owned.attachDn({ number: target.dn, switchName: target.switchName });
    const now = attached.ok ? await queryDn(server, target.dn, parts.times.queryMs) : undefined;
    if (now === undefined) {
      session.unbind();
      owned.detachDn();
      session.state = { ...session.state, channel: undefined };
      return;
    }
    session.settle(now, true);
    watchLink(session, server);
    return;
  }
}

/** Where the switches say the person is logged in. */
export async function locate(key: AgentSessionKey, parts: SessionParts): Promise<{ number: string; switchName: string } | undefined> {
  const found = await Promise.all(
    candidates(key, parts).map(async ({ target, server }) => ((await worksAt(server, target, locateMs)) ? target : undefined)),
  );
  const target = found.find(each => each !== undefined);
  return target === undefined ? undefined : { number: target.dn, switchName: target.switchName };
}

async function worksAt(server: VoiceServer, target: ChannelTarget, deadlineMs: number): Promise<boolean> {
  const answer = await queryDn(server, target.dn, deadlineMs);
  return answer?.dn !== undefined && answer.dn.agentState !== 'LoggedOut' && answer.dn.agentID === target.agentId;
}

/** The phones of the person's default place at switches that serve. */
function candidates(key: AgentSessionKey, parts: SessionParts): { target: ChannelTarget; server: VoiceServer }[] {
  const { configuration, voice } = parts;
  const person = configuration.personByUserName(key.person);
  const place = configuration.get('CfgPlace', person?.agentInfo?.placeDBID ?? -1);
  if (person === undefined || place === undefined) return [];
  return configuration.placeDns(place.dbid).flatMap(each => {
    const server = voice.bySwitch(each.switch.name);
    const agentId = configuration.agentLogin(person.dbid, each.switch.name)?.loginCode;
    if (server?.state !== 'up' || agentId === undefined) return [];
    const target = { dn: each.dn.number, switchName: each.switch.name, place: place.name, agentId, queue: undefined, autoComplete: false };
    return [{ target, server }];
  });
}
