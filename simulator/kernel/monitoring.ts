import type { Refusal } from './messages.ts';
import type { Dn, Party } from './state.ts';
import type { Step } from './step.ts';
import { addParty, emit, emitCall, partyOf } from './step.ts';

/** A supervisor asks to hear the calls of another DN: the running one and each that follows, as an observer. */
export function startMonitoring(step: Step, supervisor: Dn, target: string): Refusal | undefined {
  const watched = step.state.dns.get(target);
  if (watched === undefined || watched.type !== 'Extension' || watched === supervisor)
    return { error: 'invalidDestination', detail: 'targetDN' };
  if (watched.monitoredBy !== undefined && watched.monitoredBy !== supervisor.number)
    return { error: 'invalidState', detail: 'targetDN is monitored by another DN' };
  watched.monitoredBy = supervisor.number;
  step.changedDns.add(target);
  emit(step, supervisor.number, { messageName: 'EventMonitoringNextCall', thisDN: supervisor.number, otherDN: target });
  return undefined;
}

export function stopMonitoring(step: Step, supervisor: Dn, target: string): Refusal | undefined {
  const watched = step.state.dns.get(target);
  if (watched?.monitoredBy !== supervisor.number) return { error: 'invalidState', detail: 'targetDN is not monitored by thisDN' };
  delete watched.monitoredBy;
  emit(step, supervisor.number, { messageName: 'EventMonitoringCancelled', thisDN: supervisor.number, otherDN: target });
  return undefined;
}

/** Rings the supervisor into a monitored DN's established call. */
export function bringObservers(step: Step, connIds: Iterable<string>): void {
  for (const connId of connIds) {
    const call = step.state.calls.get(connId);
    for (const party of call?.parties ?? []) {
      const by = step.state.dns.get(party.number)?.monitoredBy;
      if (call === undefined || by === undefined || party.state !== 'Established' || party.role === 'RoleObserver') continue;
      if (partyOf(call, by) !== undefined || call.callType === 'Consult') continue;
      const observer: Party = {
        number: by,
        kind: 'phone',
        role: 'RoleObserver',
        state: 'Ringing',
        startedAt: step.at,
        invitedBy: by,
      };
      addParty(step, call, observer);
      emitCall(step, 'EventRinging', call, observer, { other: { number: party.number, role: party.role } });
      return;
    }
  }
}
