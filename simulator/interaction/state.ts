import type {
  ChatLine,
  ChatVisibility,
  IxnMonitoring,
  IxnMonitoringMode,
  IxnProperties,
  MediaState,
  MediaType,
} from '@handover/shared/genesys';
import type { Settings } from './settings.ts';
import { defaultSettings } from './settings.ts';

export interface AgentRecord {
  agentID: string;
  placeName: string;
  /** The client that logged the agent in; when it vanishes, so does the login. */
  client: string;
  dnd: boolean;
  media: { mediaType: MediaType; state: MediaState; reason?: string }[];
  offeredAt: number;
}

export interface Invite {
  ticketID: number;
  agentID: string;
  purpose: 'Route' | 'Transfer' | 'Conference';
  /** Who wants it, and hears of it when it comes to nothing. */
  by?: string;
  consult?: true;
}

/** An agent whom another one brought into an interaction. `consult`: to be asked, not to be heard by the customer. */
export interface Guest {
  agentID: string;
  by: string;
  consult: boolean;
}

export interface Participant {
  participantID: string;
  nickname: string;
  userType: ChatLine['userType'];
  visibility: ChatVisibility;
  /** Of everybody but customers: who it is, and the client that hears for them. */
  agentID?: string;
  client?: string;
}

export interface Chat {
  open: boolean;
  lines: ChatLine[];
  chars: number;
  participants: Participant[];
  joins: number;
}

/** A supervisor who takes part because the target handles the interaction. */
export interface Observer {
  agentID: string;
  targetAgentID: string;
  mode: IxnMonitoringMode;
}

/** A supervisor's wish. `taken`: the one interaction that it is for has been found. */
export interface Wish extends IxnMonitoring {
  agentID: string;
  taken?: true;
}

export interface Item {
  /** Never changed in place: events keep what was. */
  properties: IxnProperties;
  handlers: string[];
  invites: Invite[];
  /** Those of the handlers who were brought in, while who did it is there. */
  guests: Guest[];
  observers: Observer[];
  /** Where it goes when the last agent leaves it. */
  home: { queue: string } | { workbinType: string; ownerID: string };
  /** For this agent only, or for nobody yet (''), until its reservation ends. */
  reservedFor?: string;
  /** This agent refused it a moment ago. */
  avoid?: string;
  chat?: Chat;
}

export interface SnapshotRecord {
  client: string;
  interactionIDs: string[];
}

/** Everything an Interaction Server knows. */
export interface IxnState {
  /** Begins every interaction's id: two servers, or lives of one, never give the same. */
  readonly prefix: string;
  lastNumber: number;
  settings: Settings;
  readonly agents: Map<string, AgentRecord>;
  readonly items: Map<string, Item>;
  /** Ids of what waits in queues, the oldest first. */
  readonly waiting: Set<string>;
  /** Stopped ones, the oldest first; kept for late questions. */
  readonly stopped: Set<string>;
  /** Which interactions an agent handles or is offered. */
  readonly busy: Map<string, Set<string>>;
  /** Wishes to monitor, by the agent whom they are about. */
  readonly wishes: Map<string, Wish[]>;
  /** Which interactions a supervisor monitors. */
  readonly observing: Map<string, Set<string>>;
  /** What falls due when: `invite ID TICKET`, `handling ID`, `reserve ID`, `avoid ID`, `client KEY`, `monitor AGENT`. */
  readonly deadlines: Map<string, number>;
  /** Clients that hear of a workbin, by `type owner`. */
  readonly watchers: Map<string, Set<string>>;
  readonly snapshots: Map<number, SnapshotRecord>;
}

export const limits = {
  agents: 20_000,
  items: 20_000,
  stopped: 1_000,
  queued: 10_000,
  lines: 5_000,
  transcriptChars: 1_000_000,
  participants: 20,
  userData: 1_000,
  userDataChars: 512 * 1024,
  /** What one agent may have by pulling; all of it fits one message. */
  perAgent: 12,
  /** Interactions in one answer. */
  messageChars: 4 * 1024 * 1024,
  watchersPerWorkbin: 100,
  wishesPerSupervisor: 50,
  wishesPerAgent: 10,
  workbinsWatched: 50_000,
  snapshotsPerClient: 50,
} as const;

export const emptyState = (prefix: string): IxnState => ({
  prefix,
  lastNumber: 0,
  settings: defaultSettings,
  agents: new Map(),
  items: new Map(),
  waiting: new Set(),
  stopped: new Set(),
  busy: new Map(),
  wishes: new Map(),
  observing: new Map(),
  deadlines: new Map(),
  watchers: new Map(),
  snapshots: new Map(),
});

/** The state in pieces that fit a line each. */
export type IxnStateEntry =
  | { kind: 'agent'; agent: AgentRecord }
  | { kind: 'item'; item: Item }
  | {
      kind: 'rest';
      prefix: string;
      lastNumber: number;
      settings: Settings;
      waiting: string[];
      stopped: string[];
      busy: [string, string[]][];
      wishes: [string, Wish[]][];
      observing: [string, string[]][];
      deadlines: [string, number][];
      watchers: [string, string[]][];
      snapshots: [number, SnapshotRecord][];
    };

export function* stateEntries(state: IxnState): Generator<IxnStateEntry> {
  yield {
    kind: 'rest',
    prefix: state.prefix,
    lastNumber: state.lastNumber,
    settings: state.settings,
    waiting: [...state.waiting],
    stopped: [...state.stopped],
    // With its order: in it an agent's interactions go back when the agent leaves.
    busy: [...state.busy].map(([agentID, ids]) => [agentID, [...ids]]),
    wishes: [...state.wishes],
    observing: [...state.observing].map(([agentID, ids]) => [agentID, [...ids]]),
    deadlines: [...state.deadlines],
    watchers: [...state.watchers].map(([name, clients]) => [name, [...clients]]),
    snapshots: [...state.snapshots],
  };
  for (const agent of state.agents.values()) yield { kind: 'agent', agent };
  for (const item of state.items.values()) yield { kind: 'item', item };
}

export function stateFromEntries(entries: readonly IxnStateEntry[]): IxnState {
  const rest = entries.find(entry => entry.kind === 'rest');
  const state = emptyState(rest?.prefix ?? '');
  if (rest !== undefined) {
    state.lastNumber = rest.lastNumber;
    state.settings = rest.settings;
    for (const id of rest.waiting) state.waiting.add(id);
    for (const id of rest.stopped) state.stopped.add(id);
    for (const [agentID, ids] of rest.busy) state.busy.set(agentID, new Set(ids));
    for (const [agentID, wishes] of rest.wishes) state.wishes.set(agentID, wishes);
    for (const [agentID, ids] of rest.observing) state.observing.set(agentID, new Set(ids));
    for (const [key, at] of rest.deadlines) state.deadlines.set(key, at);
    for (const [name, clients] of rest.watchers) state.watchers.set(name, new Set(clients));
    for (const [id, snapshot] of rest.snapshots) state.snapshots.set(id, snapshot);
  }
  for (const entry of entries) {
    if (entry.kind === 'agent') state.agents.set(entry.agent.agentID, entry.agent);
    if (entry.kind === 'item') state.items.set(entry.item.properties.interactionID, entry.item);
  }
  return state;
}

export function occupy(state: IxnState, agentID: string, interactionID: string): void {
  addTo(state.busy, agentID, interactionID);
}

export function vacate(state: IxnState, agentID: string, interactionID: string): void {
  takeFrom(state.busy, agentID, interactionID);
}

export const addTo = (sets: Map<string, Set<string>>, name: string, id: string): void =>
  void sets.set(name, (sets.get(name) ?? new Set()).add(id));

export function takeFrom(sets: Map<string, Set<string>>, name: string, id: string): void {
  const set = sets.get(name);
  set?.delete(id);
  if (set?.size === 0) sets.delete(name);
}

/** When the next deadline falls due. */
export function nextDeadline(state: IxnState): number | undefined {
  let next: number | undefined;
  for (const at of state.deadlines.values()) if (next === undefined || at < next) next = at;
  return next;
}

export const workbinName = (workbinType: string, ownerID: string): string => JSON.stringify([workbinType, ownerID]);
