import type { Refusal } from './messages.ts';
import type { Call, Dn, KernelState, Party, Routing } from './state.ts';
import type { Step } from './step.ts';
import type { Reachable } from './destination.ts';
import { addDestination, announceDestination, isReachable, resolve } from './destination.ts';
import { noAnswer } from './agents.ts';
import { leave } from './calls.ts';
import { emitCall, partyOf, removeParty } from './step.ts';
import { queuedLeg } from './treatments.ts';

/** Ready, free and reachable. */
const isIdle = (dn: Dn): boolean =>
  dn.agentState === 'Ready' && dn.calls.length === 0 && !dn.dnd && dn.inService && dn.forwardTo === undefined;

/** Keeps the order of idleness: who becomes idle goes to the end, who is no longer idle leaves. */
export function updateIdle(step: Step, numbers: Iterable<string>): void {
  for (const number of numbers) {
    const dn = step.state.dns.get(number);
    if (dn !== undefined && isIdle(dn)) step.state.idle.add(number);
    else step.state.idle.delete(number);
  }
}

/** Gives waiting calls, oldest first, to agents, longest idle first. */
export function routeWaiting(step: Step): void {
  for (const connId of [...step.state.waiting]) {
    if (step.state.idle.size === 0) return;
    const call = step.state.calls.get(connId);
    const queued = queuedLeg(call);
    if (call === undefined || queued === undefined) {
      step.state.waiting.delete(connId);
      continue;
    }
    const agent = chosen(step.state, call, step.state.dns.get(queued.number)?.routing);
    if (agent !== undefined) route(step, call, queued, { kind: 'phone', number: agent });
  }
}

/** Who has been idle longest of those who have the skills and are not in the call. */
export function chosen(state: KernelState, call: Call, routing: Routing | undefined): string | undefined {
  if (routing?.strategy === 'external') return undefined;
  for (const number of state.idle) if (partyOf(call, number) === undefined && isSkilled(state, number, routing)) return number;
  return undefined;
}

function isSkilled(state: KernelState, number: string, routing: Routing | undefined): boolean {
  if (routing === undefined || routing.skills.length === 0) return true;
  const skills = state.logins.get(state.dns.get(number)?.agentId ?? '')?.skills ?? [];
  return routing.skills.every(wanted => skills.some(skill => skill.name === wanted.name && skill.level >= wanted.level));
}

/** A client of the route point sends the call on. */
export function routeCall(step: Step, routePoint: string, connId: string, to: string): Refusal | undefined {
  const call = step.state.calls.get(connId);
  const queued = queuedLeg(call);
  if (call === undefined || queued?.number !== routePoint) return { error: 'unknownCall', detail: 'connID' };
  const destination = resolve(step.state, to);
  if (!isReachable(destination) || partyOf(call, destination.number) !== undefined)
    return { error: 'invalidDestination', detail: 'otherDN' };
  route(step, call, queued, destination);
  return undefined;
}

function route(step: Step, call: Call, queued: Party, destination: Reachable): void {
  const agent = destination.number;
  step.state.idle.delete(agent);
  emitCall(step, 'EventRouteUsed', call, queued, { third: { number: agent, role: 'RoleDestination' } });
  removeParty(step, call, queued);
  const options = {
    thisQueue: queued.number,
    role: queued.role,
    ...(queued.invitedBy === undefined ? {} : { invitedBy: queued.invitedBy }),
  };
  const called = addDestination(step, call, destination, options);
  emitCall(step, 'EventDiverted', call, queued, { callState: 'Redirected', third: { number: agent, role: called.role } });
  announceDestination(step, call, called);
  tellMoved(step, call, called, { number: queued.number, role: 'RoleTransferredBy' });
}

/** The others learn with whom they are connected now. Who is only asked in joins when it answers. */
function tellMoved(step: Step, call: Call, to: Party, third: { number: string; role: 'RoleTransferredBy' }): void {
  if (to.invitedBy !== undefined) return;
  const extras = { callState: 'Redirected', previousConnId: call.connId, other: { number: to.number, role: to.role }, third } as const;
  for (const other of call.parties)
    if (other !== to && other.invitedBy === undefined) emitCall(step, 'EventPartyChanged', call, other, extras);
}

/** The phone has rung too long: the option says what becomes of its agent; the call goes to the overflow, back to its queue, or to its end. */
export function ringTimeout(step: Step, connId: string, number: string): void {
  const call = step.state.calls.get(connId);
  const party = call && partyOf(call, number);
  const dn = step.state.dns.get(number);
  if (call === undefined || dn === undefined || party?.state !== 'Ringing') return;
  const next = overflow(step, call, party);
  if (next === undefined) leave(step, call, party);
  else {
    removeParty(step, call, party);
    emitCall(step, 'EventReleased', call, party, { callState: 'NoAnswer' });
    const options = { role: party.role, ...(party.invitedBy === undefined ? {} : { invitedBy: party.invitedBy }) };
    const elsewhere = next.number === party.thisQueue ? undefined : ({ number, role: 'RoleTransferredBy' } as const);
    const called = addDestination(step, call, next, options);
    announceDestination(step, call, called, elsewhere);
    tellMoved(step, call, called, { number, role: 'RoleTransferredBy' });
  }
  noAnswer(step, dn);
}

function overflow(step: Step, call: Call, party: Party): Reachable | undefined {
  if (party.monitor !== undefined) return undefined; // nobody else can listen in a supervisor's place
  for (const number of [step.state.options.agentNoAnswerOverflow, party.thisQueue ?? '']) {
    if (number === '' || partyOf(call, number) !== undefined) continue;
    const destination = resolve(step.state, number);
    if (isReachable(destination) && partyOf(call, destination.number) === undefined) return destination;
  }
  return undefined;
}
