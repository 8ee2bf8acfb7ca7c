import type {
  CallType,
  DnRole,
  DnType,
  KvList,
  MonitoringWire,
  MonitorMode,
  RecordingState,
  TreatmentType,
  WorkMode,
} from '@handover/shared/genesys';

/** Where a party's leg stands. `Queued`: at a route point. A leg that is gone is not kept. */
export type LegState = 'Dialing' | 'Ringing' | 'Queued' | 'Established' | 'Held';
export type AgentState = 'LoggedOut' | 'NotReady' | 'Ready';

export interface Party {
  number: string;
  /** `phone`: a DN of this switch; `external`: the outside world; `routePoint`: waits there for an agent. */
  kind: 'phone' | 'external' | 'routePoint';
  role: DnRole;
  state: LegState;
  startedAt: number;
  /** The route point through which the call came to this party. */
  thisQueue?: string;
  /** An `external` that is an agent's phone at another switch. */
  trunk?: { id: string; site: string };
  /** At a route point: what the caller hears, and its place in the route point's list. */
  treatment?: { index: number; type: TreatmentType };
  /** A supervisor who monitors: how, and whose calls. */
  monitor?: { mode: MonitorMode; target: string };
  /** Who brought a ringing party in; its answer is then told to the others as EventPartyAdded. */
  invitedBy?: string;
}

export interface Call {
  connId: string;
  callUuid: string;
  callType: CallType;
  ani: string;
  dnis: string;
  userData: KvList;
  /** In the order in which they joined. */
  parties: Party[];
  /** Consult calls: the main call. */
  parentConnId?: string;
  recording: RecordingState;
  /** A logged-in agent was in it. */
  everAttended: boolean;
  /** Supervisors who left it: they are not asked into it again. */
  unobservedBy?: string[];
}

export interface Dn {
  number: string;
  type: DnType;
  inService: boolean;
  agentState: AgentState;
  agentId?: string;
  workMode: WorkMode;
  reasons: KvList;
  dnd: boolean;
  forwardTo?: string;
  /** Calls with a leg here, oldest first. */
  calls: string[];
  /** The highest epoch that a command on this DN carried. */
  epoch: number;
  /** DN of the supervisor who listens to calls here. */
  monitoredBy?: string;
  /** The other side: whose calls this DN's supervisor asked to hear. */
  monitors: MonitoringWire[];
  /** Route points. */
  routing?: Routing;
}

/** A leg to or from another switch. */
export interface Trunk {
  site: string;
  direction: 'out' | 'in';
  /** The call that it is in now: a transfer takes it along. */
  connId: string;
  number: string;
  answered: boolean;
  userData: KvList;
}

/** How a route point chooses, and what a caller hears meanwhile. */
export interface Routing {
  /** `external`: a client of the route point routes, by RouteCall. */
  strategy: 'longest-idle' | 'external';
  /** Skills an agent must have, each at its level or above. */
  skills: { name: string; level: number }[];
  /** One after the other; the last one stays. An announcement is over after `announcementMs`. */
  treatments: TreatmentType[];
  announcementMs: number;
  /** 0: any number of calls may wait; a call beyond it finds the queue busy. */
  maxWaiting: number;
}

export const defaultRouting: Routing = { strategy: 'longest-idle', skills: [], treatments: [], announcementMs: 3_000, maxWaiting: 0 };

/** An agent login that the switch accepts. */
export interface Login {
  /** Of the agent's own, instead of the option; `untimed`: until the agent ends it. */
  wrapUpMs?: number | 'untimed';
  skills: { name: string; level: number }[];
}

export interface KernelOptions {
  logoutOnDisconnect: boolean;
  refuseStaleEpochs: boolean;
  /** 0: a phone rings until answered. */
  agentNoAnswerTimeoutMs: number;
  /** What becomes of an agent who lets a phone ring too long. */
  agentNoAnswerAction: 'none' | 'notready' | 'logout';
  /** Where such a call goes; empty: back to its queue, or to its end when it has none. */
  agentNoAnswerOverflow: string;
  /** 0: no after-call work by itself; `untimed`: until the agent ends it. */
  wrapUpMs: number | 'untimed';
  /** After-call work that an agent begins without a call is timed too. */
  timedAcwInIdle: boolean;
  /** Where that leads: Ready, or NotReady. */
  acwInIdleForceReady: boolean;
  /** Time between after-call work, or the end of a queue's call, and Ready, in which nothing is routed. 0: none. */
  legalGuardMs: number;
  logoutOnOutOfService: boolean;
}

export type Deadline =
  | { kind: 'noAnswer'; connId: string; dn: string }
  | { kind: 'wrapUp'; dn: string; then: 'Ready' | 'NotReady' }
  | { kind: 'treatment'; connId: string };

/** Everything a SIP Server knows; plain data, so that a hot-standby partner can be given all of it. */
export interface KernelState {
  options: KernelOptions;
  /** First eight hex digits of the ConnIDs made here. */
  seed: string;
  nextCall: number;
  dns: Map<string, Dn>;
  /** Agent logins that this switch accepts, by their codes. */
  logins: Map<string, Login>;
  calls: Map<string, Call>;
  /** Where each agent login is in use. */
  loggedIn: Map<string, string>;
  /** DNs that can be given a call now, longest idle first: they were put in in that order. */
  idle: Set<string>;
  /** Calls that wait at a route point, oldest first. */
  waiting: Set<string>;
  deadlines: Map<string, { at: number; what: Deadline }>;
  /** DNs where an agent is logged in at another switch, with that switch's name. */
  elsewhere: Map<string, string>;
  /** Legs to and from other switches, by their ids. */
  trunks: Map<string, Trunk>;
}

export const defaultOptions: KernelOptions = {
  logoutOnDisconnect: false,
  refuseStaleEpochs: false,
  agentNoAnswerTimeoutMs: 0,
  agentNoAnswerAction: 'notready',
  agentNoAnswerOverflow: '',
  wrapUpMs: 0,
  timedAcwInIdle: true,
  acwInIdleForceReady: true,
  legalGuardMs: 0,
  logoutOnOutOfService: true,
};

/** A switch with nothing on it. `seed`: eight hex digits that no other start of any switch has. */
export function emptyState(seed: string, options: KernelOptions = defaultOptions): KernelState {
  return {
    options,
    seed,
    nextCall: 1,
    dns: new Map(),
    logins: new Map(),
    calls: new Map(),
    loggedIn: new Map(),
    idle: new Set(),
    waiting: new Set(),
    deadlines: new Map(),
    elsewhere: new Map(),
    trunks: new Map(),
  };
}

/** The state as JSON entries, small enough to be sent one by one. */
export type StateEntry =
  | { part: 'head'; options: KernelOptions; seed: string; nextCall: number }
  | { part: 'dn'; dn: Dn }
  | { part: 'call'; call: Call }
  | { part: 'logins'; logins: [string, Login][] }
  | { part: 'idle'; idle: string[] }
  | { part: 'waiting'; waiting: string[] }
  | { part: 'elsewhere'; elsewhere: [string, string][] }
  | { part: 'trunk'; id: string; trunk: Trunk }
  | { part: 'deadline'; key: string; at: number; what: Deadline };

const perEntry = 1_000;

export function* stateEntries(state: KernelState): Generator<StateEntry> {
  yield { part: 'head', options: state.options, seed: state.seed, nextCall: state.nextCall };
  for (const dn of state.dns.values()) yield { part: 'dn', dn };
  for (const call of state.calls.values()) yield { part: 'call', call };
  for (const logins of slices(state.logins)) yield { part: 'logins', logins };
  for (const idle of slices(state.idle)) yield { part: 'idle', idle };
  for (const waiting of slices(state.waiting)) yield { part: 'waiting', waiting };
  for (const elsewhere of slices(state.elsewhere)) yield { part: 'elsewhere', elsewhere };
  for (const [id, trunk] of state.trunks) yield { part: 'trunk', id, trunk };
  for (const [key, deadline] of state.deadlines) yield { part: 'deadline', key, ...deadline };
}

export function stateFromEntries(entries: Iterable<StateEntry>): KernelState {
  const state = emptyState('00000000');
  for (const entry of entries) addEntry(state, entry);
  return state;
}

function addEntry(state: KernelState, entry: StateEntry): void {
  switch (entry.part) {
    case 'head':
      state.options = entry.options;
      state.seed = entry.seed;
      state.nextCall = entry.nextCall;
      return;
    case 'dn':
      state.dns.set(entry.dn.number, entry.dn);
      if (entry.dn.agentId !== undefined) state.loggedIn.set(entry.dn.agentId, entry.dn.number);
      return;
    case 'call':
      state.calls.set(entry.call.connId, entry.call);
      return;
    case 'logins':
      for (const [code, login] of entry.logins) state.logins.set(code, login);
      return;
    case 'idle':
      for (const dn of entry.idle) state.idle.add(dn);
      return;
    case 'waiting':
      for (const connId of entry.waiting) state.waiting.add(connId);
      return;
    case 'elsewhere':
      for (const [number, site] of entry.elsewhere) state.elsewhere.set(number, site);
      return;
    case 'trunk':
      state.trunks.set(entry.id, entry.trunk);
      return;
    case 'deadline':
      state.deadlines.set(entry.key, { at: entry.at, what: entry.what });
  }
}

function* slices<T>(values: Iterable<T>): Generator<T[]> {
  let slice: T[] = [];
  for (const value of values) {
    slice.push(value);
    if (slice.length === perEntry) {
      yield slice;
      slice = [];
    }
  }
  if (slice.length > 0) yield slice;
}
