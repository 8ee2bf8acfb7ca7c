/**
 * The registry every region shares: which node owns which agent session. Every operation is one round trip. It may time out, and then nobody
 * knows whether it took effect: such a call rejects with a fault, and every operation may be repeated as it is.
 */

/** The key of an agent session: tenant and person, percent-encoded, joined by `:`. */
export type SessionKey = string;

/** One life of a lease: `<node id>~<random>`. Its ownership ends with it. */
export type Incarnation = string;

/** `claimed`: taken, predecessors may still act. `active`: acts. `free`: let go on purpose, the next taker waits for nobody. `ended`: logged out. */
export type RecordState = 'claimed' | 'active' | 'free' | 'ended';

export interface OwnerRecord {
  readonly epoch: number;
  readonly owner: Incarnation;
  /** Region of the owner's node. */
  readonly region: string;
  readonly state: RecordState;
  /** Predecessors whose lease lived at the last change. */
  readonly before: readonly Incarnation[];
  /** The DN on which the owner announces its epoch, when it has one: opaque here. */
  readonly dn: string | undefined;
}

/** A record as the registry answered it, with what only the registry knows. */
export interface RecordView extends OwnerRecord {
  readonly ownerAlive: boolean;
  /** Where the owner's node listens for its region, when the node is listed. */
  readonly url: string | undefined;
}

/** The node on whose behalf a call is made. */
export interface RegistryNode {
  readonly id: string;
  /** 0-1023, unique among all nodes of all regions: the low digits of its epochs. */
  readonly number: number;
  readonly region: string;
  readonly url: string | undefined;
}

/** A session that somebody else took from the asking incarnation less than 10 s ago, with the new owner's epoch. */
export interface TakenAway {
  readonly session: SessionKey;
  readonly epoch: number;
}

export type LeaseAnswer = { readonly held: true; readonly taken: readonly TakenAway[] } | { readonly held: false };

export interface TakeRequest {
  readonly incarnation: Incarnation;
  /** The epoch of the record that was read; 0 when there was none. */
  readonly expect: number;
  /** The new epoch is above this one: the highest the node has read or heard. */
  readonly floor: number;
  /** Incarnations known to be over: never waited for. */
  readonly over: readonly Incarnation[];
}

export type TakeAnswer =
  | { readonly kind: 'taken'; readonly epoch: number; readonly before: readonly Incarnation[] }
  /** The record is not the one that was read; also the answer to the repetition of a take that took effect. */
  | { readonly kind: 'changed'; readonly record: RecordView | undefined }
  | { readonly kind: 'no-lease' };

export interface GoRequest {
  readonly incarnation: Incarnation;
  readonly epoch: number;
  /** Predecessors known to be over. */
  readonly over: readonly Incarnation[];
  /** 1,500 ms have passed since the take: every predecessor is over. */
  readonly waited: boolean;
  /** Kept in the record when given. */
  readonly dn: string | undefined;
}

export type GoAnswer =
  | { readonly kind: 'active' }
  /** Predecessors that may still act. */
  | { readonly kind: 'waiting'; readonly before: readonly Incarnation[] }
  /** The registry was born less than 1,500 ms ago: a predecessor may be unknown to it. */
  | { readonly kind: 'young' }
  /** Somebody else has it. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'no-lease' };

export interface ReviveRequest {
  readonly session: SessionKey;
  readonly epoch: number;
  readonly dn: string | undefined;
}

/** `put`: re-created. Otherwise the record that is there. */
export type ReviveAnswer = 'put' | 'present' | 'no-lease';

export interface NodeView extends RegistryNode {
  readonly incarnation: Incarnation;
  readonly alive: boolean;
}

export interface ListedRecord extends RecordView {
  readonly session: SessionKey;
}

/** A passport as stored: sealed bytes, and the epoch of the owner that wrote it. */
export interface StoredPassport {
  readonly epoch: number;
  readonly sealed: string;
}

export interface Registry {
  /** Sets the lease of an incarnation that has none. The key must not exist: an id is created once. */
  createLease(node: RegistryNode, incarnation: Incarnation): Promise<LeaseAnswer>;
  /** Extends a lease that still exists. `held: false`: it was gone, and with it the incarnation. Answers what was taken away since. */
  extendLease(node: RegistryNode, incarnation: Incarnation): Promise<LeaseAnswer>;
  /** Drops the lease (graceful stop, after every session was let go). */
  dropLease(node: RegistryNode, incarnation: Incarnation): Promise<void>;

  read(session: SessionKey): Promise<RecordView | undefined>;
  take(session: SessionKey, node: RegistryNode, request: TakeRequest): Promise<TakeAnswer>;
  /** `claimed` becomes `active` when every predecessor is over; on a record that is already active it only notes the DN. */
  go(session: SessionKey, request: GoRequest): Promise<GoAnswer>;
  /** After a loss of data: puts `active` records for sessions that have none. At most 200 at once; answers in their order. */
  revive(node: RegistryNode, incarnation: Incarnation, sessions: readonly ReviveRequest[]): Promise<readonly ReviveAnswer[]>;
  /** The caller acts no more under this epoch or below: its own record becomes `free` or `ended`; of another's it leaves the predecessors. */
  leave(session: SessionKey, incarnation: Incarnation, epoch: number, to: 'free' | 'ended'): Promise<void>;

  /** Records that name the node but not this incarnation, at most 500. */
  strays(node: RegistryNode, incarnation: Incarnation): Promise<readonly ListedRecord[]>;
  /** Records of nodes without a lease, and those let go that nobody took; at most 500. */
  orphans(): Promise<readonly ListedRecord[]>;
  nodes(): Promise<readonly NodeView[]>;
  /** Every record that is not ended, at most `limit`: for status displays. */
  records(limit: number): Promise<readonly ListedRecord[]>;

  /** Keeps a passport unless one of a higher epoch is there. */
  putPassport(session: SessionKey, passport: StoredPassport): Promise<void>;
  passport(session: SessionKey): Promise<StoredPassport | undefined>;

  /** Marks a web session as ended for as long as its cookie could live. */
  putEnded(sid: string, ttlMs: number): Promise<void>;
  isEnded(sid: string): Promise<boolean>;

  /** Adds a token id to the revocation list until the token expires. */
  revokeToken(jti: string, expiresAtMs: number): Promise<void>;
  /** Ids revoked at or after `sinceMs` of the registry's clock, and where to ask on from next time. */
  revokedTokens(sinceMs: number): Promise<{ readonly jtis: readonly string[]; readonly nextSinceMs: number }>;
}
