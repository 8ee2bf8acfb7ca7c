import type { KvList, KvPair } from '@handover/shared/genesys';
import type { Refusal } from './messages.ts';
import type { Call, Party } from './state.ts';
import type { Step } from './step.ts';
import { addDestination, announceDestination, isReachable, resolve } from './destination.ts';
import { tellAll } from './user-data.ts';
import { dial, joined, leave, makeConference } from './calls.ts';
import { addParty, allows, emitCall, legOf, moveLeg, notNow, partyOf, removeParty } from './step.ts';

interface Leg {
  call: Call;
  party: Party;
}
/** The held main call and the consult call of one DN. */
interface Pair {
  main: Leg;
  consult: Leg;
}

/** Holds the main call and dials a consult call, which begins with a copy of the data. */
export function startConsult(step: Step, dn: string, connId: string, to: string, added: KvList): Refusal | undefined {
  const leg = legOf(step, connId, dn);
  if ('error' in leg) return leg;
  if (!allows(leg.party, 'startConsult')) return notNow(leg.party, 'startConsult');
  const destination = resolve(step.state, to);
  if (to.length === 0 || destination.number === dn) return { error: 'invalidDestination', detail: 'otherDN' };
  const wasHeld = leg.party.state === 'Held';
  moveLeg(step, leg.call, leg.party, 'startConsult');
  if (!wasHeld) emitCall(step, 'EventHeld', leg.call, leg.party);
  const result = dial(step, { from: dn, to, userData: [...leg.call.userData, ...added], parentConnId: connId });
  return 'error' in result ? result : undefined;
}

/** Two-step transfer: the party of the consult call takes the place of `dn` in the main call. It may still be ringing. */
export function completeTransfer(step: Step, dn: string, connId: string, otherConnId: string | undefined): Refusal | undefined {
  const pair = pairOf(step, dn, connId, otherConnId);
  if ('error' in pair) return pair;
  const { main, consult } = pair;
  if (!allows(main.party, 'transferMain')) return notNow(main.party, 'transferMain');
  if (!allows(consult.party, 'transferConsult')) return notNow(consult.party, 'transferConsult');
  const before = [...main.call.parties].filter(party => party !== main.party);
  const newcomers = joinCalls(step, main, consult);
  if (newcomers === undefined) return { error: 'invalidState', detail: 'the same party is in both calls' };
  removeParty(step, main.call, main.party);
  const first = newcomers[0];
  const toThird = first === undefined ? {} : { third: { number: first.number, role: first.role } };
  const toOther = first === undefined ? {} : { other: { number: first.number, role: first.role } };
  emitCall(step, 'EventReleased', consult.call, consult.party, { callState: 'Transferred', ...toOther });
  emitCall(step, 'EventReleased', main.call, main.party, { callState: 'Transferred', ...toThird });
  const third = { number: dn, role: 'RoleTransferredBy' } as const;
  for (const party of before) changed(step, main.call, party, { previous: main.call.connId, other: first, third });
  for (const party of newcomers) changed(step, main.call, party, { previous: consult.call.connId, other: before[0], third });
  return undefined;
}

function changed(
  step: Step,
  call: Call,
  party: Party,
  how: { previous: string; other: Party | undefined; third: { number: string; role: 'RoleTransferredBy' | 'RoleConferencedBy' } },
): void {
  emitCall(step, 'EventPartyChanged', call, party, {
    callState: how.third.role === 'RoleTransferredBy' ? 'Transferred' : 'Conferenced',
    previousConnId: how.previous,
    ...(how.other === undefined ? {} : { other: { number: how.other.number, role: how.other.role } }),
    third: how.third,
  });
}

/** Two-step conference and merge: everybody of the consult call joins the main call. */
export function completeConference(step: Step, dn: string, connId: string, otherConnId: string | undefined): Refusal | undefined {
  const pair = pairOf(step, dn, connId, otherConnId);
  if ('error' in pair) return pair;
  const { main, consult } = pair;
  if (!allows(main.party, 'conferenceMain')) return notNow(main.party, 'conferenceMain');
  if (!allows(consult.party, 'conferenceConsult')) return notNow(consult.party, 'conferenceConsult');
  const before = [...main.call.parties];
  const newcomers = joinCalls(step, main, consult);
  if (newcomers === undefined) return { error: 'invalidState', detail: 'the same party is in both calls' };
  makeConference(main.call);
  const joining = newcomers[0];
  const other = joining === undefined ? {} : { other: { number: joining.number, role: joining.role } };
  emitCall(step, 'EventReleased', consult.call, consult.party, { callState: 'Conferenced', ...other });
  if (main.party.state === 'Held') {
    moveLeg(step, main.call, main.party, 'conferenceMain');
    emitCall(step, 'EventRetrieved', main.call, main.party, { callState: 'Conferenced' });
  }
  const third = { number: dn, role: 'RoleConferencedBy' } as const;
  for (const newcomer of newcomers) {
    joined(step, main.call, main.party, newcomer.number, dn);
    for (const party of before) if (party !== main.party) joined(step, main.call, party, newcomer.number, dn);
    changed(step, main.call, newcomer, { previous: consult.call.connId, other: main.party, third });
  }
  return undefined;
}

/** Moves the consult call's other parties into the main call and ends the consult call; undefined when a party is in both. */
function joinCalls(step: Step, main: Leg, consult: Leg): Party[] | undefined {
  const newcomers = consult.call.parties.filter(party => party !== consult.party);
  if (newcomers.some(party => partyOf(main.call, party.number) !== undefined)) return undefined;
  main.call.userData = mergeUserData(main.call.userData, consult.call.userData);
  main.call.everAttended ||= consult.call.everAttended;
  removeParty(step, consult.call, consult.party);
  for (const party of newcomers) {
    removeParty(step, consult.call, party);
    addParty(step, main.call, party);
    if (party.kind === 'routePoint') step.state.waiting.add(main.call.connId);
    for (const connId of step.state.dns.get(party.number)?.calls ?? []) {
      const theirs = step.state.calls.get(connId);
      if (theirs?.parentConnId === consult.call.connId) theirs.parentConnId = main.call.connId;
    }
  }
  step.state.calls.delete(consult.call.connId);
  return newcomers;
}

/** Per key the consult call's pairs, which began as a copy; keys that only the main call has stay. */
export function mergeUserData(main: KvList, consult: KvList): KvList {
  const newer = new Set(consult.map(pair => pair.key));
  const kept: KvPair[] = [];
  const placed = new Set<string>();
  for (const pair of main) {
    if (!newer.has(pair.key)) kept.push(pair);
    else if (!placed.has(pair.key)) {
      placed.add(pair.key);
      kept.push(...consult.filter(other => other.key === pair.key));
    }
  }
  return [...kept, ...consult.filter(pair => !placed.has(pair.key))];
}

/** Consult and transfer in one go, while the destination still rings. */
export function muteTransfer(step: Step, dn: string, connId: string, to: string, added: KvList): Refusal | undefined {
  const leg = legOf(step, connId, dn);
  if ('error' in leg) return leg;
  const destination = resolve(step.state, to);
  if (!isReachable(destination) || partyOf(leg.call, destination.number) !== undefined)
    return { error: 'invalidDestination', detail: 'otherDN' };
  const refused = startConsult(step, dn, connId, to, added);
  if (refused !== undefined) return refused;
  const consult = [...(step.state.dns.get(dn)?.calls ?? [])].reverse().find(id => step.state.calls.get(id)?.parentConnId === connId);
  return consult === undefined ? { error: 'invalidState' } : completeTransfer(step, dn, consult, connId);
}

/** The destination takes the place of `dn` at once and rings. */
export function singleStepTransfer(step: Step, dn: string, connId: string, to: string, added: KvList): Refusal | undefined {
  const leg = legOf(step, connId, dn);
  if ('error' in leg) return leg;
  const { call, party } = leg;
  if (!allows(party, 'transferAway')) return notNow(party, 'transferAway');
  const destination = resolve(step.state, to);
  if (!isReachable(destination) || partyOf(call, destination.number) !== undefined)
    return { error: 'invalidDestination', detail: 'otherDN' };
  const before = call.parties.filter(other => other !== party);
  call.userData = [...call.userData, ...added];
  removeParty(step, call, party);
  const called = addDestination(step, call, destination);
  emitCall(step, 'EventReleased', call, party, { callState: 'Transferred', third: { number: called.number, role: called.role } });
  const third = { number: dn, role: 'RoleTransferredBy' } as const;
  announceDestination(step, call, called, third);
  for (const other of before) changed(step, call, other, { previous: connId, other: called, third });
  return undefined;
}

/** The destination is asked into the call; it joins when it answers. */
export function singleStepConference(step: Step, dn: string, connId: string, to: string, added: KvList): Refusal | undefined {
  const leg = legOf(step, connId, dn);
  if ('error' in leg) return leg;
  const { call, party } = leg;
  if (!allows(party, 'inviteParty')) return notNow(party, 'inviteParty');
  const destination = resolve(step.state, to);
  if (!isReachable(destination) || partyOf(call, destination.number) !== undefined)
    return { error: 'invalidDestination', detail: 'otherDN' };
  if (added.length > 0) {
    call.userData = [...call.userData, ...added];
    tellAll(step, call, 'EventAttachedDataChanged', dn);
  }
  const called = addDestination(step, call, destination, { role: 'RoleConferenceMember', invitedBy: dn });
  announceDestination(step, call, called, { number: dn, role: 'RoleConferencedBy' });
  return undefined;
}

export function deleteFromConference(step: Step, dn: string, connId: string, target: string): Refusal | undefined {
  const leg = legOf(step, connId, dn);
  if ('error' in leg) return leg;
  const victim = partyOf(leg.call, target);
  if (victim === undefined || target === dn) return { error: 'invalidDestination', detail: 'targetDN' };
  if (!allows(leg.party, 'dropParty') || leg.call.parties.length < 3) return notNow(leg.party, 'dropParty');
  leave(step, leg.call, victim, dn);
  return undefined;
}

/** The active call is held and the held one retrieved. */
export function alternate(step: Step, dn: string, connId: string, otherConnId: string | undefined): Refusal | undefined {
  const pair = pairOf(step, dn, connId, otherConnId);
  if ('error' in pair) return pair;
  const [active, held] = pair.main.party.state === 'Held' ? [pair.consult, pair.main] : [pair.main, pair.consult];
  if (!allows(active.party, 'hold')) return notNow(active.party, 'hold');
  if (!allows(held.party, 'retrieve')) return notNow(held.party, 'retrieve');
  moveLeg(step, active.call, active.party, 'hold');
  emitCall(step, 'EventHeld', active.call, active.party);
  moveLeg(step, held.call, held.party, 'retrieve');
  emitCall(step, 'EventRetrieved', held.call, held.party);
  return undefined;
}

/** The consult call is given up and the main one retrieved. */
export function reconnect(step: Step, dn: string, connId: string, otherConnId: string | undefined): Refusal | undefined {
  const pair = pairOf(step, dn, connId, otherConnId);
  if ('error' in pair) return pair;
  const { main, consult } = pair;
  if (!allows(main.party, 'retrieve')) return notNow(main.party, 'retrieve');
  leave(step, consult.call, consult.party);
  moveLeg(step, main.call, main.party, 'retrieve');
  emitCall(step, 'EventRetrieved', main.call, main.party);
  return undefined;
}

/** Which of two calls is the main one: by parentage, in whichever order they were named; else the held one, else the one named second. */
function pairOf(step: Step, dn: string, connId: string, otherConnId: string | undefined): Pair | Refusal {
  const named = legOf(step, connId, dn);
  if ('error' in named) return named;
  const second = otherConnId ?? relative(step, dn, named.call);
  if (second === undefined) return { error: 'missingAttribute', detail: 'otherConnID' };
  const other = legOf(step, second, dn);
  if ('error' in other) return { error: 'unknownCall', detail: 'otherConnID' };
  if (other.call === named.call) return { error: 'missingAttribute', detail: 'otherConnID' };
  if (named.call.parentConnId === second) return { main: other, consult: named };
  if (other.call.parentConnId === connId) return { main: named, consult: other };
  return named.party.state === 'Held' && other.party.state !== 'Held' ? { main: named, consult: other } : { main: other, consult: named };
}

function relative(step: Step, dn: string, call: Call): string | undefined {
  if (call.parentConnId !== undefined) return call.parentConnId;
  return step.state.dns.get(dn)?.calls.find(connId => step.state.calls.get(connId)?.parentConnId === call.connId);
}
