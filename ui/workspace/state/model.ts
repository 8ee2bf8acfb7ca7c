/** What the page knows, all of it from the public API. */
export interface KeyValue {
  key: string;
  type: string;
  value: unknown;
}
export interface Call {
  id: string;
  parentConnId?: string;
  state: 'Ringing' | 'Dialing' | 'Established' | 'Held' | 'Released' | 'Completed';
  callType: 'Inbound' | 'Outbound' | 'Internal' | 'Consult' | 'Unknown';
  participants: { number: string; role?: string }[];
  capabilities: string[];
  userData: KeyValue[];
  /** Released because its site is gone. */
  lost?: boolean;
}
export interface Dn {
  number: string;
  switchName: string;
  agentState: 'LoggedIn' | 'LoggedOut' | 'Ready' | 'NotReady' | 'OutOfService';
  agentWorkMode: string;
  reasons: KeyValue[];
  capabilities: string[];
}
export interface User {
  userName: string;
  firstName: string;
  lastName: string;
  agentLogin: string;
  defaultPlace: string;
}
export interface ActionCode {
  name: string;
  code: string;
  type: string;
  userProperties?: KeyValue[];
}
export interface Notice {
  id: number;
  kind: 'timeout' | 'unknown' | 'refused';
  command: string;
  detail: string;
}
export interface PendingCommand {
  id: number;
  /** The call it is about, else undefined. */
  callId: string | undefined;
  name: string;
  deadlineAtMs: number;
}
export type Phase = 'loading' | 'working' | 'signed-out' | { failed: string };
export type Link = 'connecting' | 'up' | 'down';

export interface State {
  phase: Phase;
  link: Link;
  region: string | undefined;
  /** Set while "moved" is worth telling. */
  movedTo: string | undefined;
  voice: 'AVAILABLE' | 'UNAVAILABLE';
  user: User | undefined;
  reasons: ActionCode[];
  dn: Dn | undefined;
  calls: readonly Call[];
  pending: readonly PendingCommand[];
  notices: readonly Notice[];
}

export const initialState: State = {
  phase: 'loading',
  link: 'connecting',
  region: undefined,
  movedTo: undefined,
  voice: 'AVAILABLE',
  user: undefined,
  reasons: [],
  dn: undefined,
  calls: [],
  pending: [],
  notices: [],
};

/** What happened: server events, answers, and time. */
export type Event =
  | { kind: 'initialised'; user: User; reasons: ActionCode[] }
  | { kind: 'failed'; why: string }
  | { kind: 'signed-out' }
  | { kind: 'link'; link: Link }
  | { kind: 'served-by'; region: string }
  | { kind: 'moved-told' }
  | { kind: 'dn'; dn: Dn }
  | { kind: 'call'; call: Call; previousConnId?: string }
  | { kind: 'service'; voice: 'AVAILABLE' | 'UNAVAILABLE' }
  | { kind: 'error-event'; message: string }
  | { kind: 'sent'; command: PendingCommand }
  | { kind: 'answered'; id: number }
  | { kind: 'refused'; id: number; code: string; message: string }
  | { kind: 'tick'; nowMs: number }
  | { kind: 'dismissed'; noticeId: number };
