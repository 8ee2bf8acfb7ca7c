import type { MonitoringWire, MonitorMode } from '@handover/shared/genesys';
import type { Refusal } from './messages.ts';
import type { Dn, Party } from './state.ts';
import type { Step } from './step.ts';
import { leave } from './calls.ts';
import { addParty, emit, emitCall, legOf, partyOf } from './step.ts';

/** How a supervisor wants to hear; what is left out stays as it is, or is Mute, AllCalls, Call. */
export interface MonitoringWish {
  mode?: MonitorMode;
  next?: MonitoringWire['next'];
  scope?: MonitoringWire['scope'];
}

const maxMonitored = 50;

/** A supervisor asks to hear the calls of another DN: the running one and each that follows. A repeat changes the manner. */
export function startMonitoring(step: Step, supervisor: Dn, target: string, wish: MonitoringWish): Refusal | undefined {
  const watched = step.state.dns.get(target);
  if (watched === undefined || watched.type !== 'Extension' || watched === supervisor)
    return { error: 'invalidDestination', detail: 'targetDN' };
  if (watched.monitoredBy !== undefined && watched.monitoredBy !== supervisor.number)
    return { error: 'invalidState', detail: 'targetDN is monitored by another DN' };
  const before = supervisor.monitors.find(each => each.targetDN === target);
  if (before === undefined && supervisor.monitors.length >= maxMonitored) return { error: 'invalidState', detail: 'too many DNs' };
  const monitoring: MonitoringWire = {
    targetDN: target,
    mode: wish.mode ?? before?.mode ?? 'Mute',
    next: wish.next ?? before?.next ?? 'AllCalls',
    scope: wish.scope ?? before?.scope ?? 'Call',
  };
  watched.monitoredBy = supervisor.number;
  supervisor.monitors = [...supervisor.monitors.filter(each => each !== before), monitoring];
  for (const connId of watched.calls) {
    step.changedCalls.add(connId);
    // Who asks anew wants to hear the running call as well, though they left it before.
    const call = step.state.calls.get(connId);
    if (call?.unobservedBy !== undefined) call.unobservedBy = call.unobservedBy.filter(each => each !== supervisor.number);
  }
  emit(step, supervisor.number, {
    messageName: 'EventMonitoringNextCall',
    thisDN: supervisor.number,
    otherDN: target,
    monitoring,
  });
  return undefined;
}

/** In a monitored call the supervisor goes over to another manner: every party is told who hears whom now. */
export function switchMonitoring(step: Step, supervisor: Dn, connId: string, wish: MonitoringWish): Refusal | undefined {
  const leg = legOf(step, connId, supervisor.number);
  if ('error' in leg) return leg;
  const { call, party } = leg;
  if (party.monitor === undefined || party.state !== 'Established')
    return { error: 'invalidState', detail: 'thisDN does not monitor the call' };
  const { target } = party.monitor;
  const mode = wish.mode ?? party.monitor.mode;
  party.monitor = { target, mode };
  party.role = mode === 'Connect' ? 'RoleConferenceMember' : 'RoleObserver';
  supervisor.monitors = supervisor.monitors.map(each =>
    each.targetDN === target ? { ...each, mode, scope: wish.scope ?? each.scope } : each,
  );
  const third = { number: supervisor.number, role: party.role };
  step.changedCalls.add(connId);
  for (const each of call.parties) emitCall(step, 'EventCallInfoChanged', call, each, { third });
  return undefined;
}

export function stopMonitoring(step: Step, supervisor: Dn, target: string): Refusal | undefined {
  if (!supervisor.monitors.some(each => each.targetDN === target))
    return { error: 'invalidState', detail: 'targetDN is not monitored by thisDN' };
  forget(step, supervisor, target);
  return undefined;
}

/** The supervisor is gone, or the phone. */
export function stopAllMonitoring(step: Step, dn: Dn): void {
  for (const { targetDN } of [...dn.monitors]) forget(step, dn, targetDN);
  const by = step.state.dns.get(dn.monitoredBy ?? '');
  if (by !== undefined) forget(step, by, dn.number);
}

function forget(step: Step, supervisor: Dn, target: string): void {
  supervisor.monitors = supervisor.monitors.filter(each => each.targetDN !== target);
  const watched = step.state.dns.get(target);
  if (watched !== undefined) delete watched.monitoredBy;
  emit(step, supervisor.number, { messageName: 'EventMonitoringCancelled', thisDN: supervisor.number, otherDN: target });
}

/** After the step's own changes: supervisors are rung into calls, leave with their agents, and what was for one call is over. */
export function followMonitored(step: Step): void {
  noteWhoLeft(step);
  for (const connId of [...step.changedCalls]) bringObservers(step, connId);
  for (const connId of [...step.changedCalls]) dropFollowers(step, connId);
  noteWhoLeft(step);
}

function noteWhoLeft(step: Step): void {
  for (const { supervisor, target, connId } of step.leftObservers.splice(0)) {
    const call = step.state.calls.get(connId);
    if (call !== undefined) call.unobservedBy = [...new Set([...(call.unobservedBy ?? []), supervisor])];
    const dn = step.state.dns.get(supervisor);
    if (dn?.monitors.some(each => each.targetDN === target && each.next === 'OneCall') === true) forget(step, dn, target);
  }
}

/** Rings the supervisor into a monitored DN's established call. */
function bringObservers(step: Step, connId: string): void {
  const call = step.state.calls.get(connId);
  for (const party of [...(call?.parties ?? [])]) {
    if (party.kind !== 'phone') continue;
    const by = step.state.dns.get(step.state.dns.get(party.number)?.monitoredBy ?? '');
    const monitoring = by?.monitors.find(each => each.targetDN === party.number);
    if (call === undefined || by === undefined || monitoring === undefined) continue;
    if (party.state !== 'Established' || party.monitor !== undefined || call.callType === 'Consult') continue;
    if (!by.inService || partyOf(call, by.number) !== undefined || call.unobservedBy?.includes(by.number) === true) continue;
    const observer: Party = {
      number: by.number,
      kind: 'phone',
      role: 'RoleObserver',
      state: 'Ringing',
      startedAt: step.at,
      monitor: { mode: monitoring.mode, target: party.number },
      invitedBy: by.number,
    };
    addParty(step, call, observer);
    emitCall(step, 'EventRinging', call, observer, { other: { number: party.number, role: party.role } });
  }
}

/** With scope `Agent` a supervisor leaves a call when the monitored agent has left it. */
function dropFollowers(step: Step, connId: string): void {
  const call = step.state.calls.get(connId);
  for (const party of [...(call?.parties ?? [])]) {
    if (call === undefined || party.monitor === undefined || partyOf(call, party.monitor.target) !== undefined) continue;
    const monitoring = step.state.dns.get(party.number)?.monitors.find(each => each.targetDN === party.monitor?.target);
    if (monitoring?.scope === 'Agent') leave(step, call, party);
  }
}
