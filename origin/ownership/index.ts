import { sleep } from '@handover/shared/time';
import { sessionKey, sessionParts } from './session-key.ts';
import type { AgentSessionKey, Ownership } from '../contracts/ownership.ts';
import type { NodeView, Registry, RegistryNode } from '../contracts/registry.ts';
import { Caretaker } from './caretaker.ts';
import { carryOut } from './effects.ts';
import { LeaseRunner } from './lease-runner.ts';
import type { OwnershipPorts } from './ports.ts';
import { ReviveBatch } from './revive-batch.ts';
import { allRules } from './rules.ts';
import type { Rules } from './rules.ts';
import { SessionRunner } from './session-runner.ts';
import type { Outcome } from './session-runner.ts';
import { Turns } from './turns.ts';
import type { EnsureContext, OwnershipHooks, PassportSealer, Surroundings } from './surroundings.ts';

export { createUpstashRegistry } from './registry-upstash.ts';
export type { EnsureContext, OwnershipHooks, PassportSealer } from './surroundings.ts';
export type { OwnershipPorts } from './ports.ts';
export type { Tenure } from './tenure.ts';

export interface OwnershipOptions extends OwnershipPorts {
  readonly sealer: PassportSealer;
  readonly hooks: OwnershipHooks;
  /** How long a request waits for its session, ms; 4,000 by default. */
  readonly ensureTimeoutMs?: number;
  /** Sessions not held of which the highest epoch heard is remembered; 20,000 by default. */
  readonly maxRemembered?: number;
  /** For the model only. */
  readonly rules?: Rules;
}

export interface OwnershipStatus {
  readonly incarnation: string;
  readonly leased: boolean;
  readonly draining: boolean;
  readonly sessions: readonly { session: string; epoch: number; state: string; dn: string | undefined }[];
}

export interface OwnershipDoor extends Ownership {
  ensure(key: AgentSessionKey, context: EnsureContext, options?: { fresh?: boolean }): Outcome | Promise<Outcome>;
  /** Takes the lease and begins to look after the region. */
  start(): void;
  /**
   * Hands every session over: others may take them at once. Takes none any more. With `spreadMs` they go one by one, evenly over that time.
   * Resolves when all are let go, `deadlineMs` have passed, or the drain was called off.
   */
  drain(options?: { deadlineMs?: number; spreadMs?: number }): Promise<void>;
  /** Takes sessions again after a drain. */
  undrain(): void;
  /** Ends timers and gives the lease back. Drain first: what is still owned is cut off. */
  stop(): Promise<void>;
  status(): OwnershipStatus;
  /** Other nodes as last read from the registry. */
  nodes(): readonly NodeView[];
}

/** One owner per agent session: takes, holds and hands over sessions by the rules of SPEC.md. */
export function createOwnership(options: OwnershipOptions): OwnershipDoor {
  return new NodeRunner(options);
}

const drainDeadlineMs = 10_000;
/** Enough to keep registry and switch busy over a WAN; the rest waits, the oldest first. */
const claimsAtOnce = 128;
const adoptionsAtOnce = 32;
/** So many waiting sessions at once are worth a line when they are through. */
const rushSize = 64;

class NodeRunner implements OwnershipDoor {
  private readonly options: OwnershipOptions;
  private readonly sessions = new Map<string, SessionRunner>();
  /** Not held, in the order in which they became so: the oldest is forgotten first. */
  private readonly remembered = new Set<string>();
  private readonly lease: LeaseRunner;
  private readonly caretaker: Caretaker;
  private readonly around: Surroundings;
  private readonly numbers = new Map<number, NodeView | RegistryNode>();
  private views: readonly NodeView[] = [];
  private isDraining = false;

  constructor(options: OwnershipOptions) {
    this.options = options;
    const rules = options.rules ?? allRules;
    this.numbers.set(options.node.number, options.node);
    this.lease = new LeaseRunner(options, rules, {
      ended: (old, revivableUntilMs) => {
        options.log.warn('incarnation ended', { incarnation: old, revivable: revivableUntilMs !== undefined });
        for (const each of [...this.sessions.values()]) each.dispatch({ kind: 'incarnation-ended', revivableUntilMs });
      },
      held: taken => {
        for (const { session, epoch } of taken) this.sessions.get(session)?.dispatch({ kind: 'taken-away', epoch });
        for (const each of this.sessions.values()) if (each.awaitsLease) each.dispatch({ kind: 'lease-held' });
      },
    });
    this.caretaker = new Caretaker(options, rules, {
      incarnation: () => (this.lease.leased ? this.lease.incarnation : undefined),
      draining: () => this.isDraining,
      adopt: session => this.lookAfter(session),
      nodes: views => this.learn(views),
    });
    const batch = new ReviveBatch(options, () => this.lease.incarnation);
    this.around = {
      ...options,
      rules,
      ensureTimeoutMs: options.ensureTimeoutMs ?? 4_000,
      claims: new Turns(claimsAtOnce, peak => this.tellRush('claims', peak)),
      adoptions: new Turns(adoptionsAtOnce, peak => this.tellRush('adoptions', peak)),
      past: this.lease.past,
      incarnation: () => this.lease.incarnation,
      leased: () => this.lease.leased,
      draining: () => this.isDraining,
      nodeNumbered: number => this.numbers.get(number),
      revive: (session, epoch, dn) => batch.add({ session, epoch, dn }),
      idle: session => this.idle(session),
    };
  }

  ensure(key: AgentSessionKey, context: EnsureContext, options?: { fresh?: boolean }): Outcome | Promise<Outcome> {
    const name = sessionKey(key);
    const runner = this.sessions.get(name);
    return runner?.ready(context) ?? this.open(name, key).wait(context, options?.fresh ?? false);
  }

  markEnded(sid: string, ttlMs: number): Promise<void> {
    return this.registry.putEnded(sid, ttlMs);
  }

  isEnded(sid: string): Promise<boolean> {
    return this.registry.isEnded(sid);
  }

  start(): void {
    this.lease.start();
    this.caretaker.start();
  }

  async drain({ deadlineMs = drainDeadlineMs, spreadMs = 0 }: { deadlineMs?: number; spreadMs?: number } = {}): Promise<void> {
    this.isDraining = true;
    const { clock } = this.options;
    const queue = [...this.sessions.values()].filter(each => each.tenure !== undefined);
    const [total, startedMs] = [queue.length, clock.monotonic()];
    const worker = async (): Promise<void> => {
      for (let each = queue.shift(); each !== undefined && this.isDraining; each = queue.shift()) {
        const turnMs = startedMs + (spreadMs * (total - queue.length)) / total - clock.monotonic();
        if (turnMs > 0) await sleep(clock, turnMs);
        if (this.isDraining) await each.tenure?.release();
      }
    };
    const workers = Promise.all(Array.from({ length: Math.min(drainWidth, queue.length) }, worker)).then(() => undefined);
    await Promise.race([workers, new Promise<void>(resolve => void clock.after(deadlineMs, resolve))]);
  }

  undrain(): void {
    this.isDraining = false;
  }

  async stop(): Promise<void> {
    this.isDraining = true;
    this.caretaker.stop();
    for (const each of this.sessions.values()) {
      each.unlisten?.stop();
      each.cancelRetry?.();
      each.cancelSettle?.();
    }
    await this.lease.stop();
  }

  status(): OwnershipStatus {
    const { incarnation, leased } = this.lease;
    const held = [...this.sessions.values()].filter(each => each.state.kind !== 'absent');
    const sessions = held.map(({ session, epoch, state, facts }) => ({ session, epoch, state: state.kind, dn: facts.dn }));
    return { incarnation, leased, draining: this.isDraining, sessions };
  }

  nodes(): readonly NodeView[] {
    return this.views;
  }

  private get registry(): Registry {
    return this.options.registry;
  }

  private open(name: string, key: AgentSessionKey): SessionRunner {
    let runner = this.sessions.get(name);
    if (runner === undefined) {
      runner = new SessionRunner(name, key, this.around, carryOut);
      this.sessions.set(name, runner);
    }
    this.remembered.delete(name);
    return runner;
  }

  /** Nobody asked, but the record has no owner that holds it. */
  private lookAfter(session: string): void {
    const key = sessionParts(session);
    if (key === undefined) return;
    const runner = this.open(session, key);
    if (runner.state.kind === 'absent' || runner.state.kind === 'lapsed') runner.look();
  }

  private tellRush(queue: 'claims' | 'adoptions', peak: number): void {
    if (peak >= rushSize) this.options.log.info('a rush is over', { queue, peak });
  }

  private learn(views: readonly NodeView[]): void {
    this.views = views;
    for (const each of views) this.numbers.set(each.number, each);
  }

  private idle(name: string): void {
    const runner = this.sessions.get(name);
    if (runner === undefined) return;
    if (!runner.facts.held) {
      runner.unlisten?.stop();
      this.sessions.delete(name);
      return;
    }
    this.remembered.delete(name);
    this.remembered.add(name);
    if (this.remembered.size <= (this.options.maxRemembered ?? 20_000)) return;
    const [oldest] = this.remembered;
    if (oldest === undefined) return;
    this.remembered.delete(oldest);
    this.sessions.get(oldest)?.unlisten?.stop();
    this.sessions.delete(oldest);
  }
}

/** Sessions handed over at once. */
const drainWidth = 64;
