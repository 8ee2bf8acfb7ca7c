import type { CallNotification } from '@handover/shared/api/workspace';
import type { DnSnapshotWire, KvList, MonitoringWire, TlibEvent } from '@handover/shared/genesys';
import { callAfter, callFromSnapshot, callReleased } from '../calls/call.ts';
import type { Call } from '../calls/call.ts';
import { callTransitions, eventArea } from '../calls/transitions.ts';
import type { CallEventName, DnEventName } from '../calls/transitions.ts';
import { monitoringAfter, monitoringFromSnapshot, stopped } from './monitoring.ts';
import type { MonitoringTold } from './monitoring.ts';
import { channelAfter, channelDiffers, channelFromSnapshot } from './channel.ts';
import type { Channel } from './channel.ts';

/** What a session knows of the agent's voice. Never changed in place. */
export interface VoiceState {
  readonly channel: Channel | undefined;
  /** By connId, in the order they came; calls that were not completed. */
  readonly calls: ReadonlyMap<string, Call>;
  /** The last completed connIds, newest last, so that a repeated `complete` is answered with success. */
  readonly completed: readonly string[];
  /** Whose calls the agent, a supervisor, asked to hear. */
  readonly monitoring: readonly MonitoringWire[];
}

/** What clients must hear, still without the words of the wire. */
export type Told =
  | { kind: 'call'; call: Call; notification: CallNotification }
  | { kind: 'dn'; channel: Channel }
  | { kind: 'user'; userData: KvList; callUuid: string | undefined }
  | { kind: 'error'; errorCode: number; errorMessage: string }
  | MonitoringTold;

export interface Step {
  state: VoiceState;
  told: Told[];
}

export const emptyVoice: VoiceState = { channel: undefined, calls: new Map(), completed: [], monitoring: [] };

const keptCompleted = 20;
/** A switch that never releases must not fill our memory: beyond this the oldest released calls are completed by themselves. */
const keptReleased = 50;

/** The state after one event of the switch, and what to tell. Events of other DNs mean nothing. */
export function reduceVoice(state: VoiceState, event: TlibEvent): Step {
  const { channel } = state;
  if (channel === undefined || (event.thisDN !== undefined && event.thisDN !== channel.dn)) return { state, told: [] };
  const area = eventArea[event.messageName];
  switch (area) {
    case 'call':
      return reduceCall(state, channel, event.messageName as CallEventName, event);
    case 'dn': {
      const next = channelAfter(channel, event.messageName as DnEventName, event);
      return { state: { ...state, channel: next }, told: [{ kind: 'dn', channel: next }] };
    }
    case 'snapshot':
      return event.dn === undefined ? { state, told: [] } : resync(state, event.dn, event.time);
    case 'user': {
      const userData = event.userData ?? [];
      // What owners say to each other about a DN travels the same way.
      if (userData.some(pair => pair.key.startsWith('handover'))) return { state, told: [] };
      return { state, told: [{ kind: 'user', userData, callUuid: event.callUuid }] };
    }
    case 'monitoring': {
      const { now, told } = monitoringAfter(state.monitoring, event);
      return { state: { ...state, monitoring: now }, told };
    }
    case 'error':
      // An answer to a request is told by whoever asked; only errors nobody asked for are told here.
      if (event.referenceID !== undefined) return { state, told: [] };
      return { state, told: [{ kind: 'error', errorCode: event.errorCode ?? 0, errorMessage: event.errorMessage ?? '' }] };
    case 'link':
    case 'none':
      return { state, told: [] };
  }
}

function reduceCall(state: VoiceState, channel: Channel, name: CallEventName, event: TlibEvent): Step {
  const connId = event.connID;
  if (connId === undefined) return { state, told: [] };
  const formerId = event.previousConnID;
  // After a transfer the call goes on under another id; a consult call names its main call in the same attribute.
  const renamed = name === 'EventPartyChanged' && formerId !== undefined && formerId !== connId && !state.calls.has(connId);
  const before = state.calls.get(renamed ? formerId : connId);
  const wasCompleted = state.completed.includes(connId);
  if (wasCompleted && callTransitions.Completed[name] === 'ignore') return { state, told: [] };
  const change = callAfter(before, name, event, channel.dn);
  if (change === undefined) return { state, told: [] };
  const withId = renamed && before !== undefined ? { ...change.call, callType: event.callType ?? typeAfterRename(before) } : change.call;
  const call = renamed ? withoutParent(withId) : withId;
  const calls = new Map<string, Call>();
  for (const [id, known] of state.calls) calls.set(id === before?.connId ? connId : id, id === before?.connId ? call : known);
  calls.set(connId, call);
  const told: Told[] = change.notification === undefined ? [] : [{ kind: 'call', call, notification: change.notification }];
  const next = { ...state, calls, completed: wasCompleted ? state.completed.filter(id => id !== connId) : state.completed };
  if (call.state === 'Released' && channel.autoComplete) return completed(next, call, told);
  return trimmed(next, told);
}

const typeAfterRename = (before: Call): Call['callType'] => (before.callType === 'Consult' ? 'Internal' : before.callType);

function withoutParent(call: Call): Call {
  const { parentConnId: _parent, ...rest } = call;
  return rest;
}

/** Marks a released call as done: it leaves the session. */
export function completeCall(state: VoiceState, call: Call): Step {
  return completed(state, call, []);
}

function completed(state: VoiceState, call: Call, told: Told[]): Step {
  const calls = new Map(state.calls);
  calls.delete(call.connId);
  return {
    state: { ...state, calls, completed: [...state.completed, call.connId].slice(-keptCompleted) },
    told: [...told, { kind: 'call', call: { ...call, state: 'Completed' }, notification: 'StateChange' }],
  };
}

function trimmed(state: VoiceState, told: Told[]): Step {
  const released = [...state.calls.values()].filter(call => call.state === 'Released');
  if (released.length <= keptReleased) return { state, told };
  const oldest = released[0];
  return oldest === undefined ? { state, told } : completed(state, oldest, told);
}

/**
 * Brings the state in line with the switch's description of the DN. Told in this order: calls that are gone as Released, the DN when it
 * differs, then calls that are new (`CallRecovered`) or differ. `everything` tells the DN and every call that was not completed, for
 * clients that come from another node.
 */
export function resync(state: VoiceState, snapshot: DnSnapshotWire, nowMs: number, everything = false): Step {
  const { channel } = state;
  if (channel === undefined) return { state, told: [] };
  const present = new Map(snapshot.calls.map(call => [call.connID, call]));
  const calls = new Map<string, Call>();
  const gone: Told[] = [];
  const changed: Told[] = [];
  for (const [id, call] of state.calls) {
    if (call.state === 'Released' || present.has(id)) continue;
    const released = callReleased(call, nowMs);
    calls.set(id, released);
    // Clients that come from another node may have heard of it already: to them it is part of the snapshot.
    gone.push({ kind: 'call', call: released, notification: everything ? 'CallRecovered' : 'StateChange' });
  }
  for (const [id, call] of state.calls) {
    if (call.state !== 'Released' || present.has(id)) continue;
    calls.set(id, call);
    if (everything) changed.push({ kind: 'call', call, notification: 'CallRecovered' });
  }
  for (const wire of present.values()) {
    const known = state.calls.get(wire.connID);
    // The switch is the authority: what it describes lives, though it ended here before.
    const before = known?.state === 'Released' ? undefined : known;
    const { call, notification } = callFromSnapshot(wire, channel.dn, before);
    calls.set(call.connId, call);
    if (everything) changed.push({ kind: 'call', call, notification: 'CallRecovered' });
    else if (notification !== undefined) changed.push({ kind: 'call', call, notification });
  }
  const nextChannel = channelFromSnapshot(channel, snapshot, nowMs);
  const dn: Told[] = everything || channelDiffers(channel, nextChannel) ? [{ kind: 'dn', channel: nextChannel }] : [];
  const monitoring = monitoringFromSnapshot(state.monitoring, snapshot.monitoring ?? [], everything);
  const completedStill = state.completed.filter(id => !present.has(id));
  return {
    state: { ...state, completed: completedStill, channel: nextChannel, calls: inOrder(state, calls), monitoring: monitoring.now },
    told: [...gone, ...dn, ...changed, ...monitoring.told],
  };
}

/** Keeps the order in which calls came. */
function inOrder(state: VoiceState, calls: ReadonlyMap<string, Call>): ReadonlyMap<string, Call> {
  const ordered = new Map<string, Call>();
  for (const id of state.calls.keys()) {
    const call = calls.get(id);
    if (call !== undefined) ordered.set(id, call);
  }
  for (const [id, call] of calls) ordered.set(id, call);
  return ordered;
}

/** Every live call of a lost site ends: told Released with the reason `site-lost`. */
export function releaseAll(state: VoiceState, nowMs: number): Step {
  const calls = new Map<string, Call>();
  const told: Told[] = [];
  for (const [id, call] of state.calls) {
    const ended = call.state === 'Released' ? call : callReleased(call, nowMs, 'site-lost');
    calls.set(id, ended);
    if (ended !== call) told.push({ kind: 'call', call: ended, notification: 'StateChange' });
  }
  return { state: { ...state, calls, monitoring: [] }, told: [...told, ...state.monitoring.map(stopped)] };
}
