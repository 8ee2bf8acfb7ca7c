import type { KernelInput, TrunkMessage } from './messages.ts';
import type { Call, KernelState, Party } from './state.ts';
import type { Step } from './step.ts';
import { dial } from './calls.ts';
import { tellAll } from './user-data.ts';

/** Where else agents are logged in, as their switches say. */
export function learnElsewhere(state: KernelState, input: Extract<KernelInput, { kind: 'elsewhere' }>): undefined {
  if (input.how === 'all') for (const [number, site] of [...state.elsewhere]) if (site === input.site) state.elsewhere.delete(number);
  for (const number of input.numbers)
    if (input.how !== 'remove') state.elsewhere.set(number, input.site);
    else if (state.elsewhere.get(number) === input.site) state.elsewhere.delete(number);
}

/** Another switch says something about a trunk leg. What is not known here any more is over. */
export function fromTrunk(step: Step, site: string, message: TrunkMessage): undefined {
  if (message.what === 'call') return arrive(step, site, message);
  const trunk = step.state.trunks.get(message.id);
  if (trunk?.site !== site || message.what !== 'data') return undefined;
  const call = step.state.calls.get(trunk.connId);
  if (call === undefined) return undefined;
  call.userData = message.userData;
  trunk.userData = message.userData; // it knows that already
  tellAll(step, call, 'EventAttachedDataChanged', trunk.number);
  return undefined;
}

function arrive(step: Step, site: string, { id, from, to, callType, userData }: Extract<TrunkMessage, { what: 'call' }>): undefined {
  const { state } = step;
  const dn = state.dns.get(to);
  // A call is not sent on to a third switch, nor back: whom it was meant for has left meanwhile.
  const here = dn !== undefined && (dn.type !== 'Extension' || dn.agentId !== undefined);
  const connId = state.calls.has(id) ? undefined : id;
  const made = here
    ? dial(step, { ...(connId === undefined ? {} : { connId }), from, to, userData, callType, trunk: { id, site } })
    : undefined;
  if (made === undefined || 'error' in made || !state.calls.has(made.connId)) released(step, site, id);
}

const released = (step: Step, site: string, id: string): void => {
  step.outputs.push({ kind: 'trunk', site, message: { what: 'released', id } });
};

/** The party behind a trunk leg, and its call. */
export function trunkLeg(state: KernelState, id: string, site: string): { connId: string; number: string } | undefined {
  const trunk = state.trunks.get(id);
  return trunk?.site !== site ? undefined : { connId: trunk.connId, number: trunk.number };
}

/** After the step's own changes: tells the other switches what became of their legs. */
export function tellTrunks(step: Step): void {
  const { state, changedCalls } = step;
  const seen = new Set<string>();
  for (const connId of changedCalls) {
    const call = state.calls.get(connId);
    for (const party of call?.parties ?? [])
      if (call !== undefined && party.trunk !== undefined) {
        seen.add(party.trunk.id);
        tellTrunk(step, call, party, party.trunk);
      }
  }
  for (const [id, trunk] of [...state.trunks]) {
    if (seen.has(id) || !changedCalls.has(trunk.connId)) continue;
    state.trunks.delete(id);
    released(step, trunk.site, id);
  }
}

function tellTrunk(step: Step, call: Call, party: Party, { id, site }: { id: string; site: string }): void {
  const tell = (message: TrunkMessage): void => void step.outputs.push({ kind: 'trunk', site, message });
  const known = step.state.trunks.get(id);
  if (known === undefined) {
    const direction = party.state === 'Ringing' ? 'out' : 'in';
    const { userData } = call;
    step.state.trunks.set(id, { site, direction, connId: call.connId, number: party.number, answered: false, userData });
    const callType = call.callType === 'Inbound' ? 'Inbound' : 'Internal';
    if (direction === 'out') tell({ what: 'call', id, from: callerOf(call, party), to: party.number, callType, userData });
    return;
  }
  known.connId = call.connId;
  if (known.direction === 'in' && !known.answered && party.state !== 'Dialing') {
    known.answered = true;
    tell({ what: 'answered', id });
  }
  if (JSON.stringify(known.userData) === JSON.stringify(call.userData)) return;
  known.userData = call.userData;
  tell({ what: 'data', id, userData: call.userData });
}

/** Whom the other site shows as the far end: the first of the others. */
const callerOf = (call: Call, party: Party): string => call.parties.find(other => other !== party)?.number ?? call.ani;
