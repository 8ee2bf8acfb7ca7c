import type { CfgObject, CfgObjectOf, CfgObjectType, CfgPerson } from '@handover/shared/genesys';
import type { Result } from '@handover/shared/result';

export type CredentialRefusal = 'invalid' | 'throttled' | 'expired' | 'unavailable';

export type WriteRefusal =
  /** `field` names what is at fault, as the server said it. */
  | { kind: 'invalid'; field: string }
  | { kind: 'exists'; field: string }
  | { kind: 'not-found' }
  /** No master answers: nothing was written. */
  | { kind: 'unavailable' }
  /** Sent, but not answered: whether it was written is unknown. */
  | { kind: 'unknown' };

export interface ConfigurationChange {
  kind: 'created' | 'updated' | 'deleted';
  type: CfgObjectType;
  dbid: number;
  /** Absent after a deletion. */
  object?: CfgObject;
}

/**
 * The Configuration Server's objects, held consistently in memory and kept current by its notifications. Reads are synchronous and never
 * wait; they answer the last known state while the server is unreachable (`state` says so).
 */
export interface Configuration {
  /** `loading` until the first complete read. */
  readonly state: 'loading' | 'current' | 'stale';
  /** Resolves after the first complete read. */
  ready(): Promise<void>;
  get<T extends CfgObjectType>(type: T, dbid: number): CfgObjectOf<T> | undefined;
  all<T extends CfgObjectType>(type: T): readonly CfgObjectOf<T>[];
  personByUserName(userName: string): CfgPerson | undefined;
  personByEmployeeId(employeeId: string): CfgPerson | undefined;
  placeByName(name: string): CfgObjectOf<'CfgPlace'> | undefined;
  /** The DN with this number at this switch. */
  dn(number: string, switchName: string): CfgObjectOf<'CfgDN'> | undefined;
  /** The DNs of a place, with the switch each belongs to. */
  placeDns(placeDbid: number): readonly { dn: CfgObjectOf<'CfgDN'>; switch: CfgObjectOf<'CfgSwitch'> }[];
  /** The place a DN belongs to. */
  placeOfDn(dnDbid: number): CfgObjectOf<'CfgPlace'> | undefined;
  /** The agent login of a person at a switch; at any switch when none is given. */
  agentLogin(personDbid: number, switchName?: string): CfgObjectOf<'CfgAgentLogin'> | undefined;
  onChange(listener: (change: ConfigurationChange) => void): () => void;
  /** Checks a password at the Configuration Server. Never cached, never logged. */
  authenticate(userName: string, password: string): Promise<Result<CfgPerson, CredentialRefusal>>;
  /** Like every write, made at the master of the environment, at whichever site that is. */
  changePassword(userName: string, oldPassword: string, newPassword: string): Promise<Result<true, CredentialRefusal | 'refused'>>;
}

/** Writes, made at the master of the environment, at whichever site that is. */
export interface ConfigurationWriter {
  /** Resolves after the change is in what `get` answers (or 2 s after the server's word, when its news are late). */
  create<T extends CfgObject>(object: Omit<T, 'dbid'>): Promise<Result<T, WriteRefusal>>;
  /** Given fields replace whole, the others stay. */
  update<T extends CfgObjectType>(
    type: T,
    dbid: number,
    changes: Partial<Omit<CfgObjectOf<T>, 'type' | 'dbid'>>,
  ): Promise<Result<CfgObjectOf<T>, WriteRefusal>>;
  delete(type: CfgObjectType, dbid: number): Promise<Result<true, WriteRefusal>>;
}
