import type { RefereeWord } from '../contracts/referee.ts';
import type { RecordView } from '../contracts/registry.ts';
import { bareAllowed, bareClaim, judge, mergeWants, noWant, waitedOut } from './decide.ts';
import { timing } from './rules.ts';
import type {
  Claim,
  Effect,
  Env,
  EventKind,
  EventOf,
  Facts,
  Hold,
  LostReason,
  State,
  StateKind,
  StateOf,
  Step,
  TakeArgs,
  Want,
} from './state.ts';

/** The building blocks of the table: each answers a whole step. */
export interface Around {
  readonly facts: Facts;
  readonly env: Env;
}

export const step = (state: State, facts: Facts, ...effects: Effect[]): Step => ({ state, facts, effects });

export const hear = (facts: Facts, epoch: number): Facts => (epoch > facts.heard ? { ...facts, heard: epoch } : facts);

/** A state at the moment of an event. */
interface On<T extends State> extends Around {
  readonly state: T;
}
export type At<S extends StateKind> = On<StateOf<S>>;

type Handler<S extends StateKind, E extends EventKind> = (at: At<S>, event: EventOf<E>) => Step;
export type Row<S extends StateKind> = { readonly [E in EventKind]: Handler<S, E> };

/** One row per state, one cell per event: the compiler refuses a missing one. */
export type Table = { readonly [S in StateKind]: Row<S> };

/** Nothing changes: the event is late, or means nothing here. */
export const stay = ({ state, facts }: { state: State; facts: Facts }): Step => step(state, facts);
/** Only what is known changes. */
export const noteWord = ({ state, facts }: At<StateKind>, { word }: EventOf<'heard'>): Step => step(state, hear(facts, word.epoch));
export const noteTaken = ({ state, facts }: At<StateKind>, { epoch }: EventOf<'taken-away'>): Step => step(state, hear(facts, epoch));
export const noteDn = ({ state, facts }: At<StateKind>, { dn }: EventOf<'attach'>): Step => step(state, { ...facts, dn });

export const toReading = (want: Want, facts: Facts): Step => step({ kind: 'reading', want, tries: 0 }, facts, { kind: 'read' });

export const toTaking = (want: Want, take: TakeArgs, fallback: Hold | undefined, facts: Facts): Step =>
  step({ kind: 'taking', want, take, fallback }, facts, { kind: 'take', take });

/** Back to nothing; who waits begins anew, and the service drops what it has. */
export function toAbsent(reason: LostReason, { facts }: Around, adopting = false, ...effects: Effect[]): Step {
  const lost: Effect[] = facts.kept || adopting ? [{ kind: 'lost', reason }] : [];
  return step({ kind: 'absent' }, { ...facts, kept: false }, ...lost, ...effects, { kind: 'attached', ok: false }, { kind: 'rewant' });
}

/** A higher epoch is known: let go in this tick, and say so where the taker hears it. */
export function yieldTo(
  epoch: number,
  mine: { epoch: number; incarnation: string; bare: boolean },
  around: Around,
  adopting = false,
): Step {
  const facts = hear(around.facts, epoch);
  const effects: Effect[] = [];
  if (facts.dn !== undefined) effects.push({ kind: 'say', word: 'released', epoch, incarnation: mine.incarnation });
  if (!mine.bare) effects.push({ kind: 'depart', epoch: mine.epoch, incarnation: mine.incarnation });
  return toAbsent('higher-epoch', { ...around, facts }, adopting, ...effects);
}

/** The registry said whose it is. */
export function afterRead(record: RecordView | undefined, want: Want, around: Around): Step {
  const facts = record === undefined ? around.facts : { ...hear(around.facts, record.epoch), dn: around.facts.dn ?? record.dn };
  const verdict = judge(record, want, facts, around.env);
  if (verdict.kind === 'take') return toTaking(want, verdict.take, undefined, facts);
  const reason: LostReason = verdict.answer.kind === 'ended' ? 'ended' : 'taken';
  const lost: Effect[] = facts.kept ? [{ kind: 'lost', reason }] : [];
  return step(
    { kind: 'absent' },
    { ...facts, kept: false },
    ...lost,
    { kind: 'answer', answer: verdict.answer },
    { kind: 'attached', ok: false },
  );
}

/** A claim is made known where a referee is, else it asks the registry at once. */
export function toClaim(claim: Claim, want: Want, { facts, env }: Around): Step {
  const known = { ...hear(facts, claim.epoch), held: true, left: false };
  if (known.dn !== undefined && env.rules.announce) return toAnnouncing(claim, want, known);
  return claim.bare ? toHold(claim, { facts: known, env }) : toGoing(claim, want, { facts: known, env });
}

export const toAnnouncing = (claim: Claim, want: Want, facts: Facts): Step =>
  step({ kind: 'announcing', want, claim }, facts, { kind: 'announce', epoch: claim.epoch, incarnation: claim.incarnation });

export const toGoing = (claim: Claim, want: Want, { facts, env }: Around): Step =>
  step({ kind: 'going', want, claim }, facts, goEffect(claim, env));

export const goEffect = (claim: Claim, env: Env): Effect => ({
  kind: 'go',
  epoch: claim.epoch,
  over: claim.over,
  waited: waitedOut(claim, env),
});

/** Nobody heard it: the DN stays closed until somebody does. */
export const reannounceSoon: Effect = { kind: 'timer', event: 'reannounce', ms: timing.reannounce };

export const retryIn = (ms: number): Effect => ({ kind: 'timer', event: 'retry', ms });

/** No registry: act by the referee alone when that is allowed, else `otherwise`. */
export const bareOr = (want: Want, around: Around, otherwise: () => Step, tries = 0): Step =>
  bareAllowed(want, around.facts, around.env, tries) ? toClaim(bareClaim(want, around.facts, around.env), want, around) : otherwise();

/** The epoch acts: the service goes on, or builds the session up first. */
export function toHold(claim: Claim, { facts, env }: Around): Step {
  const { epoch, incarnation, bare } = claim;
  const announced = claim.announced || (!env.rules.announce && facts.dn !== undefined);
  const hold: Hold = { epoch, incarnation, bare, announced, noted: !bare, stale: false };
  const again: Effect[] = facts.dn !== undefined && !announced ? [reannounceSoon] : [];
  if (!facts.kept) return step({ kind: 'adopting', hold }, facts, { kind: 'adopt' }, ...again);
  return step(
    { kind: 'active', hold },
    facts,
    ...again,
    { kind: 'resumed' },
    { kind: 'attached', ok: announced },
    { kind: 'answer', answer: { kind: 'owned' } },
  );
}

const maxRounds = 3;

/**
 * Between the minting of an epoch and its announcement another node, which does not reach the registry, may have minted a higher one, announced it
 * to nobody who listens, and acted. A new epoch is above that one.
 */
export const grownOld = (claim: Claim, ms: number, { facts, env }: Around): boolean =>
  env.rules.freshClaim && facts.dn !== undefined && !claim.bare && claim.round < maxRounds && env.monotonicMs - claim.sinceMs > ms;

export function takeAgain(claim: Claim, want: Want, { facts, env }: Around): Step {
  const over = [...env.past, ...claim.over];
  const floor = Math.max(facts.heard, claim.epoch);
  const take = { sinceMs: env.monotonicMs, round: claim.round + 1, expect: claim.epoch, floor, over };
  return toTaking(want, take, undefined, facts);
}

/** Acts again after a state in which nothing of the DN was followed up. */
export function toActive(hold: Hold, around: Around): Step {
  // Words heard meanwhile were only noted.
  if (around.facts.heard > hold.epoch && around.env.rules.letGo) return yieldTo(around.facts.heard, hold, around);
  if (hold.stale) return afterLink(hold, around);
  const { epoch, incarnation } = hold;
  const again: Effect[] = around.facts.dn !== undefined && !hold.announced ? [{ kind: 'announce', epoch, incarnation }] : [];
  return step({ kind: 'active', hold }, around.facts, ...again, { kind: 'answer', answer: { kind: 'owned' } });
}

/** The session is taken again by its own holder: after a lost link, or when the registry is back. */
export function retake(hold: Hold, expect: number, fallback: Hold | undefined, { facts, env }: Around): Step {
  const take = { sinceMs: env.monotonicMs, round: 0, expect, floor: Math.max(facts.heard, hold.epoch), over: [...env.past] };
  return toTaking(noWant, take, fallback, facts);
}

/** The link is back: what was said meanwhile was not heard. */
export function afterLink(hold: Hold, around: Around): Step {
  if (!around.env.rules.retakeAfterLink) return step({ kind: 'active', hold: { ...hold, announced: true, stale: false } }, around.facts);
  if (hold.bare) return toClaim(bareClaim(noWant, around.facts, around.env), noWant, around);
  return retake(hold, hold.epoch, undefined, around);
}

/** A word on the DN, heard by somebody who claims or holds an epoch. */
export function onWord(
  word: RefereeWord,
  mine: { epoch: number; incarnation: string; bare: boolean },
  around: Around,
  stay: (facts: Facts, ...effects: Effect[]) => Step,
  adopting = false,
): Step {
  if (word.incarnation === mine.incarnation || around.env.past.has(word.incarnation) || word.kind === 'released') return stay(around.facts);
  if (word.epoch > mine.epoch) return around.env.rules.letGo ? yieldTo(word.epoch, mine, around, adopting) : stay(around.facts);
  if (word.kind === 'answer') return stay(around.facts);
  return stay(around.facts, { kind: 'say', word: 'answer', epoch: mine.epoch, incarnation: mine.incarnation });
}

/** `released` of a predecessor, for our epoch or a higher one: it is over. */
export function withReleased(word: RefereeWord, claim: Claim): Claim {
  if (word.kind !== 'released' || word.epoch < claim.epoch || claim.over.includes(word.incarnation)) return claim;
  return claim.before.includes(word.incarnation) ? { ...claim, over: [...claim.over, word.incarnation] } : claim;
}

/** A claim ends with its incarnation, unless it was made without the registry. */
export function claimEnds(around: Around, claim: { epoch: number; incarnation: string }): Step {
  if (!around.facts.kept) return step({ kind: 'absent' }, around.facts, { kind: 'rewant' });
  return step({ kind: 'lapsed', epoch: claim.epoch, incarnation: claim.incarnation }, around.facts, { kind: 'rewant' });
}

/** Let go on purpose. */
export function toLeaving(mine: { epoch: number; incarnation: string }, to: 'free' | 'ended', { facts }: Around, adopting = false): Step {
  const { epoch, incarnation } = mine;
  const lost: Effect[] = facts.kept || adopting ? [{ kind: 'lost', reason: to === 'ended' ? 'ended' : 'released' }] : [];
  const state: State = { kind: 'leaving', epoch, incarnation, to, tries: 0 };
  return step(
    state,
    { ...facts, kept: false, left: true },
    ...lost,
    { kind: 'leave', epoch, incarnation, to },
    { kind: 'attached', ok: false },
  );
}

export const pinTooHigh = (want: Want, epoch: number): boolean => want.pin > epoch;
export const merged = (held: Want, event: { want: Want }): Want => mergeWants(held, event.want);
export const pollSoon = retryIn(timing.poll);
export const retrySoon = retryIn(timing.retry);

/** Without the registry no predecessor is known: whoever was frozen when the epoch was announced may act until its lease has run out. */
export function settleTimer(env: Env, bare: boolean): Effect {
  const ms = bare && env.rules.bareWait ? timing.predecessor : timing.settle;
  return { kind: 'timer', event: 'settled', ms: env.rules.settle ? ms : 0 };
}
