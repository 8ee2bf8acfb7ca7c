import type { CallSnapshotWire, DnSnapshotWire } from '@handover/shared/genesys';
import type { Call, KernelState, Party } from './state.ts';
import { otherParties, partyOf } from './step.ts';

/** What EventRegistered and EventAddressInfo say about a DN; undefined when the switch has no such DN. */
export function dnSnapshot(state: KernelState, number: string): DnSnapshotWire | undefined {
  const dn = state.dns.get(number);
  if (dn === undefined) return undefined;
  const calls: CallSnapshotWire[] = [];
  for (const connId of dn.calls) {
    const call = callSnapshot(state, connId, number);
    if (call !== undefined) calls.push(call);
  }
  return {
    ...(dn.agentId === undefined ? {} : { agentID: dn.agentId }),
    agentState: dn.agentState,
    agentWorkMode: dn.workMode,
    reasons: dn.reasons,
    dnd: dn.dnd,
    ...(dn.forwardTo === undefined ? {} : { forwardTo: dn.forwardTo }),
    inService: dn.inService,
    ...(dn.monitors.length === 0 ? {} : { monitoring: dn.monitors }),
    calls,
  };
}

/** A call from one DN's leg, or from its first party's when no DN is given; undefined when there is no such leg. */
export function callSnapshot(state: KernelState, connId: string, number?: string): CallSnapshotWire | undefined {
  const call = state.calls.get(connId);
  const party = call && (number === undefined ? call.parties[0] : partyOf(call, number));
  return call === undefined || party === undefined ? undefined : fromLeg(call, party);
}

function fromLeg(call: Call, party: Party): CallSnapshotWire {
  return {
    connID: call.connId,
    callUuid: call.callUuid,
    callType: call.callType,
    // The snapshot has no word for waiting in a queue: nearest is that it asks for an agent.
    legState: party.state === 'Queued' ? 'Ringing' : party.state,
    thisDNRole: party.role,
    ...(party.monitor === undefined ? {} : { monitorMode: party.monitor.mode }),
    ...(call.parentConnId === undefined ? {} : { parentConnID: call.parentConnId }),
    parties: otherParties(call, party.number),
    ani: call.ani,
    dnis: call.dnis,
    ...(party.thisQueue === undefined ? {} : { thisQueue: party.thisQueue }),
    userData: call.userData,
    recordingState: call.recording,
    startedAt: party.startedAt,
  };
}
