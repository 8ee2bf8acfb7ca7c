import { tlibErrors } from '@handover/shared/genesys';
import { assertNever } from '@handover/shared/result';
import type { KernelInput, KernelOutput, PhoneCall, Refusal, TrunkMessage } from './messages.ts';
import type { Dn, KernelState } from './state.ts';
import type { Step } from './step.ts';
import { logout, wrapUp, wrapUpOver } from './agents.ts';
import { answer, clear, dial, leave } from './calls.ts';
import { followMonitored, stopAllMonitoring } from './monitoring.ts';
import { answerTo, execute, isKernelRequest } from './requests.ts';
import { ringTimeout, routeWaiting, updateIdle } from './routing.ts';
import { treatmentOver, treatWaiting } from './treatments.ts';
import { fromTrunk, learnElsewhere, tellTrunks, trunkLeg } from './trunks.ts';
import { emit, newStep, partyOf, phoneCall, reply } from './step.ts';

/**
 * Works one input into the state and says what it causes, in order. No clock, no randomness, no I/O: time comes with the input, so the same
 * inputs in the same order always make the same state and outputs.
 */
export function step(state: KernelState, input: KernelInput): KernelOutput[] {
  const work = newStep(state, input.at, awaited(input));
  const refused = apply(work, input);
  if (refused !== undefined) refuse(work, refused);
  else reply(work, { messageName: 'EventACK' }); // only when no event on the DN was the answer
  settle(work);
  return work.outputs;
}

/** When the next tick is due, epoch ms; undefined while nothing waits for time. */
export function nextDeadline(state: KernelState): number | undefined {
  let first: number | undefined;
  for (const { at } of state.deadlines.values()) if (first === undefined || at < first) first = at;
  return first;
}

/** All calls as the phones see them, and who is logged in where: what a world must be told by a server that takes over. */
export function worldView(state: KernelState): { calls: PhoneCall[]; agents: Extract<KernelOutput, { kind: 'agent' }>[] } {
  const agents = [...state.dns.values()].filter(dn => dn.agentId !== undefined).map(agentOutput);
  return { calls: [...state.calls.values()].map(call => phoneCall(state, call)), agents };
}

function awaited(input: KernelInput): Step['answer'] {
  if (input.kind !== 'request') return undefined;
  const { messageName, referenceID, thisDN } = input.request;
  const requester = { client: input.client, referenceID };
  return { requester, dn: thisDN ?? '', name: isKernelRequest(messageName) ? answerTo(input.request, messageName) : 'EventACK' };
}

function apply(work: Step, input: KernelInput): Refusal | undefined {
  switch (input.kind) {
    case 'request':
      return execute(work, input.request);
    case 'phoneCall': {
      const made = dial(work, { connId: input.connId, from: input.from, to: input.to, userData: [] });
      return 'error' in made ? made : undefined;
    }
    case 'phoneAnswer':
      return answer(work, input.connId, input.number);
    case 'phoneHangup':
      return hangup(work, input.connId, input.number);
    case 'unwatched': {
      const dn = work.state.dns.get(input.dn);
      return dn?.agentId !== undefined && work.state.options.logoutOnDisconnect ? logout(work, dn, []) : undefined;
    }
    case 'elsewhere':
      return learnElsewhere(work.state, input);
    case 'trunk':
      return overTrunk(work, input.site, input.message);
    case 'tick':
      return tick(work);
    case 'options':
      work.state.options = input.options;
      return undefined;
    case 'dn':
      return configureDn(work, input);
    case 'dnRemoved': {
      const dn = work.state.dns.get(input.number);
      if (dn !== undefined) outOfService(work, dn);
      work.state.dns.delete(input.number);
      return undefined;
    }
    case 'login':
      if (input.login === undefined) work.state.logins.delete(input.code);
      else work.state.logins.set(input.code, input.login);
      return undefined;
    default:
      return assertNever(input);
  }
}

function hangup(work: Step, connId: string, number: string | undefined): Refusal | undefined {
  const call = work.state.calls.get(connId);
  if (call === undefined) return { error: 'unknownCall' };
  const party = number === undefined ? undefined : partyOf(call, number);
  if (number !== undefined && party === undefined) return { error: 'unknownCall' };
  if (party === undefined) clear(work, call);
  else leave(work, call, party);
  return undefined;
}

function overTrunk(work: Step, site: string, message: TrunkMessage): undefined {
  const leg = trunkLeg(work.state, message.id, site);
  if (message.what === 'answered' && leg !== undefined) void answer(work, leg.connId, leg.number);
  else if (message.what === 'released' && leg !== undefined) void hangup(work, leg.connId, leg.number);
  else fromTrunk(work, site, message);
}

function tick(work: Step): undefined {
  for (const [key, { at, what }] of [...work.state.deadlines]) {
    if (at > work.at || !work.state.deadlines.delete(key)) continue;
    if (what.kind === 'noAnswer') ringTimeout(work, what.connId, what.dn);
    else if (what.kind === 'treatment') treatmentOver(work, what.connId);
    else {
      const dn = work.state.dns.get(what.dn);
      if (dn !== undefined) wrapUpOver(work, dn, what.then);
    }
  }
}

function configureDn(work: Step, input: Extract<KernelInput, { kind: 'dn' }>): undefined {
  const dn = work.state.dns.get(input.number);
  if (dn === undefined) {
    work.state.dns.set(input.number, {
      number: input.number,
      type: input.type,
      inService: input.inService,
      agentState: 'LoggedOut',
      workMode: 'Unknown',
      reasons: [],
      dnd: false,
      calls: [],
      epoch: 0,
      monitors: [],
      ...(input.routing === undefined ? {} : { routing: input.routing }),
    });
    return;
  }
  dn.type = input.type;
  if (input.routing === undefined) delete dn.routing;
  else dn.routing = input.routing;
  if (dn.inService && !input.inService) outOfService(work, dn);
  else if (!dn.inService && input.inService) {
    dn.inService = true;
    work.changedDns.add(dn.number);
    emit(work, dn.number, { messageName: 'EventDNBackInService', thisDN: dn.number });
  }
}

/** Its calls are lost, its agent is logged out. */
function outOfService(work: Step, dn: Dn): void {
  for (const connId of [...dn.calls]) {
    const call = work.state.calls.get(connId);
    const party = call && partyOf(call, dn.number);
    if (call !== undefined && party !== undefined) leave(work, call, party);
  }
  if (dn.agentId !== undefined && work.state.options.logoutOnOutOfService) logout(work, dn, []);
  stopAllMonitoring(work, dn);
  dn.inService = false;
  work.changedDns.add(dn.number);
  emit(work, dn.number, { messageName: 'EventDNOutOfService', thisDN: dn.number });
}

function refuse(work: Step, refusal: Refusal): void {
  if (work.answer === undefined) return;
  const { errorCode, errorMessage } = tlibErrors[refusal.error];
  work.outputs.push({
    kind: 'reply',
    requester: work.answer.requester,
    event: {
      messageName: 'EventError',
      errorCode,
      errorMessage: refusal.detail === undefined ? errorMessage : `${errorMessage}: ${refusal.detail}`,
      thisDN: work.answer.dn,
    },
  });
  work.answer = undefined;
}

/** What follows from the step by itself: after-call work, routing, observers; then the phones are told. */
function settle(work: Step): void {
  const { state } = work;
  for (const number of work.endedQueueCalls) {
    const dn = state.dns.get(number);
    if (dn !== undefined) wrapUp(work, dn);
  }
  followMonitored(work); // before routing: a supervisor who is rung into a call is not idle
  updateIdle(work, work.changedDns);
  if (state.waiting.size > 0 && state.idle.size > 0) routeWaiting(work);
  if (state.waiting.size > 0) treatWaiting(work);
  tellTrunks(work);
  for (const connId of work.changedCalls) {
    const call = state.calls.get(connId);
    if (call === undefined) {
      work.outputs.push({ kind: 'callEnded', connId });
      continue;
    }
    const view = phoneCall(state, call);
    call.everAttended ||= view.parties.some(party => party.attended);
    work.outputs.push({ kind: 'call', call: { ...view, everAttended: call.everAttended } });
  }
  for (const number of work.changedAgents) {
    const dn = state.dns.get(number);
    if (dn !== undefined) work.outputs.push(agentOutput(dn));
  }
}

const agentOutput = (dn: Dn): Extract<KernelOutput, { kind: 'agent' }> => ({
  kind: 'agent',
  dn: dn.number,
  ...(dn.agentId === undefined ? {} : { agentId: dn.agentId }),
  state: dn.agentState,
});
