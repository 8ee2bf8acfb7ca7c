import type { Logger } from '@handover/shared/log';
import type { Clock } from '@handover/shared/time';
import type { AdoptionHooks, AgentSessionKey, Owned, RequestContext } from '../contracts/ownership.ts';
import type { Referee } from '../contracts/referee.ts';
import type { Incarnation, Registry, RegistryNode } from '../contracts/registry.ts';
import type { Rules } from './rules.ts';
import type { Turns } from './turns.ts';

export interface DnName {
  readonly number: string;
  readonly switchName: string;
}

/** What ownership asks of the service, beyond the contract of adoption. */
export interface OwnershipHooks extends AdoptionHooks {
  /** The person's DN when neither passport nor record is there (no registry): by configuration. Answered within 500 ms, else not used. */
  locate?(key: AgentSessionKey): Promise<DnName | undefined>;
  /** The session is ours again without having been given up (lost link, registry back): what the servers hold is to be asked anew. */
  resumed?(key: AgentSessionKey, owned: Owned): void;
}

/** What a request brings; the DN when the caller knows it. */
export interface EnsureContext extends RequestContext {
  readonly dn?: DnName;
}

/** Seals passports. The text says which key it needs. */
export interface PassportSealer {
  seal(plain: string, associated: string): Promise<string>;
  /** Undefined when it is not ours, was changed, or its key is gone. */
  open(sealed: string, associated: string): Promise<string | undefined>;
}

/** What every session of a node shares. */
export interface Surroundings {
  readonly registry: Registry;
  readonly referee: Referee;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sealer: PassportSealer;
  readonly hooks: OwnershipHooks;
  readonly node: RegistryNode;
  readonly rules: Rules;
  /** How long a request waits for its session, ms. */
  readonly ensureTimeoutMs: number;
  /** Claims begun and not announced yet; adoptions under way: bounded, so that thousands that come at once do not cost the node its lease. */
  readonly claims: Turns;
  readonly adoptions: Turns;
  readonly past: ReadonlySet<Incarnation>;
  incarnation(): Incarnation;
  /** Our own count of the lease runs. */
  leased(): boolean;
  draining(): boolean;
  nodeNumbered(number: number): { readonly id: string; readonly region: string; readonly url: string | undefined } | undefined;
  /** Joins a batch of revivals. */
  revive(session: string, epoch: number, dn: string | undefined): Promise<'put' | 'present' | 'no-lease'>;
  /** The session holds nothing and nobody waits: it may be dropped, or remembered for what it heard. */
  idle(session: string): void;
}

/** The opaque name of a DN for referee and registry. */
export const dnText = (dn: DnName): string => `${dn.number}@${dn.switchName}`;
