import type { CallType, DnType, KvList, TlibEvent, TlibRequest, tlibErrors } from '@handover/shared/genesys';
import type { AgentState, KernelOptions, LegState, Login, Routing } from './state.ts';

/** What two switches say to each other about a call that goes over the trunk between them. `id` is the trunk leg's, the same at both. */
export type TrunkMessage =
  | { what: 'call'; id: string; from: string; to: string; callType: CallType; userData: KvList }
  | { what: 'answered'; id: string }
  | { what: 'data'; id: string; userData: KvList }
  | { what: 'released'; id: string };

/** Who asked: the answer goes there whatever else the command causes. */
export interface Requester {
  client: string;
  referenceID: number;
}

/** What happens to a switch. The same inputs in the same order make the same state and outputs: a standby partner lives on that. */
export type KernelInput =
  | { kind: 'request'; at: number; client: string; request: TlibRequest }
  /** A phone or the outside world dials. The world made the ConnID. */
  | { kind: 'phoneCall'; at: number; connId: string; from: string; to: string }
  | { kind: 'phoneAnswer'; at: number; connId: string; number: string }
  /** A party leaves; without a number the whole call ends. */
  | { kind: 'phoneHangup'; at: number; connId: string; number?: string }
  /** The last client that was registered on the DN is gone. */
  | { kind: 'unwatched'; at: number; dn: string }
  /** Another switch says where agents are logged in: everywhere there, or one more or less. */
  | { kind: 'elsewhere'; at: number; site: string; numbers: string[]; how: 'all' | 'add' | 'remove' }
  | { kind: 'trunk'; at: number; site: string; message: TrunkMessage }
  | { kind: 'tick'; at: number }
  | { kind: 'options'; at: number; options: KernelOptions }
  | { kind: 'dn'; at: number; number: string; type: DnType; inService: boolean; routing?: Routing }
  | { kind: 'dnRemoved'; at: number; number: string }
  | { kind: 'login'; at: number; code: string; login: Login | undefined };

/** An event before the facade adds what belongs to a connection: sequence number, time, server, reference. */
export type KernelEvent = Omit<TlibEvent, 'eventSequenceNumber' | 'time' | 'server' | 'referenceID'>;

/** A call as the phones see it. */
export interface PhoneCall {
  connId: string;
  everAttended: boolean;
  parties: { number: string; kind: 'phone' | 'external' | 'routePoint'; state: LegState; attended: boolean }[];
}

export type KernelOutput =
  /** To every client registered on `dn`; the requester's copy carries its reference, and it gets one even when not registered. */
  | { kind: 'event'; dn: string; event: KernelEvent; requester?: Requester }
  /** To the requester only. */
  | { kind: 'reply'; event: KernelEvent; requester: Requester }
  | { kind: 'call'; call: PhoneCall }
  | { kind: 'callEnded'; connId: string }
  /** To the switch of the other site. */
  | { kind: 'trunk'; site: string; message: TrunkMessage }
  | { kind: 'agent'; dn: string; agentId?: string; state: AgentState };

export type Refusal = { error: keyof typeof tlibErrors; detail?: string };
