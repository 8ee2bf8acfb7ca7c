import { sleep } from '@handover/shared/time';
import type { VoiceServer } from '../../../contracts/voice.ts';
import type { AgentSession } from '../session/agent-session.ts';
import type { Channel } from '../session/channel.ts';
import { releaseAll } from '../session/reduce.ts';
import { loginAsBefore, loginCommand, lostItsAgent } from './login.ts';
import { localTarget } from './place.ts';
import { queryDn, send } from './send.ts';

/** Between attempts at most this long; they end with the next change of the link, or with the session. */
const maxRetryMs = 5_000;

/** Follows the link of the channel's switch: unavailable while it is lost, another site after a while, and on as before when it returns. */
export function watchLink(session: AgentSession, server: VoiceServer): void {
  const { clock, times } = session.parts;
  let cancel: (() => void) | undefined;
  const lost = (): void => {
    session.setService('UNAVAILABLE');
    cancel?.();
    cancel = clock.after(times.siteSwitchAfterMs, () => void session.run(() => switchSite(session, server)));
  };
  const stop = server.onChange(change => {
    if (change === 'lost') return lost();
    cancel?.();
    session.setService('UNAVAILABLE');
    // What a new connection says first belongs to `goOn`, which knows how the agent stood before.
    session.collect();
    void session.run(() => goOn(session, server, false));
  });
  session.onUnbind(() => {
    stop();
    cancel?.();
  });
  if (server.state === 'down') lost();
}

/**
 * What was known of the DN ended with the link: ask again, repeat a login that the switch dropped, tell what differs. Ownership announces
 * itself again on its own; until it has, commands are refused and this tries again.
 */
export async function goOn(session: AgentSession, server: VoiceServer, everything: boolean): Promise<void> {
  const { clock, times } = session.parts;
  for (
    let waitMs = times.retryMs;
    session.alive && session.server === server && server.state === 'up';
    waitMs = Math.min(waitMs * 2, maxRetryMs)
  ) {
    if (await resume(session, server, everything)) {
      session.setService('AVAILABLE');
      return;
    }
    await sleep(clock, waitMs);
  }
}

/** One attempt to go on at the switch where the channel stands. `everything`: tell the DN and every call, not only differences. */
export async function resume(session: AgentSession, server: VoiceServer, everything: boolean): Promise<boolean> {
  const { clock, times } = session.parts;
  const before = session.state.channel;
  if (before === undefined) return true;
  session.collect();
  const answer = await queryDn(server, before.dn, times.queryMs);
  if (answer === undefined) return false;
  if (!lostItsAgent(before, answer, server.keepsAgentsOnDisconnect)) {
    session.settle(answer, everything);
    return true;
  }
  const outcome = await loginAsBefore(session, before, clock.now());
  if (outcome.kind === 'refused' || outcome.kind === 'unknown') return false;
  const after = await queryDn(server, before.dn, times.queryMs);
  if (after === undefined) return false;
  session.settle(after, everything);
  return true;
}

/** The home switch stays away: its calls are lost, and the agent is logged in at the local switch, not ready. */
async function switchSite(session: AgentSession, home: VoiceServer): Promise<void> {
  const { clock, times, configuration, voice } = session.parts;
  for (
    let waitMs = times.retryMs;
    session.alive && session.server === home && home.state === 'down';
    waitMs = Math.min(waitMs * 2, maxRetryMs)
  ) {
    const { person, state } = session;
    if (state.channel === undefined || person === undefined) return;
    const local = localTarget(state.channel, person, configuration, voice);
    if (local !== undefined && (await moveTo(session, local.server, state.channel, local.target))) return;
    await sleep(clock, waitMs);
  }
}

async function moveTo(
  session: AgentSession,
  server: VoiceServer,
  from: Channel,
  target: NonNullable<ReturnType<typeof localTarget>>['target'],
): Promise<boolean> {
  const { clock, times } = session.parts;
  session.take(releaseAll(session.state, clock.now()));
  session.owned.detachDn();
  session.leftover = from.agentState === 'LoggedOut' ? session.leftover : { dn: from.dn, switchName: from.switchName };
  session.bind(target, server);
  const attached = await session.owned.attachDn({ number: target.dn, switchName: target.switchName });
  const logged = attached.ok && (from.agentState === 'LoggedOut' || (await loginNotReady(session, target.dn)));
  const answer = logged ? await queryDn(server, target.dn, times.commandMs) : undefined;
  if (answer === undefined) {
    // Back to where we were: the next attempt begins there.
    session.bind(from, session.parts.voice.bySwitch(from.switchName) ?? server, { ...session.state, channel: from });
    return false;
  }
  // These clients know what they were told; only what is new is news.
  session.settle(answer, false);
  watchLink(session, server);
  if (session.leftover !== undefined) watchLeftover(session);
  session.setService('AVAILABLE');
  return true;
}

async function loginNotReady(session: AgentSession, dn: string): Promise<boolean> {
  const { channel } = session.state;
  if (channel === undefined) return false;
  const { clock } = session.parts;
  const login = await send(session, loginCommand(channel, 'ManualIn'), { stampMs: clock.now() });
  // An error here usually says that the agent is logged in already, by an attempt whose answer was lost; the query decides.
  if (login.kind !== 'done' && login.kind !== 'error') return false;
  const notReady = await send(session, { messageName: 'RequestAgentNotReady', thisDN: dn }, { stampMs: clock.now() });
  return notReady.kind === 'done';
}

/** Waits for the old home's link to return, then logs the agent out there. */
export function watchLeftover(session: AgentSession): void {
  const server = session.leftover === undefined ? undefined : session.parts.voice.bySwitch(session.leftover.switchName);
  if (server === undefined) return;
  const clear = (): void => void session.run(() => clearLeftover(session).then(() => undefined));
  session.onUnbind(server.onChange(change => (change === 'restored' ? clear() : undefined)));
  if (server.state === 'up') clear();
}

/**
 * Logs the agent out at the home switch that came back. False while it answers nothing although its link is up: then the agent must not
 * become ready elsewhere. An unreachable home holds nobody up.
 */
export async function clearLeftover(session: AgentSession): Promise<boolean> {
  const { leftover } = session;
  if (leftover === undefined) return true;
  const server = session.parts.voice.bySwitch(leftover.switchName);
  if (server === undefined || server.state === 'down') return true;
  const { clock } = session.parts;
  const own = { thisDN: leftover.dn };
  const registered = await send(session, { messageName: 'RequestRegisterAddress', ...own }, { stampMs: clock.now(), server });
  if (registered.kind === 'refused' || registered.kind === 'unknown') return false;
  const out = await send(session, { messageName: 'RequestAgentLogout', ...own }, { stampMs: clock.now(), server });
  // An error: the agent was not logged in there any more.
  if (out.kind === 'refused' || out.kind === 'unknown') return false;
  await send(session, { messageName: 'RequestUnregisterAddress', ...own }, { stampMs: clock.now(), server });
  session.leftover = undefined;
  session.savePassport();
  return true;
}
