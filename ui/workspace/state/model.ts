import type { Fault, Item, ItemMedium, Letter, Letters, Resting, StandardResponse, Workbin } from './item.ts';
import type { KeyValue } from './key-value.ts';

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
  /** The field that was not taken. */
  field?: string;
}
export interface PendingCommand {
  id: number;
  /** The call or interaction it is about, else undefined. */
  callId: string | undefined;
  name: string;
  deadlineAtMs: number;
}
export type Medium = 'chat' | ItemMedium;
export type MediumState = 'Ready' | 'NotReady' | 'LoggedOut';
/** What the configuration says of the e-mails that agents write; empty where it says nothing. */
export interface Outgoing {
  queue: string;
  from: string;
}

export type Phase = 'loading' | 'working' | 'signed-out' | { failed: string };
export type Link = 'connecting' | 'up' | 'down';

/** What the page knows, all of it from the public API. */
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
  items: readonly Item[];
  /** What the agent wrote of e-mails and did not save. */
  letters: Letters;
  outgoing: Outgoing;
  workbins: readonly Workbin[];
  responses: readonly StandardResponse[];
  /** What was last refused of an interaction, until it is tried again. */
  faults: Readonly<Record<string, Fault>>;
  media: Readonly<Record<Medium, MediumState>>;
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
  items: [],
  letters: {},
  outgoing: { queue: '', from: '' },
  workbins: [],
  responses: [],
  faults: {},
  media: { chat: 'LoggedOut', email: 'LoggedOut', workitem: 'LoggedOut' },
  search: { operationId: undefined, status: 'idle', deadlineAtMs: 0, contacts: [], total: 0 },
  statistics: [],
  pending: [],
  notices: [],
};

/** What happened: server events, answers, and time. */
export type Event =
  | { kind: 'initialised'; user: User; reasons: ActionCode[]; outgoing: Outgoing }
  | { kind: 'failed'; why: string }
  | { kind: 'signed-out' }
  | { kind: 'link'; link: Link }
  | { kind: 'served-by'; region: string }
  | { kind: 'moved-told' }
  | { kind: 'dn'; dn: Dn }
  | { kind: 'call'; call: Call; previousConnId?: string }
  | { kind: 'media'; media: State['media'] }
  | { kind: 'chat'; chat: Omit<Chat, 'lines'> }
  | { kind: 'chat-over'; id: string }
  | { kind: 'lines'; id: string; lines: readonly ChatLine[] }
  | { kind: 'draft'; id: string; text: string }
  | { kind: 'said'; id: string; text: string }
  | { kind: 'item'; item: Item }
  | { kind: 'item-over'; id: string }
  | { kind: 'letter'; id: string; letter: Letter }
  | { kind: 'insert'; id: string; atChar: number; text: string; subject: string }
  | { kind: 'letters'; letters: Letters }
  | { kind: 'outgoing-queue'; queue: string }
  | { kind: 'workbins'; workbins: readonly Workbin[] }
  | { kind: 'workbin-changed'; workbinId: string; operation: 'Placed' | 'Taken' | 'Properties'; item: Resting }
  | { kind: 'responses'; responses: readonly StandardResponse[] }
  | { kind: 'fault'; id: string; fault: Fault }
  | { kind: 'search'; operationId: string; deadlineAtMs: number }
  | { kind: 'found'; operationId: string | undefined; contacts: readonly Contact[]; total: number }
  | { kind: 'search-failed'; operationId: string | undefined }
  | { kind: 'statistics'; values: readonly StatisticValue[] }
  | { kind: 'service'; voice: 'AVAILABLE' | 'UNAVAILABLE' }
  | { kind: 'error-event'; message: string }
  | { kind: 'sent'; command: PendingCommand }
  | { kind: 'answered'; id: number }
  | { kind: 'refused'; id: number; code: string; message: string; field?: string }
  | { kind: 'tick'; nowMs: number }
  | { kind: 'dismissed'; noticeId: number };
