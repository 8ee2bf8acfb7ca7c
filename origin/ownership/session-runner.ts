import { refuse } from '@handover/shared/result';
import type { Result } from '@handover/shared/result';
import type { AgentSessionKey, OwnershipRefusal } from '../contracts/ownership.ts';
import { PassportWriter, passportLimit } from './passport-writer.ts';
import { mergeWants, noWant } from './decide.ts';
import { timing } from './rules.ts';
import type { Answer, Effect, Env, Event, Facts, Hold, State, Want } from './state.ts';
import { dnText } from './surroundings.ts';
import type { EnsureContext, Surroundings } from './surroundings.ts';
import { next } from './table.ts';
import { Tenure } from './tenure.ts';
import type { FenceReason, TenureHolder } from './tenure.ts';

export type Outcome = Result<Tenure, OwnershipRefusal>;

interface Waiter {
  readonly want: Want;
  readonly settle: (outcome: Outcome) => void;
}

/** Does what a step asked for. */
export type CarryOut = (runner: SessionRunner, effect: Effect) => void;

const maxWaiters = 64;
const turnLimitMs = 2_000;
const claiming: ReadonlySet<State['kind']> = new Set(['reading', 'taking', 'announcing']);
const maxExcluded = 16;
const retryAfterMs = 500;

/** Runs the state machine of one session at this node, and answers those who need the session. */
export class SessionRunner implements TenureHolder {
  readonly session: string;
  readonly key: AgentSessionKey;
  readonly around: Surroundings;
  readonly passports: PassportWriter;
  state: State = { kind: 'absent' };
  facts: Facts = { heard: 0, held: false, left: false, dn: undefined, kept: false };
  /** The handle the service has; undefined while it has none. */
  tenure: Tenure | undefined;
  /** Grows with every change of state: answers that belong to an earlier state are dropped. */
  generation = 0;
  /** The passport, asked for while a claim without the registry is announced. */
  passportAhead: Promise<unknown> | undefined;
  /** Grows with every announcement: only the newest one's outcome counts. */
  announcement = 0;
  cancelRetry: (() => void) | undefined;
  cancelSettle: (() => void) | undefined;
  unlisten: { dn: string; stop: () => void } | undefined;
  readonly attachers = new Set<(ok: boolean) => void>();
  readonly leavers = new Set<() => void>();
  private readonly carryOut: CarryOut;
  private waiters: Waiter[] = [];
  /** Takes this session out of the queue of those that want to be claimed; undefined when it is not in it. */
  private cancelTurn: (() => void) | undefined;
  private endTurn: (() => void) | undefined;
  private readonly queue: Event[] = [];
  private running = false;
  private barrierUntilMs = -1;
  private barrierAsked: Promise<Result<true, FenceReason>> | undefined;
  private admitted: Result<{ epoch: number }, FenceReason> = closed;

  constructor(session: string, key: AgentSessionKey, around: Surroundings, carryOut: CarryOut) {
    this.carryOut = carryOut;
    this.session = session;
    this.key = key;
    this.around = around;
    this.passports = new PassportWriter(session, around, () => this.epoch);
  }

  /** The epoch that acts; 0 when none does. */
  get epoch(): number {
    return this.hold?.epoch ?? 0;
  }

  private get hold(): Hold | undefined {
    return this.state.kind === 'active' || this.state.kind === 'adopting' ? this.state.hold : undefined;
  }

  /** No round trip is needed before a command. */
  get sure(): boolean {
    const hold = this.hold;
    return hold !== undefined && ((!hold.bare && this.around.leased()) || !this.around.rules.barrier);
  }

  /** Whether a renewed lease means anything to this session: most of the time it does not. */
  get awaitsLease(): boolean {
    const { state } = this;
    if (state.kind === 'active') return state.hold.bare || !state.hold.noted || this.passports.waiting;
    return state.kind === 'reviving' || state.kind === 'lapsed';
  }

  /** The owned session, when this request can be served without waiting; undefined when it has to ask. */
  ready(context: EnsureContext): Outcome | undefined {
    if (this.state.kind !== 'active' || this.tenure === undefined) return undefined;
    const { hold } = this.state;
    if (context.pinEpoch !== undefined && context.pinEpoch > hold.epoch) return undefined;
    if (!hold.bare && this.around.leased()) return { ok: true, value: this.tenure };
    if (this.facts.dn !== undefined && hold.announced) return { ok: true, value: this.tenure };
    return unavailable('ownership.unsure');
  }

  /** Asks for the session and waits at most the deadline. */
  wait(context: EnsureContext, fresh: boolean): Promise<Outcome> {
    if (this.waiters.length >= maxWaiters) return Promise.resolve(unavailable('ownership.busy'));
    const excluded = context.excludedNodes.slice(0, maxExcluded).map(node => ({ node, stampMs: context.stampMs }));
    const want: Want = { excluded, gone: context.gone ?? [], pin: context.pinEpoch ?? 0, fresh };
    return new Promise(resolve => {
      const cancel = this.around.clock.after(this.around.ensureTimeoutMs, () => {
        waiter.settle(unavailable('ownership.busy'));
        this.waiters = this.waiters.filter(each => each !== waiter);
        if (this.waiters.length === 0) this.dispatch({ kind: 'unwanted' });
      });
      const waiter: Waiter = { want, settle: outcome => (cancel(), resolve(outcome)) };
      this.waiters.push(waiter);
      if (context.dn !== undefined && this.facts.dn === undefined) this.dispatch({ kind: 'attach', dn: dnText(context.dn) });
      this.ask(want);
    });
  }

  /** Both checks of a command in one tick: see rule 9. Allocates nothing. */
  fence(stampMs: number, channel: 'dn' | 'other'): Result<{ epoch: number }, FenceReason> {
    const hold = this.hold;
    if (hold === undefined) return this.facts.kept ? closed : notOwner;
    const { clock, referee, rules } = this.around;
    if ((hold.bare || !this.around.leased()) && rules.barrier && clock.monotonic() >= this.barrierUntilMs) return unsure;
    const age = clock.now() - stampMs;
    if (rules.requestAge && (age > timing.requestAge || age < -timing.stampAhead)) return stale;
    if (channel === 'dn') {
      const { dn } = this.facts;
      if (dn === undefined || !hold.announced) return closed;
      if (rules.drainedSocket && !referee.drained(dn)) return busy;
    }
    return this.admitted;
  }

  /** For a client's command only: the answer to a query proves that nothing higher was announced when it was sent. */
  barrier(): Promise<Result<true, FenceReason>> {
    this.barrierAsked ??= this.askBarrier().finally(() => (this.barrierAsked = undefined));
    return this.barrierAsked;
  }

  private async askBarrier(): Promise<Result<true, FenceReason>> {
    const { clock, referee } = this.around;
    const { dn } = this.facts;
    const hold = this.hold;
    if (hold === undefined) return notOwner;
    if (dn === undefined || !hold.announced) return unsure;
    const untilMs = clock.monotonic() + timing.barrier;
    const answered = await Promise.race([
      referee.query(dn).then(
        () => true,
        () => false,
      ),
      new Promise<false>(resolve => void clock.after(timing.barrier, () => resolve(false))),
    ]);
    const now = this.hold;
    if (now === undefined || now.epoch !== hold.epoch) return notOwner;
    if (!answered || !now.announced || this.facts.dn !== dn || clock.monotonic() >= untilMs) return unsure;
    this.barrierUntilMs = untilMs;
    return { ok: true, value: true };
  }

  /** Waits until a command of this age could be admitted: a session that is taken again first, an unsure one behind a barrier. */
  async makeSure(stampMs: number): Promise<Result<true, FenceReason>> {
    if (this.hold === undefined && this.facts.kept) {
      const left = timing.requestAge - (this.around.clock.now() - stampMs);
      if (left <= 0) return stale;
      const outcome = await this.wait({ stampMs, excludedNodes: [] }, false);
      if (!outcome.ok) return notOwner;
    }
    if (this.hold === undefined) return notOwner;
    return this.sure ? { ok: true, value: true } : this.barrier();
  }

  async attach(dn: string): Promise<Result<true, string>> {
    const attached = await new Promise<boolean>(resolve => {
      const settle = (ok: boolean): void => {
        cancel();
        this.attachers.delete(settle);
        resolve(ok);
      };
      const cancel = this.around.clock.after(this.around.ensureTimeoutMs, () => settle(false));
      this.attachers.add(settle);
      this.dispatch({ kind: 'attach', dn });
    });
    return attached ? { ok: true, value: true } : refuse('closed');
  }

  detach(): void {
    this.dispatch({ kind: 'attach', dn: undefined });
  }

  savePassport(passport: unknown): void {
    const text = JSON.stringify(passport);
    if (text.length > passportLimit(this.key)) {
      this.around.log.warn('passport too large', { session: this.session, bytes: text.length });
      return;
    }
    this.passports.save(text);
  }

  async passportWritten(withinMs: number): Promise<void> {
    let cancel = (): void => undefined;
    const late = new Promise<void>(resolve => (cancel = this.around.clock.after(withinMs, resolve)));
    await Promise.race([this.passports.flush(), late]);
    cancel();
  }

  async release(): Promise<void> {
    await this.passports.flush();
    await this.leave('free');
  }

  /** Resolves when the registry knows, or was asked ten times. */
  leave(to: 'free' | 'ended'): Promise<void> {
    this.passports.drop();
    return new Promise(resolve => {
      this.leavers.add(resolve);
      this.dispatch({ kind: 'leave', to });
      this.settleLeavers();
    });
  }

  /** Takes one event; what it leads to happens in the same tick. */
  dispatch(event: Event): void {
    this.queue.push(event);
    if (this.running) return;
    this.running = true;
    try {
      for (let each = this.queue.shift(); each !== undefined; each = this.queue.shift()) this.take(each);
    } finally {
      this.running = false;
    }
    this.settleLeavers();
    this.settleTurn();
    if (this.state.kind === 'absent' && this.waiters.length === 0 && this.cancelTurn === undefined) this.around.idle(this.session);
  }

  answer(answer: Answer): void {
    const outcome = this.outcomeOf(answer);
    for (const waiter of this.waiters.splice(0)) waiter.settle(outcome);
  }

  /** Those who still wait begin anew. */
  rewant(): void {
    if (this.waiters.length > 0) this.ask(this.allWants());
  }

  private allWants(): Want {
    return this.waiters.map(each => each.want).reduce(mergeWants, noWant);
  }

  /** A session that is nobody's business here yet waits for its turn; when that comes, for all who ask by then. */
  private ask(want: Want): void {
    if (this.state.kind !== 'absent' || this.running) return this.dispatch({ kind: 'want', want });
    if (this.cancelTurn !== undefined) return;
    let begun = false;
    const cancel = this.around.claims.take(done => {
      begun = true;
      this.cancelTurn = undefined;
      // A registry that is gone must not keep the turn from those who can do without it.
      const late = this.around.clock.after(turnLimitMs, done);
      this.endTurn = () => (late(), done());
      this.dispatch({ kind: 'want', want: this.waiters.length === 0 ? want : this.allWants() });
      this.settleTurn();
    });
    if (!begun) this.cancelTurn = cancel;
  }

  private settleTurn(): void {
    if (claiming.has(this.state.kind)) return;
    this.endTurn?.();
    this.endTurn = undefined;
  }

  /** Takes the session for the node itself, when the registry lets it. */
  look(): void {
    this.dispatch({ kind: 'want', want: noWant });
  }

  get waited(): boolean {
    return this.waiters.length > 0;
  }

  private take(event: Event): void {
    const { state, facts, effects } = next(this.state, this.facts, event, this.env());
    if (state.kind !== this.state.kind) {
      this.generation += 1;
      this.cancelRetry?.();
      this.cancelRetry = undefined;
    }
    const before = this.epoch;
    this.state = state;
    this.facts = facts;
    if (this.epoch !== before) {
      this.barrierUntilMs = -1;
      this.admitted = this.epoch === 0 ? closed : { ok: true, value: { epoch: this.epoch } };
    }
    for (const effect of effects) this.perform(effect);
    if (event.kind === 'registry-failed' && this.state.kind === 'reading' && !this.waited) this.queue.push({ kind: 'unwanted' });
    if (event.kind === 'lease-held' || this.epoch !== before) this.passports.kick();
  }

  private perform(effect: Effect): void {
    if (effect.kind === 'adopt') this.tenure = new Tenure(this.key, this);
    if (effect.kind === 'lost') {
      this.tenure = undefined;
      this.passports.drop();
    }
    this.carryOut(this, effect);
  }

  private settleLeavers(): void {
    if (this.leavers.size === 0 || this.state.kind === 'leaving') return;
    for (const settle of this.leavers) settle();
    this.leavers.clear();
  }

  private outcomeOf(answer: Answer): Outcome {
    switch (answer.kind) {
      case 'owned':
        return this.tenure === undefined ? unavailable('ownership.unsure') : { ok: true, value: this.tenure };
      case 'elsewhere': {
        const { region, node, incarnation, url } = answer;
        return refuse({ kind: 'elsewhere' as const, region, node, incarnation, ...(url === undefined ? {} : { url }) });
      }
      case 'ended':
        return refuse({ kind: 'ended' as const });
      case 'unavailable':
        return unavailable('ownership.unsure');
    }
  }

  private env(): Env {
    const { around } = this;
    return {
      monotonicMs: around.clock.monotonic(),
      wallMs: Math.floor(around.clock.now()),
      self: around.node,
      incarnation: around.incarnation(),
      past: around.past,
      nodeNumbered: number => around.nodeNumbered(number),
      draining: around.draining(),
      rules: around.rules,
    };
  }
}

const unavailable = (code: 'ownership.unsure' | 'ownership.busy'): Outcome => refuse({ kind: 'unavailable', code, retryAfterMs });
const notOwner: Result<never, FenceReason> = refuse('not-owner');
const unsure: Result<never, FenceReason> = refuse('unsure');
const closed: Result<never, FenceReason> = refuse('closed');
const busy: Result<never, FenceReason> = refuse('busy');
const stale: Result<never, FenceReason> = refuse('stale');
