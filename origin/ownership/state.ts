import type { RefereeWord } from '../contracts/referee.ts';
import type { GoAnswer, Incarnation, RecordView, ReviveAnswer, TakeAnswer } from '../contracts/registry.ts';
import type { Rules } from './rules.ts';

export interface Exclusion {
  readonly node: string;
  readonly stampMs: number;
}

/** What the requests that wait for a session have said, merged. */
export interface Want {
  /** Node ids that the edge found dead or silent, with the stamp of the request that says so. */
  readonly excluded: readonly Exclusion[];
  /** Incarnations that a node of the same region found over: refused, or another one answered there. */
  readonly gone: readonly Incarnation[];
  /** Highest epoch of a pin; 0 without one. */
  readonly pin: number;
  /** Creates the session when it was ended. */
  readonly fresh: boolean;
}

/** Known whatever the state is. */
export interface Facts {
  /** Highest epoch read, heard, pinned or held. */
  readonly heard: number;
  /** Whether this process ever held the session: then it tells takers that it does not any more. */
  readonly held: boolean;
  /** It gave the session up on purpose since: whoever takes it waits for nobody. */
  readonly left: boolean;
  readonly dn: string | undefined;
  /** The service has the session built up. */
  readonly kept: boolean;
}

/** A taken epoch, before it may act. `bare`: minted without the registry. */
export interface Claim {
  readonly epoch: number;
  readonly incarnation: Incarnation;
  readonly before: readonly Incarnation[];
  readonly over: readonly Incarnation[];
  /** Monotonic ms at which the take was answered. */
  readonly takenAtMs: number;
  /** Monotonic ms at which it was first sent. */
  readonly sinceMs: number;
  readonly round: number;
  readonly bare: boolean;
  /** The DN heard it, 300 ms ago. */
  readonly announced: boolean;
}

/** An epoch that acts. */
export interface Hold {
  readonly epoch: number;
  readonly incarnation: Incarnation;
  readonly bare: boolean;
  /** Commands on the DN are possible: announced on this connection, 300 ms ago. */
  readonly announced: boolean;
  /** The registry's record has the DN. */
  readonly noted: boolean;
  /** The link was lost and is back: take again before the next command. */
  readonly stale: boolean;
}

export type State =
  | { readonly kind: 'absent' }
  /** Asks the registry whose it is. */
  | { readonly kind: 'reading'; readonly want: Want; readonly tries: number }
  | { readonly kind: 'taking'; readonly want: Want; readonly take: TakeArgs; readonly fallback: Hold | undefined }
  /** Says the epoch on the DN and waits for the server's answer. */
  | { readonly kind: 'announcing'; readonly want: Want; readonly claim: Claim }
  | { readonly kind: 'settling'; readonly want: Want; readonly claim: Claim }
  /** Asks the registry whether every predecessor is over. */
  | { readonly kind: 'going'; readonly want: Want; readonly claim: Claim }
  /** The service builds the session up. */
  | { readonly kind: 'adopting'; readonly hold: Hold }
  | { readonly kind: 'active'; readonly hold: Hold }
  /** The registry lost its data while our lease ran: the record is to be put again. */
  | { readonly kind: 'reviving'; readonly hold: Hold; readonly untilMs: number }
  /** The incarnation ended; the service still has the session; to be taken again. */
  | { readonly kind: 'lapsed'; readonly epoch: number; readonly incarnation: Incarnation }
  /** Tells the registry that it was let go or ended. */
  | {
      readonly kind: 'leaving';
      readonly epoch: number;
      readonly incarnation: Incarnation;
      readonly to: 'free' | 'ended';
      readonly tries: number;
    };

export interface TakeArgs {
  /** Monotonic ms of the first sending. */
  readonly sinceMs: number;
  /** How often a claim that had grown old was taken again. */
  readonly round: number;
  readonly expect: number;
  readonly floor: number;
  readonly over: readonly Incarnation[];
}

export type Event =
  | { readonly kind: 'want'; readonly want: Want }
  /** Nobody waits any more. */
  | { readonly kind: 'unwanted' }
  | { readonly kind: 'read'; readonly record: RecordView | undefined }
  | { readonly kind: 'took'; readonly answer: TakeAnswer }
  | { readonly kind: 'went'; readonly answer: GoAnswer }
  | { readonly kind: 'revived'; readonly answer: ReviveAnswer }
  | { readonly kind: 'left' }
  /** The registry call in flight was not answered. */
  | { readonly kind: 'registry-failed' }
  /** Time to ask the registry again. */
  | { readonly kind: 'retry' }
  /** The query that followed the announcement was answered. */
  | { readonly kind: 'announced' }
  | { readonly kind: 'referee-failed' }
  | { readonly kind: 'settled' }
  /** Time to say the epoch once more: it was not heard. */
  | { readonly kind: 'reannounce' }
  | { readonly kind: 'heard'; readonly word: RefereeWord }
  /** A renewal of the lease said that another took the session. */
  | { readonly kind: 'taken-away'; readonly epoch: number }
  | { readonly kind: 'link'; readonly change: 'lost' | 'back' }
  /** `revivableUntilMs`: our own count of the lease still runs until then (monotonic). */
  | { readonly kind: 'incarnation-ended'; readonly revivableUntilMs: number | undefined }
  /** The lease was created or renewed. */
  | { readonly kind: 'lease-held' }
  | { readonly kind: 'adopted' }
  | { readonly kind: 'adopt-failed' }
  | { readonly kind: 'attach'; readonly dn: string | undefined }
  | { readonly kind: 'leave'; readonly to: 'free' | 'ended' };

export type LostReason = 'higher-epoch' | 'taken' | 'incarnation-ended' | 'adoption-failed' | 'released' | 'ended';

export type Answer =
  | { readonly kind: 'owned' }
  | {
      readonly kind: 'elsewhere';
      readonly region: string;
      readonly node: string;
      readonly incarnation: Incarnation;
      readonly url: string | undefined;
    }
  | { readonly kind: 'ended' }
  | { readonly kind: 'unavailable' };

/** What the runner is to do; everything it leads to comes back as an event. */
export type Effect =
  | { readonly kind: 'read' }
  | { readonly kind: 'take'; readonly take: TakeArgs }
  | { readonly kind: 'go'; readonly epoch: number; readonly over: readonly Incarnation[]; readonly waited: boolean }
  | { readonly kind: 'revive'; readonly epoch: number }
  | { readonly kind: 'leave'; readonly epoch: number; readonly incarnation: Incarnation; readonly to: 'free' | 'ended' }
  /** As `leave`, for an epoch that another took; its outcome is not awaited. */
  | { readonly kind: 'depart'; readonly epoch: number; readonly incarnation: Incarnation }
  /** Register the DN, say the epoch, query. */
  | { readonly kind: 'announce'; readonly epoch: number; readonly incarnation: Incarnation }
  | { readonly kind: 'say'; readonly word: 'answer' | 'released'; readonly epoch: number; readonly incarnation: Incarnation }
  | { readonly kind: 'timer'; readonly event: 'retry' | 'settled' | 'reannounce'; readonly ms: number }
  | { readonly kind: 'adopt' }
  /** The session is ours again without having been given up: the servers are to be asked anew. */
  | { readonly kind: 'resumed' }
  | { readonly kind: 'lost'; readonly reason: LostReason }
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** Whoever still waits begins anew. */
  | { readonly kind: 'rewant' }
  | { readonly kind: 'attached'; readonly ok: boolean };

/** What a step may look at besides state, facts and event. */
export interface Env {
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly self: { readonly id: string; readonly number: number; readonly region: string };
  readonly incarnation: Incarnation;
  /** Earlier incarnations of this process. */
  readonly past: ReadonlySet<Incarnation>;
  /** Node id of a node number, as far as known; with its region. */
  readonly nodeNumbered: (number: number) => { readonly id: string; readonly region: string; readonly url: string | undefined } | undefined;
  readonly draining: boolean;
  readonly rules: Rules;
}

export interface Step {
  readonly state: State;
  readonly facts: Facts;
  readonly effects: readonly Effect[];
}

export type StateKind = State['kind'];
export type EventKind = Event['kind'];
export type StateOf<K extends StateKind> = Extract<State, { kind: K }>;
export type EventOf<K extends EventKind> = Extract<Event, { kind: K }>;
