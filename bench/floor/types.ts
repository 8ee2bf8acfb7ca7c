/** What the floor runs over. */
export type Transport = 'long-polling' | 'websocket';
/** What the agents do: calls, digital work with their statistics open, or all of it. */
export const works = ['voice', 'digital', 'both'] as const;
export type Work = (typeof works)[number];
export const faults = [
  'none',
  'region',
  'freeze',
  'cut',
  'cut-in',
  'cut-out',
  'site',
  'drain',
  'roll',
  'flap',
  'edge',
  'sip',
  'sip-warm',
  'config',
  'stat',
  'stat-warm',
  'interaction',
  'interaction-warm',
  'postgres',
  'standby',
  'redis',
  'redis-flush',
  'registry',
  'old-primary-returns',
  'disk-full',
  'elasticsearch',
  'index-deleted',
] as const;
export type Fault = (typeof faults)[number];

/** How long the agents work before the fault, after it, and after it is mended: `brief` for few agents, where every second counts. */
export type FloorPace = 'long' | 'quick' | 'brief';

export interface FloorOptions {
  readonly agents: number;
  readonly transport: Transport;
  readonly fault: Fault;
  readonly pace: FloorPace;
  /** By default calls, and with faults of the Interaction or Stat Server digital work too. */
  readonly work?: Work;
  /** State directory to keep with the logs of every part; a temporary one by default. */
  readonly stateDir?: string;
  /** Where progress goes; nowhere by default. */
  readonly progress?: (text: string) => void;
}

/** Milliseconds from the fault. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly worst: number;
}

/** What a run of the floor found. */
export interface Verdict {
  readonly agents: number;
  /** Commands that agents gave, whatever became of them. */
  readonly commands: number;
  /** Attempts that were answered with an error, or not at all. */
  readonly requestsFailed: number;
  /** Events that had to follow a command and were shown to nobody, neither by themselves nor by a snapshot. */
  readonly eventsLost: number;
  /** Events told twice, or after a later one. */
  readonly eventsDoubled: number;
  /** Phones at whose switch a command of an older epoch came after one of a newer epoch. */
  readonly twoOwnerSessions: number;
  /** Sign-ins, initialisations, handshakes and logins at the switch after the first of each. */
  readonly logins: number;
  /** After quiet: what agents were told, what the API answers and what the switches hold is the same for every agent, and no call is left. */
  readonly converged: boolean;
  readonly firstActionMs: Spread;
  readonly firstEventMs: Spread;
}

/** What went wrong or is worth a look, for a person. */
export interface Details {
  readonly failedByKind: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
}

/** Whether nothing that matters to an agent happened. Failed requests count only where the fault promises none. */
export function isGood(verdict: Verdict, fault: Fault): boolean {
  const { eventsLost, eventsDoubled, twoOwnerSessions, logins, converged, requestsFailed } = verdict;
  const silent = fault === 'none' || fault === 'drain' || fault === 'roll';
  return eventsLost + eventsDoubled + twoOwnerSessions + logins === 0 && converged && (!silent || requestsFailed === 0);
}

/** Faults after which whoever served is not heard of any more: only what comes from elsewhere counts as recovered. */
export const movesEverybody = (fault: Fault): boolean =>
  !['none', 'drain', 'roll', 'edge', 'sip', 'sip-warm', 'config', ...digitalFaults, ...storeFaults].includes(fault);
const digitalFaults: readonly Fault[] = ['stat', 'stat-warm', 'interaction', 'interaction-warm'];
export const workFor = (fault: Fault): Work => (digitalFaults.includes(fault) ? 'both' : 'voice');
const storeFaults: readonly Fault[] = [
  'postgres',
  'standby',
  'redis',
  'redis-flush',
  'registry',
  'old-primary-returns',
  'disk-full',
  'elasticsearch',
  'index-deleted',
];
/** Faults that take calls along, and after which the origin logs agents in at a switch: nobody types a password for it. */
export const losesCalls = (fault: Fault): boolean => fault === 'site' || fault === 'sip-warm';

/** Faults after which nobody knows the interactions that were in hand. */
export const losesInteractions = (fault: Fault): boolean => fault === 'site' || fault === 'interaction-warm';

/** Design §4: the most that an agent who acts may wait, from the fault. Absent: nothing was promised but no failed request. */
export const targetMs: Readonly<Partial<Record<Fault, number>>> = {
  region: 2_000,
  flap: 2_000,
  freeze: 3_000,
  cut: 3_000,
  'cut-in': 3_000,
  'cut-out': 3_000,
  site: 6_000,
};

export interface AgentTruth {
  readonly user: string;
  readonly dn: string;
  /** What the agent was told last. */
  readonly toldState: string;
  readonly toldCalls: number;
  /** What the API says. */
  readonly apiState: string;
  readonly apiCalls: number;
  /** Both sides' calls, for a person. */
  readonly summary: string;
  /** Absent without digital work. */
  readonly digital?: {
    readonly toldMedia: string;
    readonly apiMedia: string;
    readonly toldItems: number;
    readonly apiItems: number;
    /** Chat lines told, each once. */
    readonly lines: number;
  };
  /** Statistics as they were told last, by name. */
  readonly board?: Readonly<Record<string, string>>;
}

export interface WorkerReport {
  readonly commands: number;
  readonly failedByKind: Record<string, number>;
  readonly lost: number;
  readonly doubled: number;
  readonly signIns: number;
  readonly handshakes: number;
  readonly stuck: number;
  readonly examples: string[];
  readonly firstActionMs: number[];
  readonly firstEventMs: number[];
  readonly agents: AgentTruth[];
}

export interface WorkerTask {
  readonly url: string;
  readonly transport: Transport;
  readonly fault: Fault;
  readonly work: Work;
  readonly first: number;
  readonly count: number;
  readonly thinkMs: number;
}

export type ToWorker =
  | { readonly kind: 'task'; readonly task: WorkerTask }
  | { readonly kind: 'work' }
  /** The fault happened at `atMs`: every agent does something at once. */
  | { readonly kind: 'fault'; readonly atMs: number; readonly keen: boolean }
  | { readonly kind: 'quiet' };
export type FromWorker =
  | { readonly kind: 'signed-in'; readonly count: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'report'; readonly report: WorkerReport };
