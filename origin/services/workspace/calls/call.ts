import type { CallNotification, CallStateWire } from '@handover/shared/api/workspace';
import type { CallSnapshotWire, CallType, KvList, MonitorMode, PartyWire, RecordingState, TlibEvent } from '@handover/shared/genesys';
import { callTransitions } from './transitions.ts';
import type { CallEventName } from './transitions.ts';

/** One call as the agent's own leg sees it. Never changed in place. */
export interface Call {
  readonly connId: string;
  readonly callUuid: string;
  readonly callType: CallType;
  readonly state: CallStateWire;
  /** All other parties, observers included. */
  readonly parties: readonly PartyWire[];
  readonly parentConnId?: string;
  readonly previousConnId?: string;
  readonly ani?: string;
  readonly dnis?: string;
  readonly userData: KvList;
  readonly extensions: KvList;
  readonly recordingState: RecordingState;
  /** The agent monitors this call as a supervisor. */
  readonly monitorMode?: MonitorMode;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
}

export interface CallChange {
  call: Call;
  /** Undefined: the clients have nothing to learn. */
  notification: CallNotification | undefined;
}

const optional = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Partial<Record<K, V>>);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
/** The order of parties says nothing. */
const sameParties = (a: readonly PartyWire[], b: readonly PartyWire[]): boolean => same(a.map(partyText).sort(), b.map(partyText).sort());
const partyText = ({ dn, role, monitorMode }: PartyWire): string => `${dn} ${role} ${monitorMode ?? ''}`;

/** Why clients hear of a change: the first difference in the order of weight. */
function difference(before: Call, after: Call): CallNotification | undefined {
  if (before.state !== after.state || before.connId !== after.connId) return 'StateChange';
  if (!sameParties(before.parties, after.parties) || before.monitorMode !== after.monitorMode) return 'ParticipantsUpdated';
  if (!same(before.userData, after.userData)) return 'AttachedDataChanged';
  if (before.recordingState !== after.recordingState) return 'CallRecordingStateChange';
  return undefined;
}

/** Events after which clients wait for a message even when nothing differs. */
const alwaysTold: Partial<Record<CallEventName, CallNotification>> = {
  EventPartyAdded: 'ParticipantsUpdated',
  EventPartyDeleted: 'ParticipantsUpdated',
  EventAttachedDataChanged: 'AttachedDataChanged',
};

const blank = (event: TlibEvent, connId: string, state: CallStateWire): Call => ({
  connId,
  callUuid: event.callUuid ?? '',
  callType: event.callType ?? 'Unknown',
  state,
  parties: [],
  userData: [],
  extensions: [],
  recordingState: 'Stopped',
  startedAtMs: event.time,
});

const partiesOf = (event: TlibEvent, ownDn: string, before: Call): readonly PartyWire[] => {
  if (event.parties !== undefined) return event.parties.filter(party => party.dn !== ownDn);
  if (event.otherDN === undefined || before.parties.length > 0) return before.parties;
  return [{ dn: event.otherDN, role: event.otherDNRole ?? 'RoleNewParty' }];
};

/** The call after one event of the switch; undefined when the event means nothing for it. */
export function callAfter(known: Call | undefined, name: CallEventName, event: TlibEvent, ownDn: string): CallChange | undefined {
  const connId = event.connID;
  if (connId === undefined) return undefined;
  const transition = callTransitions[known?.state ?? 'None'][name];
  if (transition === 'ignore') return undefined;
  // Back again, it is as a new one.
  const before = known?.state === 'Released' && transition === 'Ringing' ? undefined : known;
  if (before === undefined && transition === 'keep') return undefined;
  const base = before ?? blank(event, connId, transition === 'keep' ? 'Established' : transition);
  const state = transition === 'keep' ? base.state : transition;
  const call: Call = {
    ...base,
    connId,
    callUuid: event.callUuid ?? base.callUuid,
    callType: event.callType ?? base.callType,
    state,
    // A party that left an ended call is no news: the summary keeps who was in it.
    parties: state === 'Released' ? base.parties : partiesOf(event, ownDn, base),
    ...optional('parentConnId', event.parentConnID ?? base.parentConnId),
    ...(before !== undefined && before.connId !== connId ? { previousConnId: before.connId } : {}),
    ...optional('ani', event.ani ?? base.ani),
    ...optional('dnis', event.dnis ?? base.dnis),
    userData: event.userData ?? base.userData,
    extensions: withoutOurs(event.extensions) ?? base.extensions,
    recordingState: state === 'Released' ? 'Stopped' : (event.recordingState ?? base.recordingState),
    ...optional('monitorMode', event.monitorMode ?? base.monitorMode),
    ...optional('endedAtMs', state === 'Released' ? (base.endedAtMs ?? event.time) : undefined),
  };
  const notification = before === undefined ? 'StateChange' : (difference(before, call) ?? alwaysTold[name]);
  return { call, notification };
}

/** Our own mark on commands comes back on events; it is no business of clients. */
function withoutOurs(extensions: KvList | undefined): KvList | undefined {
  return extensions?.filter(pair => pair.key !== 'handover');
}

/** The call as the switch describes it to a late listener. */
export function callFromSnapshot(wire: CallSnapshotWire, ownDn: string, before?: Call): CallChange {
  const call: Call = {
    connId: wire.connID,
    callUuid: wire.callUuid,
    callType: wire.callType,
    state: wire.legState,
    parties: wire.parties.filter(party => party.dn !== ownDn),
    ...optional('parentConnId', wire.parentConnID ?? before?.parentConnId),
    ...optional('previousConnId', before?.previousConnId),
    ...optional('ani', wire.ani),
    ...optional('dnis', wire.dnis),
    userData: wire.userData,
    extensions: before?.extensions ?? [],
    recordingState: wire.recordingState,
    ...optional('monitorMode', wire.monitorMode),
    startedAtMs: wire.startedAt,
  };
  return { call, notification: before === undefined ? 'CallRecovered' : difference(before, call) };
}

/** The call ended without an event of the switch: it is gone there, or its site is. */
export const callReleased = (call: Call, nowMs: number, why?: 'site-lost'): Call => ({
  ...call,
  state: 'Released',
  recordingState: 'Stopped',
  endedAtMs: nowMs,
  ...(why === undefined ? {} : { extensions: [...call.extensions, { key: 'ReleaseReason', type: 'str', value: why } as const] }),
});
