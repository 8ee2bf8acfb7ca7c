/**
 * The SIP Server as the referee between owners: it orders what is said on a DN for everybody who registered it. Ownership speaks through
 * distributed user events and listens for those of others. Per connection the server keeps their order, answers to queries included.
 */
export interface EpochClaim {
  /** The agent session it is about; a DN may serve another person later. */
  readonly session: string;
  readonly epoch: number;
  readonly incarnation: string;
}

/** `announce`: takes under this epoch. `answer`: holds this epoch, said to a lower one. `released`: acts no more because it heard this epoch. */
export interface RefereeWord extends EpochClaim {
  readonly kind: 'announce' | 'answer' | 'released';
}

/** `lost`: no connection. `restored`: a new one. `switched`: another server of the pair serves; words may have been lost. */
export type RefereeLink = 'lost' | 'restored' | 'switched';

export interface RefereeListener {
  /** Words of all speakers on the DN, our own included. */
  heard(word: RefereeWord): void;
  link(change: RefereeLink): void;
}

export interface Referee {
  /** Registers the DN and keeps it registered on every new connection. Resolves when registered; rejects when the server cannot be reached. */
  register(dn: string): Promise<void>;
  /** Says one word to everybody registered on the DN. Resolves when written to the connection; rejects without one. */
  say(dn: string, word: RefereeWord): Promise<void>;
  /**
   * A round trip (QueryAddress): every word the server ordered before its answer has been heard when this resolves. Rejects without a
   * connection, and when the connection is lost before the answer.
   */
  query(dn: string): Promise<void>;
  /** Whether a command for the DN would leave now: connected, and nothing waiting in the socket's queue of this process. */
  drained(dn: string): boolean;
  /** Listens until the answer is called; listening survives reconnects. */
  on(dn: string, listener: RefereeListener): () => void;
}
