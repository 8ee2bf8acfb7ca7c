import type { DnRole, PartyWire, TlibEventName, TreatmentType } from '@handover/shared/genesys';
import type { KernelEvent, KernelOutput, PhoneCall, Refusal, Requester } from './messages.ts';
import type { Call, Dn, KernelState, LegState, Party } from './state.ts';
import type { LegEvent } from './legs.ts';
import { nextLeg } from './legs.ts';

/** One input being worked on: the state, when, and what comes out of it. */
export interface Step {
  readonly state: KernelState;
  readonly at: number;
  readonly outputs: KernelOutput[];
  /** Calls and DNs whose phones, agents or place in the idle order must be told or looked at again when the step ends. */
  readonly changedCalls: Set<string>;
  readonly changedDns: Set<string>;
  /** DNs whose agent has just ended a queue's call. */
  readonly endedQueueCalls: Set<string>;
  /** Supervisors who left a monitored call, and whom they monitored. */
  readonly leftObservers: { supervisor: string; target: string; connId: string }[];
  /** DNs whose agent logged in or out or changed state. */
  readonly changedAgents: Set<string>;
  /** Open until the first event `name` on `dn` has gone out: that event answers the request. */
  answer: { requester: Requester; dn: string; name: TlibEventName } | undefined;
}

export const newStep = (state: KernelState, at: number, answer?: Step['answer']): Step => ({
  state,
  at,
  outputs: [],
  changedCalls: new Set(),
  changedDns: new Set(),
  endedQueueCalls: new Set(),
  leftObservers: [],
  changedAgents: new Set(),
  answer,
});

/** Sends an event to a DN's clients, as the answer to the request when it is the awaited one. */
export function emit(step: Step, dn: string, event: KernelEvent): void {
  const answer = step.answer;
  if (answer?.dn === dn && answer.name === event.messageName) {
    step.answer = undefined;
    step.outputs.push({ kind: 'event', dn, event, requester: answer.requester });
  } else step.outputs.push({ kind: 'event', dn, event });
}

/** Answers the request with an event that no one else gets. */
export function reply(step: Step, event: KernelEvent): void {
  if (step.answer === undefined) return;
  step.outputs.push({ kind: 'reply', event, requester: step.answer.requester });
  step.answer = undefined;
}

export interface CallEventExtras {
  callState?: KernelEvent['callState'];
  other?: { number: string; role: DnRole };
  third?: { number: string; role: DnRole };
  previousConnId?: string;
  dtmfDigits?: string;
  treatmentType?: TreatmentType;
}

/** Sends a call event to one party; only phones and route points have clients. Call it after the call has been changed. */
export function emitCall(step: Step, name: TlibEventName, call: Call, party: Party, extras: CallEventExtras = {}): void {
  if (party.kind === 'external') return;
  const others = otherParties(call, party.number);
  const other = extras.other ?? (others[0] === undefined ? undefined : { number: others[0].dn, role: others[0].role });
  const previous = extras.previousConnId ?? (call.callType === 'Consult' ? call.parentConnId : undefined);
  const agentId = step.state.dns.get(party.number)?.agentId;
  emit(step, party.number, {
    messageName: name,
    thisDN: party.number,
    thisDNRole: party.role,
    ...(party.monitor === undefined ? {} : { monitorMode: party.monitor.mode }),
    ...(party.thisQueue === undefined ? {} : { thisQueue: party.thisQueue }),
    ...(agentId === undefined ? {} : { agentID: agentId }),
    connID: call.connId,
    ...(previous === undefined ? {} : { previousConnID: previous }),
    ...(call.parentConnId === undefined ? {} : { parentConnID: call.parentConnId }),
    callUuid: call.callUuid,
    callType: call.callType,
    callState: extras.callState ?? 'Ok',
    ...(other === undefined ? {} : { otherDN: other.number, otherDNRole: other.role }),
    ...(extras.third === undefined ? {} : { thirdPartyDN: extras.third.number, thirdPartyDNRole: extras.third.role }),
    parties: others,
    ani: call.ani,
    dnis: call.dnis,
    userData: call.userData,
    recordingState: call.recording,
    ...(extras.dtmfDigits === undefined ? {} : { dtmfDigits: extras.dtmfDigits }),
    ...(extras.treatmentType === undefined ? {} : { treatmentType: extras.treatmentType }),
  });
}

/** Who else is in the call. Who was asked in and still rings is not yet. */
export const otherParties = (call: Call, number: string): PartyWire[] =>
  call.parties
    .filter(party => party.number !== number && party.invitedBy === undefined)
    .map(party => ({ dn: party.number, role: party.role, ...(party.monitor === undefined ? {} : { monitorMode: party.monitor.mode }) }));

export const partyOf = (call: Call, number: string): Party | undefined => call.parties.find(party => party.number === number);

/** The call and the leg of `number` in it, or why there is none. */
export function legOf(step: Step, connId: string, number: string): { call: Call; party: Party } | Refusal {
  const call = step.state.calls.get(connId);
  const party = call && partyOf(call, number);
  return call === undefined || party === undefined ? { error: 'unknownCall', detail: 'connID' } : { call, party };
}

/** Whether the table allows the event; the caller applies it with `moveLeg` once nothing else can refuse. */
export const allows = (party: Party, event: LegEvent): boolean =>
  nextLeg(party.state, event) !== 'refused' && (party.monitor === undefined || !ofTalkers.has(event));

/** A supervisor in a call hears and speaks; the call itself is not theirs to move. */
const ofTalkers: ReadonlySet<LegEvent> = new Set<LegEvent>([
  'redirect',
  'startConsult',
  'transferMain',
  'transferConsult',
  'transferAway',
  'conferenceMain',
  'conferenceConsult',
  'inviteParty',
  'dropParty',
]);

export const notNow = (party: Party, event: LegEvent): Refusal => ({ error: 'invalidState', detail: `${event} while ${party.state}` });

/** Applies an event that the table allows and that leaves the leg in the call. */
export function moveLeg(step: Step, call: Call, party: Party, event: LegEvent): void {
  const next = nextLeg(party.state, event);
  if (next === 'refused' || next === 'Gone') throw new Error(`leg event ${event} in state ${party.state} leads to ${next}`);
  setLegState(step, call, party, next);
}

export function setLegState(step: Step, call: Call, party: Party, next: LegState): void {
  if (party.state === 'Ringing' && next !== 'Ringing') step.state.deadlines.delete(ringKey(call.connId, party.number));
  party.state = next;
  step.changedCalls.add(call.connId);
}

export const ringKey = (connId: string, dn: string): string => `ring:${connId}:${dn}`;
export const treatmentKey = (connId: string): string => `treatment:${connId}`;
export const wrapKey = (dn: string): string => `wrap:${dn}`;

/** Takes a party out of a call, and the call out of its DN's list. Sends nothing. */
export function removeParty(step: Step, call: Call, party: Party): void {
  call.parties = call.parties.filter(other => other !== party);
  step.state.deadlines.delete(ringKey(call.connId, party.number));
  const dn = dnOf(step.state, party);
  if (dn !== undefined) {
    dn.calls = dn.calls.filter(connId => connId !== call.connId);
    step.changedDns.add(dn.number);
    const talked = party.state === 'Established' || party.state === 'Held';
    if (party.thisQueue !== undefined && talked) step.endedQueueCalls.add(dn.number);
  }
  if (party.monitor !== undefined) step.leftObservers.push({ supervisor: party.number, target: party.monitor.target, connId: call.connId });
  if (party.kind === 'routePoint') {
    step.state.waiting.delete(call.connId);
    step.state.deadlines.delete(treatmentKey(call.connId));
  }
  step.changedCalls.add(call.connId);
}

/** The DN whose leg it is: an agent at another switch has the number of a DN here, and is none. */
const dnOf = (state: KernelState, party: Party): Dn | undefined => (party.kind === 'external' ? undefined : state.dns.get(party.number));

export function addParty(step: Step, call: Call, party: Party): void {
  call.parties.push(party);
  const dn = dnOf(step.state, party);
  if (dn !== undefined) {
    dn.calls.push(call.connId);
    step.changedDns.add(dn.number);
  }
  step.changedCalls.add(call.connId);
}

export const isAttended = (dn: Dn | undefined): boolean => dn !== undefined && dn.agentState !== 'LoggedOut';

export function phoneCall(state: KernelState, call: Call): PhoneCall {
  const parties = call.parties.map(({ number, kind, trunk, state: leg }) => ({
    number,
    kind,
    state: leg,
    // Behind a trunk an agent is at the phone, and acts there.
    attended: trunk !== undefined || (kind === 'phone' && isAttended(state.dns.get(number))),
  }));
  return { connId: call.connId, everAttended: call.everAttended, parties };
}
