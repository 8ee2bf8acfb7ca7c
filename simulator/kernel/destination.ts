import type { DnRole } from '@handover/shared/genesys';
import type { KernelState, Call, Dn, Party } from './state.ts';
import type { Step } from './step.ts';
import { addParty, emitCall, isAttended, ringKey } from './step.ts';

export type Destination =
  | { kind: 'phone' | 'external' | 'routePoint'; number: string; forwardedFrom?: string; site?: string }
  /** The phone takes no calls now. */
  | { kind: 'busy'; number: string }
  /** Nobody has such a number. */
  | { kind: 'invalid'; number: string };

const externalNumber = /^\+?[0-9]{7,15}$/;
const maxForwards = 5;

/** Where a dialled number leads, after forwarding. A DN of the switch comes before the outside world. */
export function resolve(state: KernelState, dialled: string): Destination {
  let number = dialled;
  for (let hops = 0; hops <= maxForwards; hops += 1) {
    const dn = state.dns.get(number);
    if (dn === undefined) break;
    if (!dn.inService || dn.type === 'Trunk') return { kind: 'invalid', number };
    if (dn.type !== 'Extension') return isFull(state, dn) ? { kind: 'busy', number } : { kind: 'routePoint', number };
    const site = dn.agentState === 'LoggedOut' && dn.forwardTo === undefined ? state.elsewhere.get(number) : undefined;
    if (site !== undefined) return { kind: 'external', number, site };
    if (dn.forwardTo === undefined)
      return dn.dnd ? { kind: 'busy', number } : { kind: 'phone', number, ...(number === dialled ? {} : { forwardedFrom: dialled }) };
    number = dn.forwardTo;
  }
  if (state.dns.has(number)) return { kind: 'busy', number: dialled }; // forwarded in a circle
  if (!externalNumber.test(number)) return { kind: 'invalid', number };
  return { kind: 'external', number, ...(number === dialled ? {} : { forwardedFrom: dialled }) };
}

/** As many calls wait at the route point as may. */
function isFull(state: KernelState, dn: Dn): boolean {
  const most = dn.routing?.maxWaiting ?? 0;
  if (most === 0) return false;
  let waiting = 0;
  for (const connId of state.waiting)
    if (state.calls.get(connId)?.parties.some(party => party.kind === 'routePoint' && party.number === dn.number) === true) waiting += 1;
  return waiting >= most;
}

export type Reachable = Extract<Destination, { kind: 'phone' | 'external' | 'routePoint' }>;

export const isReachable = (destination: Destination): destination is Reachable =>
  destination.kind !== 'busy' && destination.kind !== 'invalid';

/** A name for a new trunk leg: the call's own id, which then is the call's at both sites. */
function newTrunkId(state: KernelState, call: Call): string {
  let id = call.connId;
  const used = (name: string): boolean => state.trunks.has(name) || call.parties.some(party => party.trunk?.id === name);
  for (let n = 2; used(id); n += 1) id = `${call.connId}-${String(n)}`;
  return id;
}

/** Adds the called party; rings nothing yet, so that the caller's event can name it first. */
export function addDestination(
  step: Step,
  call: Call,
  destination: Reachable,
  options: { role?: DnRole; thisQueue?: string; invitedBy?: string } = {},
): Party {
  const queued = destination.kind === 'routePoint';
  const party: Party = {
    number: destination.number,
    kind: destination.kind,
    role: options.role ?? 'RoleDestination',
    state: queued ? 'Queued' : 'Ringing',
    startedAt: step.at,
    ...(queued ? { thisQueue: destination.number } : options.thisQueue === undefined ? {} : { thisQueue: options.thisQueue }),
    ...(destination.site === undefined ? {} : { trunk: { id: newTrunkId(step.state, call), site: destination.site } }),
    ...(options.invitedBy === undefined ? {} : { invitedBy: options.invitedBy }),
  };
  addParty(step, call, party);
  if (queued) step.state.waiting.add(call.connId);
  return party;
}

/** Tells the called party's clients: EventRinging at a phone, EventQueued and EventRouteRequest at a route point. */
export function announceDestination(step: Step, call: Call, party: Party, third?: { number: string; role: DnRole }): void {
  const extras = third === undefined ? {} : { third };
  if (party.kind === 'routePoint') {
    emitCall(step, 'EventQueued', call, party, extras);
    emitCall(step, 'EventRouteRequest', call, party, extras);
    return;
  }
  emitCall(step, 'EventRinging', call, party, extras);
  const timeout = step.state.options.agentNoAnswerTimeoutMs;
  if (party.kind === 'phone' && timeout > 0 && isAttended(step.state.dns.get(party.number))) {
    const what = { kind: 'noAnswer', connId: call.connId, dn: party.number } as const;
    step.state.deadlines.set(ringKey(call.connId, party.number), { at: step.at + timeout, what });
  }
}
