import { ok, refuse } from '@handover/shared/result';
import type { Result } from '@handover/shared/result';
import type { ErrorCode } from '@handover/shared/errors';
import { tlibErrors } from '@handover/shared/genesys';
import type { ActivateChannelsData } from '@handover/shared/api/workspace';
import type { VoiceServer } from '../../../contracts/voice.ts';
import type { AgentSession } from '../session/agent-session.ts';
import type { ChannelTarget } from '../session/channel.ts';
import { loginCommand } from './login.ts';
import { targetOf } from './place.ts';
import type { FieldFault } from './place.ts';
import { queryDn, send } from './send.ts';
import { watchLink } from './site.ts';

export type ActivationRefusal = { kind: 'field'; fault: FieldFault } | { kind: 'code'; code: ErrorCode };

const code = (value: ErrorCode): Result<never, ActivationRefusal> => refuse({ kind: 'code', code: value });

/**
 * Logs the agent in at a place or DN. Succeeds when the agent is logged in there already (another tab, another node); another place than the
 * channel's, or one where somebody else works, is a conflict. Resolves within `activateMs`.
 */
export async function activate(
  session: AgentSession,
  data: ActivateChannelsData,
  stampMs: number,
): Promise<Result<true, ActivationRefusal>> {
  const { person, parts } = session;
  if (person === undefined) return code('auth.forbidden');
  const found = targetOf(data, person, parts.configuration, parts.voice);
  if (!found.ok) return refuse({ kind: 'field', fault: found.reason });
  const { target, server } = found.value;
  const { channel } = session.state;
  if (channel !== undefined && channel.agentState !== 'LoggedOut')
    return samePhone(channel, target, data) ? ok(true) : code('session.conflict');
  const deadlineMs = parts.clock.now() + parts.times.activateMs;
  if (channel?.dn === target.dn && channel.switchName === target.switchName) return login(session, data, stampMs, deadlineMs);
  // Whoever logged out of voice may work elsewhere now.
  if (channel !== undefined) session.owned.detachDn();
  const result = await open(session, target, server, data, stampMs, deadlineMs);
  if (!result.ok) {
    session.unbind();
    session.owned.detachDn();
    session.state = { ...session.state, channel: undefined };
  }
  return result;
}

/** The place's phone at any switch is the same place: after a change of the site the channel stands at another switch. */
const samePhone = (channel: ChannelTarget, target: ChannelTarget, data: ActivateChannelsData): boolean =>
  channel.place !== undefined && channel.place === target.place
    ? data.dn == null || data.dn === '' || data.dn === channel.dn
    : channel.dn === target.dn;

async function open(
  session: AgentSession,
  target: ChannelTarget,
  server: VoiceServer,
  data: ActivateChannelsData,
  stampMs: number,
  deadlineMs: number,
): Promise<Result<true, ActivationRefusal>> {
  const left = (): number => Math.max(1, deadlineMs - session.parts.clock.now());
  session.bind(target, server);
  const attached = await session.owned.attachDn({ number: target.dn, switchName: target.switchName });
  if (!attached.ok) return code(server.state === 'up' ? 'ownership.busy' : 'voice.unavailable');
  const answer = await queryDn(server, target.dn, left());
  if (answer?.dn === undefined) return code(server.state === 'up' ? 'voice.timeout' : 'voice.unavailable');
  const { agentID, agentState } = answer.dn;
  if (agentState !== 'LoggedOut') {
    if (agentID !== undefined && agentID !== target.agentId) return code('session.conflict');
    session.settle(answer, true);
  } else {
    const loggedIn = await login(session, data, stampMs, deadlineMs);
    if (!loggedIn.ok) return loggedIn;
    session.settle(answer, false);
  }
  session.setService('AVAILABLE');
  watchLink(session, server);
  session.savePassport();
  return ok(true);
}

const isBusy = (errorCode: number): boolean => errorCode === tlibErrors.agentBusy.errorCode;
const isUnknownLogin = (errorCode: number): boolean =>
  errorCode === tlibErrors.invalidAgent.errorCode || errorCode === tlibErrors.invalidPassword.errorCode;

async function login(
  session: AgentSession,
  data: ActivateChannelsData,
  stampMs: number,
  deadlineMs: number,
): Promise<Result<true, ActivationRefusal>> {
  const { channel } = session.state;
  if (channel === undefined) return code('voice.inactive');
  const deadline = Math.max(1, deadlineMs - session.parts.clock.now());
  const outcome = await send(session, loginCommand(channel, data.agentWorkMode ?? 'ManualIn'), { stampMs, deadlineMs: deadline });
  switch (outcome.kind) {
    case 'done':
      return ok(true);
    case 'refused':
      return code(outcome.code);
    case 'unknown':
      return code('voice.timeout');
    case 'error':
      if (isBusy(outcome.errorCode)) return code('session.conflict');
      if (isUnknownLogin(outcome.errorCode))
        return refuse({ kind: 'field', fault: { field: 'data.agentId', message: 'the switch does not accept this login' } });
      return code('voice.unavailable');
  }
}
