import type { AgentStateWire, DnSnapshotWire, KvList, TlibEvent, WorkMode } from '@handover/shared/genesys';
import type { DnEventName } from '../calls/transitions.ts';

/** The voice channel: the agent's login at one DN of one switch. Never changed in place. */
export interface Channel {
  readonly dn: string;
  readonly switchName: string;
  readonly place: string | undefined;
  readonly agentId: string;
  readonly queue: string | undefined;
  readonly autoComplete: boolean;
  readonly agentState: AgentStateWire;
  readonly workMode: WorkMode;
  readonly reasons: KvList;
  readonly dnd: boolean;
  readonly forwardTo: string;
  readonly inService: boolean;
  /** When the agent's state began, epoch ms. */
  readonly sinceMs: number;
}

export type ChannelTarget = Pick<Channel, 'dn' | 'switchName' | 'place' | 'agentId' | 'queue' | 'autoComplete'>;

/** A channel nobody is logged in at yet. */
export const freshChannel = (target: ChannelTarget, nowMs: number): Channel => ({
  ...target,
  agentState: 'LoggedOut',
  workMode: 'Unknown',
  reasons: [],
  dnd: false,
  forwardTo: '',
  inService: true,
  sinceMs: nowMs,
});

const agent = (channel: Channel, agentState: AgentStateWire, event: TlibEvent): Channel => ({
  ...channel,
  agentState,
  workMode: event.agentWorkMode ?? 'Unknown',
  reasons: event.reasons ?? [],
  sinceMs: event.time,
});

/** The channel after one event of the switch. A repeat with another work mode or reason is a change of its own and told again. */
export function channelAfter(channel: Channel, name: DnEventName, event: TlibEvent): Channel {
  switch (name) {
    case 'EventAgentLogin':
      // Another agent took the phone: for this one it is a logout.
      return agent(channel, event.agentID !== undefined && event.agentID !== channel.agentId ? 'LoggedOut' : 'LoggedIn', event);
    case 'EventAgentLogout':
      return agent(channel, 'LoggedOut', event);
    case 'EventAgentReady':
      return agent(channel, 'Ready', event);
    case 'EventAgentNotReady':
      return agent(channel, 'NotReady', event);
    case 'EventDNDOn':
      return { ...channel, dnd: true };
    case 'EventDNDOff':
      return { ...channel, dnd: false };
    case 'EventForwardSet':
      return { ...channel, forwardTo: event.forwardTo ?? '' };
    case 'EventForwardCancel':
      return { ...channel, forwardTo: '' };
    case 'EventDNOutOfService':
      return { ...channel, inService: false };
    case 'EventDNBackInService':
      return { ...channel, inService: true };
  }
}

/** The channel as the switch describes it. An agent id that is not ours means that we are logged out. */
export function channelFromSnapshot(channel: Channel, snapshot: DnSnapshotWire, nowMs: number): Channel {
  const ours = snapshot.agentID === undefined || snapshot.agentID === channel.agentId;
  const next: Channel = {
    ...channel,
    agentState: ours ? snapshot.agentState : 'LoggedOut',
    workMode: ours ? snapshot.agentWorkMode : 'Unknown',
    reasons: ours ? snapshot.reasons : [],
    dnd: snapshot.dnd,
    forwardTo: snapshot.forwardTo ?? '',
    inService: snapshot.inService,
  };
  const moved = next.agentState !== channel.agentState || next.workMode !== channel.workMode;
  return moved ? { ...next, sinceMs: nowMs } : next;
}

/** Whether clients would see a difference. */
export const channelDiffers = (a: Channel, b: Channel): boolean => JSON.stringify(a) !== JSON.stringify(b);
