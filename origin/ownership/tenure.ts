import type { Result } from '@handover/shared/result';
import type { AgentSessionKey, Owned } from '../contracts/ownership.ts';
import type { Admission } from '../contracts/voice.ts';
import type { FenceReason, SessionRunner } from './session-runner.ts';
import { dnText } from './surroundings.ts';
import type { DnName } from './surroundings.ts';

/** One unbroken time of owning a session; it stays refused once it is over, even when the node takes the session again. */
export class Tenure implements Owned {
  readonly key: AgentSessionKey;
  private readonly runner: SessionRunner;

  constructor(key: AgentSessionKey, runner: SessionRunner) {
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
    if (this.current) this.runner.dispatch({ kind: 'attach', dn: undefined });
  }

  savePassport(passport: unknown): void {
    if (this.current) this.runner.savePassport(passport);
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
