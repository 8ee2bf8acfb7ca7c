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
  employeeId?: string;
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
/** A chat with a customer. `LeftChat`: left or closed, to be marked done. */
export interface Chat {
  id: string;
  state: 'Invited' | 'Chat' | 'LeftChat';
  subject: string | undefined;
  capabilities: string[];
  userData: KeyValue[];
  lines: readonly ChatLine[];
}
export interface ChatLine {
  /** Rises by one; the same line may come again. */
  index: number;
  type: string;
  text: string;
  nickname: string;
  from: 'Customer' | 'Agent' | 'External' | 'Supervisor';
}
export interface Contact {
  id: string;
  name: string;
  email: string | undefined;
  phones: string[];
}
/** The search that was asked for last. */
export interface ContactSearch {
  operationId: string | undefined;
  status: 'idle' | 'searching' | 'found' | 'failed';
  deadlineAtMs: number;
  contacts: readonly Contact[];
  total: number;
}
export interface StatisticValue {
  name: string;
  value: number | undefined;
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
  chats: readonly Chat[];
  /** What the agent wrote and did not send, by chat: of the page alone, whatever the servers say. */
  drafts: Readonly<Record<string, string>>;
  chatMedium: 'Ready' | 'NotReady' | 'LoggedOut';
  search: ContactSearch;
  statistics: readonly StatisticValue[];
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
  chats: [],
  drafts: {},
  chatMedium: 'LoggedOut',
  search: { operationId: undefined, status: 'idle', deadlineAtMs: 0, contacts: [], total: 0 },
  statistics: [],
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
  | { kind: 'chat-medium'; state: State['chatMedium'] }
  | { kind: 'chat'; chat: Omit<Chat, 'lines'> }
  | { kind: 'chat-over'; id: string }
  | { kind: 'lines'; id: string; lines: readonly ChatLine[] }
  | { kind: 'draft'; id: string; text: string }
  | { kind: 'said'; id: string; text: string }
  | { kind: 'search'; operationId: string; deadlineAtMs: number }
  | { kind: 'found'; operationId: string | undefined; contacts: readonly Contact[]; total: number }
  | { kind: 'search-failed'; operationId: string | undefined }
  | { kind: 'statistics'; values: readonly StatisticValue[] }
  | { kind: 'service'; voice: 'AVAILABLE' | 'UNAVAILABLE' }
  | { kind: 'error-event'; message: string }
  | { kind: 'sent'; command: PendingCommand }
  | { kind: 'answered'; id: number }
  | { kind: 'refused'; id: number; code: string; message: string }
  | { kind: 'tick'; nowMs: number }
  | { kind: 'dismissed'; noticeId: number };
