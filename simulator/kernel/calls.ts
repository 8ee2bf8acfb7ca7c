import type { CallType, KvList } from '@handover/shared/genesys';
import type { Refusal } from './messages.ts';
import type { Call, Party } from './state.ts';
import type { Step } from './step.ts';
import type { Destination } from './destination.ts';
import { addDestination, announceDestination, isReachable, resolve } from './destination.ts';
import { addParty, allows, emitCall, legOf, moveLeg, notNow, partyOf, removeParty } from './step.ts';

/** A call that a party of this switch or the outside world begins. */
export interface NewCall {
  connId?: string;
  from: string;
  to: string;
  userData: KvList;
  /** Makes it a consult call. */
  parentConnId?: string;
  /** It comes from another switch. */
  trunk?: { id: string; site: string };
  callType?: CallType;
}

/** Dials: EventDialing at the caller, then what the destination brings. An unreachable one gives EventDestinationBusy and EventReleased. */
export function dial(step: Step, wanted: NewCall): Call | Refusal {
  if (wanted.to.length === 0 || wanted.to === wanted.from) return { error: 'invalidDestination', detail: 'otherDN' };
  const destination = resolve(step.state, wanted.to);
  if (isReachable(destination) && destination.number === wanted.from) return { error: 'invalidDestination', detail: 'otherDN' };
  const caller = wanted.trunk === undefined ? step.state.dns.get(wanted.from) : undefined;
  const call = newCall(step, wanted, callTypeOf(wanted, caller !== undefined, destination));
  const party: Party = {
    number: wanted.from,
    kind: caller === undefined ? 'external' : 'phone',
    role: 'RoleOrigination',
    state: 'Dialing',
    startedAt: step.at,
    ...(wanted.trunk === undefined ? {} : { trunk: wanted.trunk }),
  };
  addParty(step, call, party);
  const other = { number: wanted.to, role: 'RoleDestination' } as const;
  if (!isReachable(destination)) {
    const callState = destination.kind === 'busy' ? 'Busy' : 'SitInvalidnum';
    emitCall(step, 'EventDialing', call, party, { other });
    emitCall(step, 'EventDestinationBusy', call, party, { other, callState });
    removeParty(step, call, party);
    emitCall(step, 'EventReleased', call, party, { other, callState });
    endCall(step, call);
    return call;
  }
  const called = addDestination(step, call, destination);
  emitCall(step, 'EventDialing', call, party, { other });
  announceDestination(step, call, called);
  return call;
}

function callTypeOf(wanted: NewCall, fromPhone: boolean, destination: Destination): CallType {
  if (wanted.callType !== undefined) return wanted.callType;
  if (wanted.parentConnId !== undefined) return 'Consult';
  if (!fromPhone) return 'Inbound';
  return destination.kind === 'external' && destination.site === undefined ? 'Outbound' : 'Internal';
}

function newCall(step: Step, wanted: NewCall, callType: CallType): Call {
  const connId = wanted.connId ?? `${step.state.seed}${(step.state.nextCall++).toString(16).padStart(8, '0')}`.toUpperCase();
  const call: Call = {
    connId,
    callUuid: `${connId}${[...connId].reverse().join('')}`,
    callType,
    ani: wanted.from,
    dnis: wanted.to,
    userData: wanted.userData,
    parties: [],
    ...(wanted.parentConnId === undefined ? {} : { parentConnId: wanted.parentConnId }),
    recording: 'Stopped',
    everAttended: false,
  };
  step.state.calls.set(connId, call);
  return call;
}

/** A ringing party picks up. */
export function answer(step: Step, connId: string, number: string): Refusal | undefined {
  const leg = legOf(step, connId, number);
  if ('error' in leg) return leg;
  const { call, party } = leg;
  if (!allows(party, 'answer')) return notNow(party, 'answer');
  moveLeg(step, call, party, 'answer');
  const invitedBy = party.invitedBy;
  delete party.invitedBy;
  if (invitedBy !== undefined && isTalker(party)) makeConference(call);
  if (party.monitor?.mode === 'Connect') party.role = 'RoleConferenceMember';
  emitCall(step, 'EventEstablished', call, party);
  for (const other of call.parties) {
    if (other === party) continue;
    const wasDialing = other.state === 'Dialing';
    moveLeg(step, call, other, 'remoteAnswer');
    const extras = { other: { number, role: party.role } };
    if (wasDialing) emitCall(step, 'EventEstablished', call, other, extras);
    else if (invitedBy !== undefined) joined(step, call, other, number, invitedBy);
  }
  return undefined;
}

export function makeConference(call: Call): void {
  for (const party of call.parties) if (isTalker(party)) party.role = 'RoleConferenceMember';
}

/** Whose leaving can end the call: a supervisor keeps none alive. */
const isTalker = (party: Party): boolean => party.monitor === undefined;

/** Tells one party that another one has joined. */
export function joined(step: Step, call: Call, to: Party, newcomer: string, by: string): void {
  const observes = partyOf(call, newcomer)?.role === 'RoleObserver';
  const extras = {
    other: { number: newcomer, role: observes ? 'RoleObserver' : 'RoleNewParty' },
    third: { number: by, role: 'RoleAddedBy' },
  } as const;
  emitCall(step, 'EventPartyAdded', call, to, { ...extras, callState: 'Conferenced' });
}

export function hold(step: Step, connId: string, number: string): Refusal | undefined {
  return ownLeg(step, connId, number, 'hold', 'EventHeld');
}

export function retrieve(step: Step, connId: string, number: string): Refusal | undefined {
  return ownLeg(step, connId, number, 'retrieve', 'EventRetrieved');
}

function ownLeg(step: Step, connId: string, number: string, event: 'hold' | 'retrieve', name: 'EventHeld' | 'EventRetrieved') {
  const leg = legOf(step, connId, number);
  if ('error' in leg) return leg;
  if (!allows(leg.party, event)) return notNow(leg.party, event);
  moveLeg(step, leg.call, leg.party, event);
  emitCall(step, name, leg.call, leg.party);
  return undefined;
}

/** A party hangs up, or is thrown out by `by`. Two that remain in a conference go on; one alone is released too. */
export function leave(step: Step, call: Call, party: Party, by?: string): void {
  removeParty(step, call, party);
  const third = by === undefined ? {} : { third: { number: by, role: 'RoleDeletedBy' } as const };
  const talkers = call.parties.filter(isTalker);
  const goesOn = talkers.length >= 2 && talkers.some(other => other.state !== 'Ringing' && other.state !== 'Queued');
  if (goesOn) {
    emitCall(step, 'EventReleased', call, party, third);
    const extras = {
      other: { number: party.number, role: 'RoleDeletedParty' },
      third: { number: by ?? party.number, role: 'RoleDeletedBy' },
    } as const;
    for (const other of call.parties) emitCall(step, 'EventPartyDeleted', call, other, extras);
    return;
  }
  const rest = [...call.parties];
  for (const other of rest) removeParty(step, call, other);
  const other = rest[0] === undefined ? {} : { other: { number: rest[0].number, role: rest[0].role } };
  emitCall(step, 'EventReleased', call, party, { ...third, ...other });
  for (const last of rest) {
    const neverTalked = last.state === 'Ringing' || last.state === 'Queued';
    const extras = { other: { number: party.number, role: party.role } };
    if (neverTalked) emitCall(step, 'EventAbandoned', call, last, { ...extras, callState: 'Abandoned' });
    else emitCall(step, 'EventReleased', call, last, extras);
  }
  endCall(step, call);
}

export function release(step: Step, connId: string, number: string): Refusal | undefined {
  const leg = legOf(step, connId, number);
  if ('error' in leg) return leg;
  if (!allows(leg.party, 'release')) return notNow(leg.party, 'release');
  leave(step, leg.call, leg.party);
  return undefined;
}

/** Everybody is released. */
export function clear(step: Step, call: Call): void {
  const all = [...call.parties];
  for (const party of all) removeParty(step, call, party);
  for (const party of all) {
    const other = all.find(one => one !== party);
    emitCall(step, 'EventReleased', call, party, other === undefined ? {} : { other: { number: other.number, role: other.role } });
  }
  endCall(step, call);
}

export function endCall(step: Step, call: Call): void {
  for (const party of [...call.parties]) removeParty(step, call, party);
  step.state.calls.delete(call.connId);
  step.state.waiting.delete(call.connId);
  step.changedCalls.add(call.connId);
}

/** A ringing phone sends the call elsewhere. */
export function redirect(step: Step, connId: string, number: string, to: string): Refusal | undefined {
  const leg = legOf(step, connId, number);
  if ('error' in leg) return leg;
  const { call, party } = leg;
  if (!allows(party, 'redirect')) return notNow(party, 'redirect');
  const destination = resolve(step.state, to);
  if (!isReachable(destination) || partyOf(call, destination.number) !== undefined)
    return { error: 'invalidDestination', detail: 'otherDN' };
  removeParty(step, call, party);
  const third = { number, role: 'RoleTransferredBy' } as const;
  const called = addDestination(step, call, destination);
  emitCall(step, 'EventReleased', call, party, { callState: 'Redirected', third: { number: destination.number, role: 'RoleDestination' } });
  announceDestination(step, call, called, third);
  for (const other of call.parties)
    if (other !== called)
      emitCall(step, 'EventPartyChanged', call, other, {
        callState: 'Redirected',
        other: { number: called.number, role: called.role },
        third,
        previousConnId: connId,
      });
  return undefined;
}
