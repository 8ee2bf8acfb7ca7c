import type { Call, Dn, Party } from './state.ts';
import type { Step } from './step.ts';
import { addDestination, announceDestination } from './destination.ts';
import { noAnswer } from './agents.ts';
import { leave } from './calls.ts';
import { emitCall, partyOf, removeParty } from './step.ts';

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
    const [agent] = step.state.idle;
    if (agent === undefined) return;
    const call = step.state.calls.get(connId);
    const queued = call?.parties.find(party => party.kind === 'routePoint');
    if (call === undefined || queued === undefined) step.state.waiting.delete(connId);
    else if (partyOf(call, agent) === undefined) route(step, call, queued, agent);
  }
}

function route(step: Step, call: Call, queued: Party, agent: string): void {
  step.state.idle.delete(agent);
  emitCall(step, 'EventRouteUsed', call, queued, { third: { number: agent, role: 'RoleDestination' } });
  removeParty(step, call, queued);
  const options = {
    thisQueue: queued.number,
    role: queued.role,
    ...(queued.invitedBy === undefined ? {} : { invitedBy: queued.invitedBy }),
  };
  const called = addDestination(step, call, { kind: 'phone', number: agent }, options);
  emitCall(step, 'EventDiverted', call, queued, { callState: 'Redirected', third: { number: agent, role: called.role } });
  announceDestination(step, call, called);
}

/** The phone has rung too long: its agent is set not ready; a queue's call goes back to the queue, another one ends. */
export function ringTimeout(step: Step, connId: string, number: string): void {
  const call = step.state.calls.get(connId);
  const party = call && partyOf(call, number);
  const dn = step.state.dns.get(number);
  if (call === undefined || dn === undefined || party?.state !== 'Ringing') return;
  if (party.thisQueue === undefined || !step.state.dns.has(party.thisQueue)) leave(step, call, party);
  else {
    removeParty(step, call, party);
    emitCall(step, 'EventReleased', call, party, { callState: 'NoAnswer' });
    announceDestination(step, call, addDestination(step, call, { kind: 'routePoint', number: party.thisQueue }));
  }
  noAnswer(step, dn);
}
