import type { Result } from '@handover/shared/result';
import type { Admission } from './voice.ts';

/** The owned unit: one person of one tenant. */
export interface AgentSessionKey {
  tenant: string;
  /** User name of the person; of an application's session, its client id. */
  person: string;
  /** Absent: the agent session. Otherwise what the person, or an application, has at another service; it has no DN and gives no commands. */
  service?: OwnedService;
}

export const ownedServices = ['statistics', 'statistics-application'] as const;
export type OwnedService = (typeof ownedServices)[number];

/** What a request brings that decides about ownership. */
export interface RequestContext {
  /** When the edge (or, without one, this node) sent this attempt, wall clock ms. */
  stampMs: number;
  /** Nodes that the edge found dead or silent for this request; signed by it. */
  excludedNodes: readonly string[];
  /** Epoch of the pin, when there is one. */
  pinEpoch?: number;
  /** Incarnations this node found over by itself: their address refused the connection, or another incarnation answered there. */
  gone?: readonly string[];
}

export type OwnershipRefusal =
  /** Another living node owns it: forward inside the region, or answer 421 with the region. */
  | { kind: 'elsewhere'; region: string; node: string; url?: string; incarnation?: string }
  /** Nobody can act now; nothing was executed. */
  | { kind: 'unavailable'; code: 'ownership.unsure' | 'ownership.busy'; retryAfterMs: number }
  /** The session was ended (logout). */
  | { kind: 'ended' };

/** Ownership of one agent session by this node. */
export interface Owned {
  readonly key: AgentSessionKey;
  readonly epoch: number;
  /** False from the tick in which it was lost. */
  readonly current: boolean;
  /**
   * May a command of this request be written? Answers at once while the lease runs; past the lease it makes a round trip to the switch first.
   * The admission is asked again by the link in the tick of the write.
   */
  admission(stampMs: number): Result<Admission, string> | Promise<Result<Admission, string>>;
  /** Tells the referee about a DN: announced, and waited for, before the first command on it. */
  attachDn(dn: { number: string; switchName: string }): Promise<Result<true, string>>;
  detachDn(): void;
  /** Keeps what another node needs to go on; coalesced, written later, never awaited. */
  savePassport(passport: unknown): void;
  /** Resolves when what was saved is written, or after `withinMs`: for the few things that nobody but us remembers. */
  passportWritten(withinMs: number): Promise<void>;
  /** Hands the session over or logs it out for good. */
  end(reason: 'logout' | 'linger'): Promise<void>;
}

/** What the service does when this node takes a session over, in order: see `docs/architecture.md`. */
export interface AdoptionHooks {
  /**
   * The referee has registered the DN and buffers its events; predecessors are over. Rebuild the session from the passport (absent: nothing is
   * known but the person) and the servers, put the snapshot into the Bayeux queues, and resolve: then buffered events, then requests follow.
   */
  adopt(key: AgentSessionKey, owned: Owned, passport: unknown): Promise<void>;
  /** Ownership is gone: drop the session in this tick, send nothing more. */
  lost(key: AgentSessionKey, reason: string): void;
}

export interface Ownership {
  /** The session is owned by this node when it answers ok; the normal path does no I/O. `fresh` creates a session when there is none. */
  ensure(
    key: AgentSessionKey,
    context: RequestContext,
    options?: { fresh?: boolean },
  ): Result<Owned, OwnershipRefusal> | Promise<Result<Owned, OwnershipRefusal>>;
  /** Marks a web session id as ended, for every node, before the logout is answered. */
  markEnded(sid: string, ttlMs: number): Promise<void>;
  isEnded(sid: string): Promise<boolean>;
}
