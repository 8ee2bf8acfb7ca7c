import type { KvList, RecordingState } from '@handover/shared/genesys';
import { kvUpdate } from '@handover/shared/genesys';
import type { Refusal } from './messages.ts';
import type { Call } from './state.ts';
import type { Step } from './step.ts';
import { allows, emitCall, legOf, notNow } from './step.ts';

const maxUserDataPairs = 1_000;
const maxUserDataBytes = 64 * 1024;

export type DataChange =
  { kind: 'attach'; pairs: KvList } | { kind: 'update'; pairs: KvList } | { kind: 'deletePair'; key: string } | { kind: 'deleteAll' };

/** Changes a call's data and tells every party the whole of it. */
export function changeData(step: Step, dn: string, connId: string, change: DataChange): Refusal | undefined {
  const leg = legOf(step, connId, dn);
  if ('error' in leg) return leg;
  if (!allows(leg.party, 'changeData')) return notNow(leg.party, 'changeData');
  const changed = apply(leg.call.userData, change);
  if (changed.length > maxUserDataPairs || JSON.stringify(changed).length > maxUserDataBytes)
    return { error: 'missingAttribute', detail: 'userData is too large' };
  leg.call.userData = changed;
  step.changedCalls.add(connId);
  tellAll(step, leg.call, 'EventAttachedDataChanged', dn);
  return undefined;
}

function apply(data: KvList, change: DataChange): KvList {
  switch (change.kind) {
    case 'attach':
      return [...data, ...change.pairs];
    case 'update':
      return kvUpdate(data, change.pairs);
    case 'deletePair':
      return data.filter(pair => pair.key !== change.key);
    case 'deleteAll':
      return [];
  }
}

export type RecordingCommand = 'start' | 'stop' | 'pause' | 'resume';

const recordingTable: Readonly<Record<RecordingCommand, Readonly<Record<RecordingState, RecordingState | 'refused'>>>> = {
  start: { Stopped: 'Recording', Recording: 'refused', Paused: 'refused' },
  stop: { Stopped: 'refused', Recording: 'Stopped', Paused: 'Stopped' },
  pause: { Stopped: 'refused', Recording: 'Paused', Paused: 'refused' },
  resume: { Stopped: 'refused', Recording: 'refused', Paused: 'Recording' },
};

export function record(step: Step, dn: string, connId: string, command: RecordingCommand): Refusal | undefined {
  const leg = legOf(step, connId, dn);
  if ('error' in leg) return leg;
  if (!allows(leg.party, 'record')) return notNow(leg.party, 'record');
  const next = recordingTable[command][leg.call.recording];
  if (next === 'refused') return { error: 'invalidState', detail: `${command} while ${leg.call.recording}` };
  leg.call.recording = next;
  tellAll(step, leg.call, 'EventCallInfoChanged', dn);
  return undefined;
}

/** Tells every party of a change that `by` made. */
export function tellAll(step: Step, call: Call, name: 'EventAttachedDataChanged' | 'EventCallInfoChanged', by: string): void {
  const role = call.parties.find(party => party.number === by)?.role ?? 'RoleOrigination';
  for (const party of call.parties) emitCall(step, name, call, party, { third: { number: by, role } });
}

export function sendDtmf(step: Step, dn: string, connId: string, digits: string): Refusal | undefined {
  const leg = legOf(step, connId, dn);
  if ('error' in leg) return leg;
  if (!allows(leg.party, 'sendDtmf')) return notNow(leg.party, 'sendDtmf');
  emitCall(step, 'EventDtmfSent', leg.call, leg.party, { dtmfDigits: digits });
  return undefined;
}
