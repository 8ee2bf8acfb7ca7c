import { tlibErrors } from '@handover/shared/genesys';
import { freshChannel } from '../session/channel.ts';
import type { AgentSession } from '../session/agent-session.ts';
import { send } from './send.ts';
import type { Outcome } from './send.ts';

/** Logs the agent out of voice and gives the phone back; the session and its other channels go on. Not while a call lives: it would be nobody's. */
export async function deactivate(session: AgentSession, options: { stampMs: number; operationId: string }): Promise<Outcome | undefined> {
  const { channel, calls } = session.state;
  if (channel === undefined) return undefined;
  if ([...calls.values()].some(call => call.state !== 'Released')) return { kind: 'error', ...tlibErrors.invalidState };
  if (channel.agentState !== 'LoggedOut') {
    const outcome = await send(session, { messageName: 'RequestAgentLogout', thisDN: channel.dn }, options);
    if (outcome.kind !== 'done' && outcome.kind !== 'error') return outcome;
  }
  const given = await send(session, { messageName: 'RequestUnregisterAddress', thisDN: channel.dn }, { stampMs: options.stampMs });
  session.unbind();
  session.owned.detachDn();
  const nowMs = session.parts.clock.now();
  // Whatever the switch said last: to the clients the phone is inactive now.
  const told = session.state.channel?.agentState === 'LoggedOut' ? [] : [{ kind: 'dn', channel: freshChannel(channel, nowMs) } as const];
  session.take({ state: { ...session.state, channel: undefined }, told }, options.operationId);
  return given.kind === 'done' ? given : undefined;
}
