import type { AgentStateWire, CallType, DnSnapshotWire, KvList, TlibEvent, WorkMode } from '@handover/shared/genesys';
import { highest, type Status } from './statuses.ts';

type Leg = 'Dialing' | 'Ringing' | 'Established' | 'Held';
export interface WatchedCall {
  callType: CallType;
  leg: Leg;
  queue: string | undefined;
}

/** What the events of one DN say about it. */
export interface DnState {
  agentId: string | undefined;
  agentState: AgentStateWire;
  workMode: WorkMode;
  reasons: KvList;
  readonly calls: Map<string, WatchedCall>;
}

export const emptyDn = (): DnState => ({ agentId: undefined, agentState: 'LoggedOut', workMode: 'Unknown', reasons: [], calls: new Map() });

export function dnFromSnapshot(snapshot: DnSnapshotWire): DnState {
  const { agentID, agentState, agentWorkMode, reasons } = snapshot;
  const calls = snapshot.calls.map(call => [call.connID, { callType: call.callType, leg: call.legState, queue: call.thisQueue }] as const);
  return { agentId: agentID, agentState, workMode: agentWorkMode, reasons, calls: new Map(calls) };
}

/** Brings a DN's state up to an event of its own; other events leave it as it is. */
export function applyEvent(dn: DnState, event: TlibEvent): void {
  if (event.previousConnID !== undefined && event.connID !== undefined) renameCall(dn, event.previousConnID, event.connID);
  switch (event.messageName) {
    case 'EventAgentLogin':
      return setAgent(dn, event, dn.agentState === 'LoggedOut' ? 'LoggedIn' : dn.agentState);
    case 'EventAgentReady':
      return setAgent(dn, event, 'Ready');
    case 'EventAgentNotReady':
      return setAgent(dn, event, 'NotReady');
    case 'EventAgentLogout':
      setAgent(dn, event, 'LoggedOut');
      dn.agentId = undefined;
      return;
    case 'EventDialing':
      return setLeg(dn, event, 'Dialing');
    case 'EventRinging':
    case 'EventQueued':
      return setLeg(dn, event, 'Ringing');
    case 'EventEstablished':
    case 'EventRetrieved':
      return setLeg(dn, event, 'Established');
    case 'EventHeld':
      return setLeg(dn, event, 'Held');
    case 'EventPartyChanged':
    case 'EventCallInfoChanged': {
      const call = dn.calls.get(event.connID ?? '');
      if (call !== undefined && event.callType !== undefined) call.callType = event.callType;
      return;
    }
    case 'EventReleased':
    case 'EventAbandoned':
    case 'EventDiverted':
    case 'EventDestinationBusy':
      dn.calls.delete(event.connID ?? '');
      return;
    default:
  }
}

function setAgent(dn: DnState, event: TlibEvent, agentState: AgentStateWire): void {
  dn.agentState = agentState;
  dn.agentId = event.agentID ?? dn.agentId;
  dn.workMode = event.agentWorkMode ?? 'Unknown';
  dn.reasons = event.reasons ?? [];
}

function setLeg(dn: DnState, event: TlibEvent, leg: Leg): void {
  if (event.connID === undefined) return;
  const before = dn.calls.get(event.connID);
  dn.calls.set(event.connID, {
    callType: event.callType ?? before?.callType ?? 'Unknown',
    leg,
    queue: event.thisQueue ?? before?.queue,
  });
}

function renameCall(dn: DnState, from: string, to: string): void {
  const call = dn.calls.get(from);
  if (call === undefined || from === to) return;
  dn.calls.delete(from);
  if (!dn.calls.has(to)) dn.calls.set(to, call);
}

/** The durable actions at a DN, each with a key of its own: the agent's state, and one of each call. */
export function actionsOf(dn: DnState): Map<string, Status> {
  const actions = new Map<string, Status>([['agent', agentAction(dn)]]);
  for (const [connId, call] of dn.calls) actions.set(connId, callAction(call));
  return actions;
}

/** The agent's status by the DNs at which they are logged in; none: logged out. */
export function statusOf(dns: readonly DnState[]): { status: Status; reasons: KvList } {
  if (dns.length === 0) return { status: 'LoggedOut', reasons: [] };
  const status = highest(dns.flatMap(dn => [...actionsOf(dn).values()]));
  const reasons = dns.find(dn => agentAction(dn) === status)?.reasons ?? [];
  return { status, reasons };
}

function agentAction(dn: DnState): Status {
  switch (dn.agentState) {
    case 'LoggedOut':
      return dn.calls.size === 0 ? 'OnHook' : 'OffHook';
    case 'LoggedIn':
      return 'LoggedIn';
    case 'Ready':
      return 'WaitForNextCall';
    case 'NotReady':
      return dn.workMode === 'AfterCallWork' ? 'AfterCallWork' : 'NotReadyForNextCall';
  }
}

function callAction(call: WatchedCall): Status {
  switch (call.leg) {
    case 'Dialing':
      return 'CallDialing';
    case 'Ringing':
      return 'CallRinging';
    case 'Held':
      return 'CallOnHold';
    case 'Established':
      return `Call${call.callType}`;
  }
}
