/** Rows of the states in which an epoch is taken but does not act yet. */
import { bareAllowed, excludes, noWant, nodeOf } from './decide.ts';
import { timing } from './rules.ts';
import type { Claim, EventOf, Step } from './state.ts';
import {
  afterRead,
  bareOr,
  claimEnds,
  goEffect,
  grownOld,
  hear,
  merged,
  noteDn,
  noteTaken,
  noteWord,
  onWord,
  pinTooHigh,
  pollSoon,
  retrySoon,
  settleTimer,
  stay,
  step,
  takeAgain,
  toAbsent,
  toActive,
  toAnnouncing,
  toClaim,
  toGoing,
  toHold,
  toLeaving,
  toReading,
  withReleased,
  yieldTo,
} from './steps.ts';
import type { At, Row } from './steps.ts';

/** States with a claim that does not act yet. */
type ClaimKind = 'announcing' | 'settling' | 'going';
const withClaim = <S extends ClaimKind>({ state, facts }: At<S>, claim: Claim): Step => step({ ...state, claim }, facts);
const claiming = {
  want: (at: At<ClaimKind>, event: EventOf<'want'>): Step =>
    pinTooHigh(event.want, at.state.claim.epoch)
      ? yieldTo(event.want.pin, at.state.claim, at)
      : step({ ...at.state, want: merged(at.state.want, event) }, at.facts),
  // A claim is never dropped half-way: the record names this node.
  unwanted: stay,
  read: stay,
  took: stay,
  revived: stay,
  left: stay,
  heard: (at: At<ClaimKind>, { word }: EventOf<'heard'>): Step =>
    word.kind === 'released'
      ? withClaim(at, withReleased(word, at.state.claim))
      : onWord(word, at.state.claim, at, (facts, ...effects) => step(at.state, facts, ...effects)),
  'taken-away': (at: At<ClaimKind>, { epoch }: EventOf<'taken-away'>): Step =>
    epoch > at.state.claim.epoch || !at.env.rules.noticeEpoch ? yieldTo(epoch, at.state.claim, at) : stay(at),
  'incarnation-ended': (at: At<ClaimKind>): Step => (at.state.claim.bare ? stay(at) : claimEnds(at, at.state.claim)),
  'lease-held': stay,
  reannounce: stay,
  adopted: stay,
  'adopt-failed': stay,
  attach: (at: At<ClaimKind>, { dn }: EventOf<'attach'>): Step => {
    const facts = { ...at.facts, dn };
    return dn === undefined ? toGoing(at.state.claim, at.state.want, { ...at, facts }) : toAnnouncing(at.state.claim, at.state.want, facts);
  },
  leave: (at: At<ClaimKind>, { to }: EventOf<'leave'>): Step => toLeaving(at.state.claim, to, at),
};

/** Without a referee the claim goes on by the registry alone, and the DN stays closed; without a registry too there is nothing. */
const unheard = (at: At<'announcing' | 'settling'>): Step => {
  const { claim, want } = at.state;
  if (!claim.bare) return toGoing({ ...claim, announced: false }, want, at);
  return at.facts.kept ? claimEnds(at, claim) : toAbsent('taken', at, false, { kind: 'answer', answer: { kind: 'unavailable' } });
};

const reannounce = (at: At<ClaimKind>, { change }: EventOf<'link'>): Step =>
  change === 'back' && at.facts.dn !== undefined
    ? toAnnouncing({ ...at.state.claim, announced: false }, at.state.want, at.facts)
    : withClaim(at, { ...at.state.claim, announced: false });

export const taking: Row<'taking'> = {
  want: ({ state, facts }, event) => step({ ...state, want: merged(state.want, event) }, hear(facts, event.want.pin)),
  // An unanswered take may have taken effect: it is repeated until answered.
  unwanted: stay,
  read: stay,
  took: (at, { answer }) => {
    const { want, take } = at.state;
    if (answer.kind === 'no-lease') return step({ kind: 'reading', want, tries: 0 }, at.facts, retrySoon);
    const { incarnation, monotonicMs } = at.env;
    const claim = (epoch: number, before: readonly string[]): Step => {
      const { sinceMs, round } = take;
      const made = { epoch, incarnation, before, over: [], takenAtMs: monotonicMs, sinceMs, round, bare: false, announced: false };
      if (grownOld(made, timing.takeFresh, at)) return takeAgain(made, want, at);
      return at.facts.heard > epoch ? yieldTo(at.facts.heard, made, at) : toClaim(made, want, at);
    };
    if (answer.kind === 'taken') return claim(answer.epoch, answer.before);
    const { record } = answer;
    const own = record !== undefined && record.owner === incarnation && record.state === 'claimed' && record.epoch > take.floor;
    if (own && at.env.rules.ownTake) return claim(record.epoch, record.before);
    return afterRead(record, want, at);
  },
  went: stay,
  revived: stay,
  left: stay,
  'registry-failed': at => {
    const { fallback, want } = at.state;
    if (fallback !== undefined) return toActive(fallback, at);
    // Nobody asks: the next renewal of the lease begins anew.
    if (want === noWant && at.facts.kept) return claimEnds(at, { epoch: at.facts.heard, incarnation: at.env.incarnation });
    return bareOr(want, at, () => step(at.state, at.facts, retrySoon));
  },
  retry: ({ state, facts }) => step(state, facts, { kind: 'take', take: state.take }),
  announced: stay,
  'referee-failed': stay,
  settled: stay,
  heard: noteWord,
  'taken-away': noteTaken,
  link: (at, { change }) =>
    at.state.fallback === undefined
      ? stay(at)
      : step({ ...at.state, fallback: { ...at.state.fallback, announced: false, stale: change === 'back' } }, at.facts),
  'incarnation-ended': at =>
    at.state.fallback === undefined
      ? claimEnds(at, { epoch: at.facts.heard, incarnation: at.env.incarnation })
      : toActive(at.state.fallback, at),
  'lease-held': stay,
  reannounce: stay,
  adopted: stay,
  'adopt-failed': stay,
  attach: noteDn,
  leave: (at, { to }) => toLeaving({ epoch: at.facts.heard, incarnation: at.env.incarnation }, to, at),
};

export const announcing: Row<'announcing'> = {
  ...claiming,
  went: stay,
  'registry-failed': stay,
  retry: stay,
  announced: at => {
    const { want, claim } = at.state;
    if (grownOld(claim, timing.claimFresh, at)) return takeAgain(claim, want, at);
    return step({ kind: 'settling', want, claim }, at.facts, settleTimer(at.env, claim.bare));
  },
  'referee-failed': unheard,
  settled: stay,
  link: (at, event) => (event.change === 'lost' ? unheard(at) : reannounce(at, event)),
};

export const settling: Row<'settling'> = {
  ...claiming,
  went: stay,
  'registry-failed': stay,
  retry: stay,
  announced: stay,
  'referee-failed': unheard,
  settled: at => {
    const claim = { ...at.state.claim, announced: true };
    return claim.bare ? toHold(claim, at) : toGoing(claim, at.state.want, at);
  },
  link: (at, event) => (event.change === 'lost' ? unheard(at) : reannounce(at, event)),
};

export const going: Row<'going'> = {
  ...claiming,
  went: (at, { answer }) => {
    const { claim, want } = at.state;
    switch (answer.kind) {
      case 'active':
        return toHold(claim, at);
      case 'waiting':
      case 'young':
        return step(at.state, at.facts, pollSoon);
      case 'lost':
      case 'no-lease':
        return at.facts.kept ? toReading(want, at.facts) : step({ kind: 'absent' }, at.facts, { kind: 'rewant' });
    }
  },
  'registry-failed': at => {
    const { claim, want } = at.state;
    const others = claim.before.filter(each => !claim.over.includes(each));
    const allExcluded = others.every(each => excludes(want, nodeOf(each), 0, at.env));
    if (claim.announced && allExcluded && bareAllowed(want, at.facts, at.env)) return toHold({ ...claim, bare: true }, at);
    return step(at.state, at.facts, retrySoon);
  },
  retry: ({ state, facts, env }) => step(state, facts, goEffect(state.claim, env)),
  announced: stay,
  'referee-failed': stay,
  settled: stay,
  link: reannounce,
};
