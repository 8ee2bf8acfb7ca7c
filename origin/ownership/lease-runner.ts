import type { Incarnation, TakenAway } from '../contracts/registry.ts';
import { leaseUntil, nextLease } from './lease.ts';
import type { LeaseEffect, LeaseEvent, LeaseState } from './lease.ts';
import type { Rules } from './rules.ts';
import type { OwnershipPorts } from './ports.ts';

export interface LeaseListener {
  ended(old: Incarnation, revivableUntilMs: number | undefined): void;
  held(taken: readonly TakenAway[]): void;
}

/** Keeps the lease of this process. */
export class LeaseRunner {
  readonly past = new Set<Incarnation>();
  private state: LeaseState;
  private readonly ports: OwnershipPorts;
  private readonly rules: Rules;
  private readonly listener: LeaseListener;
  private cancel: (() => void) | undefined;
  private stopped = false;
  private life = 0;

  constructor(ports: OwnershipPorts, rules: Rules, listener: LeaseListener) {
    this.ports = ports;
    this.rules = rules;
    this.listener = listener;
    this.state = { kind: 'pausing', incarnation: this.fresh() };
  }

  get incarnation(): Incarnation {
    return this.state.incarnation;
  }

  /** Monotonic ms until which the lease runs by our own count; undefined without one. */
  get untilMs(): number | undefined {
    return leaseUntil(this.state);
  }

  get leased(): boolean {
    const untilMs = leaseUntil(this.state);
    return untilMs !== undefined && this.ports.clock.monotonic() < untilMs;
  }

  start(): void {
    this.take({ kind: 'due' });
  }

  /** Gives the lease back; nothing may be owned any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel?.();
    await this.ports.registry.dropLease(this.ports.node, this.incarnation).catch(() => undefined); // else it runs out by itself
  }

  private take(event: LeaseEvent): void {
    if (this.stopped) return;
    const env = { monotonicMs: this.ports.clock.monotonic(), freshIncarnation: () => this.fresh(), rules: this.rules };
    const [state, ...effects] = nextLease(this.state, event, env);
    if (state.incarnation !== this.state.incarnation) this.past.add(this.state.incarnation);
    this.state = state;
    for (const effect of effects) this.perform(effect);
  }

  private perform(effect: LeaseEffect): void {
    const { registry, node, clock } = this.ports;
    switch (effect.kind) {
      case 'create':
        return this.call(registry.createLease(node, effect.incarnation));
      case 'extend':
        return this.call(registry.extendLease(node, effect.incarnation));
      case 'wait':
        this.cancel?.();
        this.cancel = clock.after(effect.ms, () => this.take({ kind: 'due' }));
        return;
      case 'incarnation-ended':
        if (this.past.size > maxPast) this.past.delete([...this.past][0] ?? '');
        return this.listener.ended(effect.old, effect.revivableUntilMs);
      case 'lease-held':
        return this.listener.held(effect.taken);
    }
  }

  private call(answer: Promise<Extract<LeaseEvent, { kind: 'answered' }>['answer']>): void {
    const { incarnation } = this.state;
    answer.then(
      given => {
        if (this.state.incarnation === incarnation) this.take({ kind: 'answered', answer: given });
      },
      () => {
        if (this.state.incarnation === incarnation) this.take({ kind: 'failed' });
      },
    );
  }

  private fresh(): Incarnation {
    this.life += 1;
    const { clock, random, node } = this.ports;
    const part = (): string => Math.floor(random() * 2 ** 40).toString(36);
    return `${node.id}~${Math.floor(clock.now()).toString(36)}-${this.life}-${part()}${part()}`;
  }
}

/** Incarnations that nobody can name any more: their leases ended long ago. */
const maxPast = 32;
