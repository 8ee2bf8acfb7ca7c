import type { TreatmentType } from '@handover/shared/genesys';
import type { Refusal } from './messages.ts';
import type { Call, Party } from './state.ts';
import type { Step } from './step.ts';
import { endCall } from './calls.ts';
import { emitCall, removeParty, treatmentKey } from './step.ts';

/** The leg of a call that waits at a route point. */
export const queuedLeg = (call: Call | undefined): Party | undefined => call?.parties.find(party => party.kind === 'routePoint');

/** Lets callers hear something who wait and hear nothing yet. */
export function treatWaiting(step: Step): void {
  for (const connId of [...step.state.waiting]) {
    const call = step.state.calls.get(connId);
    const queued = queuedLeg(call);
    if (call === undefined || queued === undefined || queued.treatment !== undefined) continue;
    const routing = step.state.dns.get(queued.number)?.routing;
    if (routing === undefined || routing.treatments.length === 0) continue;
    apply(step, call, queued, { index: 0, type: routing.treatments[0] ?? 'Music' }, routing.announcementMs);
  }
}

/** A client of the route point chooses what the caller hears. */
export function applyTreatment(step: Step, routePoint: string, connId: string, type: TreatmentType): Refusal | undefined {
  const call = step.state.calls.get(connId);
  const queued = queuedLeg(call);
  if (call === undefined || queued?.number !== routePoint) return { error: 'unknownCall', detail: 'connID' };
  const routing = step.state.dns.get(routePoint)?.routing;
  apply(step, call, queued, { index: routing?.treatments.length ?? 0, type }, routing?.announcementMs ?? 0);
  return undefined;
}

function apply(step: Step, call: Call, queued: Party, treatment: NonNullable<Party['treatment']>, announcementMs: number): void {
  const key = treatmentKey(call.connId);
  step.state.deadlines.delete(key);
  queued.treatment = treatment;
  emitCall(step, 'EventTreatmentApplied', call, queued, { treatmentType: treatment.type });
  if (treatment.type === 'Busy') return turnAway(step, call);
  if (treatment.type === 'Announcement')
    step.state.deadlines.set(key, { at: step.at + Math.max(1, announcementMs), what: { kind: 'treatment', connId: call.connId } });
}

/** An announcement has been heard: the next treatment follows, or the last goes on as music. */
export function treatmentOver(step: Step, connId: string): void {
  const call = step.state.calls.get(connId);
  const queued = queuedLeg(call);
  if (call === undefined || queued?.treatment === undefined) return;
  const routing = step.state.dns.get(queued.number)?.routing;
  emitCall(step, 'EventTreatmentEnd', call, queued, { treatmentType: queued.treatment.type });
  const index = queued.treatment.index + 1;
  const next = routing?.treatments[index];
  if (next !== undefined) apply(step, call, queued, { index, type: next }, routing?.announcementMs ?? 0);
}

/** Busy: whoever called is told so and released. */
function turnAway(step: Step, call: Call): void {
  const all = [...call.parties];
  for (const party of all) removeParty(step, call, party);
  for (const party of all) {
    const other = all.find(each => each !== party);
    const extras = { ...(other === undefined ? {} : { other: { number: other.number, role: other.role } }), callState: 'Busy' } as const;
    if (party.kind === 'routePoint') {
      emitCall(step, 'EventAbandoned', call, party, extras);
      continue;
    }
    if (party.state === 'Dialing') emitCall(step, 'EventDestinationBusy', call, party, extras);
    emitCall(step, 'EventReleased', call, party, extras);
  }
  endCall(step, call);
}
