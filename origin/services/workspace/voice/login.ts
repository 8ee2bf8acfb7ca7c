import type { TlibEvent, WorkMode } from '@handover/shared/genesys';
import type { VoiceCommand } from '../../../contracts/voice.ts';
import type { AgentSession } from '../session/agent-session.ts';
import type { Channel } from '../session/channel.ts';
import { send } from './send.ts';
import type { Outcome } from './send.ts';

/** The command that logs the channel's agent in. */
export const loginCommand = (channel: Pick<Channel, 'dn' | 'agentId' | 'queue'>, workMode: WorkMode): VoiceCommand => ({
  messageName: 'RequestAgentLogin',
  thisDN: channel.dn,
  agentID: channel.agentId,
  agentWorkMode: workMode,
  ...(channel.queue === undefined ? {} : { thisQueue: channel.queue }),
});

/** The commands that bring a fresh login to the state that the channel had. */
function stateCommands(channel: Channel): VoiceCommand[] {
  const commands: VoiceCommand[] = [];
  const reasons = channel.reasons.length === 0 ? {} : { reasons: channel.reasons };
  if (channel.agentState === 'Ready') commands.push({ messageName: 'RequestAgentReady', thisDN: channel.dn, ...reasons });
  if (channel.agentState === 'NotReady')
    commands.push({
      messageName: 'RequestAgentNotReady',
      thisDN: channel.dn,
      ...(channel.workMode === 'Unknown' ? {} : { agentWorkMode: channel.workMode }),
      ...reasons,
    });
  if (channel.dnd) commands.push({ messageName: 'RequestSetDNDOn', thisDN: channel.dn });
  if (channel.forwardTo !== '') commands.push({ messageName: 'RequestCallForwardSet', thisDN: channel.dn, otherDN: channel.forwardTo });
  return commands;
}

/** Logs the agent in again as before: same state, work mode, reasons, do-not-disturb and forwarding. Stops at the first refusal. */
export async function loginAsBefore(session: AgentSession, before: Channel, stampMs: number): Promise<Outcome> {
  let outcome = await send(session, loginCommand(before, 'ManualIn'), { stampMs });
  for (const command of stateCommands(before)) {
    if (outcome.kind !== 'done') return outcome;
    outcome = await send(session, command, { stampMs: session.parts.clock.now() });
  }
  return outcome;
}

/**
 * Whether an agent whom the switch shows as logged out was logged out by it because its client vanished: then the login is ours to repeat.
 * A switch that keeps agents means what it says.
 */
export const lostItsAgent = (before: Channel, answer: TlibEvent, keepsAgents: boolean | undefined): boolean =>
  before.agentState !== 'LoggedOut' && answer.dn?.agentState === 'LoggedOut' && keepsAgents !== true;
