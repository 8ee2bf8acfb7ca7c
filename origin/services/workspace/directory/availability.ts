import type { Availability } from '../../../contracts/workspace.ts';
import type { Call } from '../calls/call.ts';
import type { AgentSession } from '../session/agent-session.ts';

const handling: Readonly<Record<Call['callType'], string>> = {
  Inbound: 'HandlingInboundCall',
  Outbound: 'HandlingOutboundCall',
  Internal: 'HandlingInternalCall',
  Consult: 'HandlingConsultCall',
  Unknown: 'HandlingInternalCall',
};

/** What one agent of this node does now. */
export function availabilityOf(session: AgentSession | undefined): Availability | undefined {
  const channel = session?.state.channel;
  if (session === undefined || channel === undefined) return undefined;
  const reason = channel.reasons.find(pair => pair.key === 'ReasonCode');
  return {
    channels: [
      {
        name: 'voice',
        available: channel.agentState === 'Ready' && channel.inService && !channel.dnd,
        userState: {
          state: channel.agentState,
          workMode: channel.workMode,
          ...(reason?.type === 'str' ? { reason: reason.value } : {}),
        },
        phoneNumber: channel.dn,
        switchName: channel.switchName,
        activity: activityOf([...session.state.calls.values()]),
      },
    ],
  };
}

function activityOf(calls: readonly Call[]): string {
  if (calls.some(call => call.state === 'Ringing')) return 'ReceivingCall';
  if (calls.some(call => call.state === 'Dialing')) return 'InitiatingCall';
  const talking = calls.find(call => call.state === 'Established');
  if (talking !== undefined) return handling[talking.callType];
  return calls.some(call => call.state === 'Held') ? 'CallOnHold' : 'Idle';
}
