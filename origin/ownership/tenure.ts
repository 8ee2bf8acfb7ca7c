import type { Result } from '@handover/shared/result';
import type { AgentSessionKey, Owned } from '../contracts/ownership.ts';
import type { Admission } from '../contracts/voice.ts';
import { dnText } from './surroundings.ts';
import type { DnName } from './surroundings.ts';

/**
 * Why a command must not be written now. `not-owner`: never again under this tenure. `unsure`: the lease ran out, a barrier is needed. `closed`: the DN
 * is not announced, or its link is down. `busy`: bytes wait in the socket. `stale`: the request is too old.
 */
export type FenceReason = 'not-owner' | 'unsure' | 'closed' | 'busy' | 'stale';

/** What a tenure needs of the session it is about. */
export interface TenureHolder {
  readonly tenure: Tenure | undefined;
  readonly epoch: number;
  readonly sure: boolean;
  fence(stampMs: number, channel: 'dn' | 'other'): Result<{ epoch: number }, FenceReason>;
  makeSure(stampMs: number): Promise<Result<true, FenceReason>>;
  barrier(): Promise<Result<true, FenceReason>>;
  attach(dn: string): Promise<Result<true, string>>;
  detach(): void;
  savePassport(passport: unknown): void;
  passportWritten(withinMs: number): Promise<void>;
  release(): Promise<void>;
  leave(to: 'free' | 'ended'): Promise<void>;
}

/** One unbroken time of owning a session; it stays refused once it is over, even when the node takes the session again. */
export class Tenure implements Owned {
  readonly key: AgentSessionKey;
  private readonly runner: TenureHolder;

  constructor(key: AgentSessionKey, runner: TenureHolder) {
    this.key = key;
    this.runner = runner;
  }

  get epoch(): number {
    return this.runner.epoch;
  }

  get current(): boolean {
    return this.runner.tenure === this;
  }

  /** The epoch to write a command under, in the tick of the write; or why not. `channel` other: not on the DN, so no referee is asked. */
  fence(stampMs: number, channel: 'dn' | 'other' = 'dn'): Result<{ epoch: number }, FenceReason> {
    return this.current ? this.runner.fence(stampMs, channel) : notOwner;
  }

  admission(stampMs: number): Result<Admission, string> | Promise<Result<Admission, string>> {
    const admit: Result<Admission, string> = { ok: true, value: () => this.fence(stampMs) };
    if (this.current && this.runner.sure) return admit;
    return this.runner.makeSure(stampMs).then(sure => (sure.ok ? admit : sure));
  }

  /** Past the lease: a round trip to the switch, after which commands may be written for 150 ms counted from its sending. */
  barrier(): Promise<Result<true, FenceReason>> {
    return this.current ? this.runner.barrier() : Promise.resolve(notOwner);
  }

  async attachDn(dn: DnName): Promise<Result<true, string>> {
    return this.current ? this.runner.attach(dnText(dn)) : notOwner;
  }

  detachDn(): void {
    if (this.current) this.runner.detach();
  }

  savePassport(passport: unknown): void {
    if (this.current) this.runner.savePassport(passport);
  }

  async passportWritten(withinMs: number): Promise<void> {
    if (this.current) await this.runner.passportWritten(withinMs);
  }

  /** Hands the session to whoever asks next: what was saved is written first. */
  async release(): Promise<void> {
    if (this.current) await this.runner.release();
  }

  async end(_reason: 'logout' | 'linger'): Promise<void> {
    if (this.current) await this.runner.leave('ended');
  }
}

const notOwner: Result<never, FenceReason> = { ok: false, reason: 'not-owner' };
