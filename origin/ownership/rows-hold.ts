/** Rows of the states in which this node is the owner. */
import { noWant } from './decide.ts';
import type { EventOf, Step } from './state.ts';
import {
  afterLink,
  noteDn,
  onWord,
  pinTooHigh,
  reannounceSoon,
  retake,
  retrySoon,
  settleTimer,
  stay,
  step,
  toAbsent,
  toActive,
  toLeaving,
  toReading,
  yieldTo,
} from './steps.ts';
import type { At, Row } from './steps.ts';

const holdHeard = (at: At<'adopting' | 'active' | 'reviving'>, { word }: EventOf<'heard'>): Step =>
  onWord(word, at.state.hold, at, (facts, ...effects) => step(at.state, facts, ...effects), at.state.kind === 'adopting');
const holdTaken = (at: At<'adopting' | 'active' | 'reviving'>, { epoch }: EventOf<'taken-away'>): Step =>
  epoch > at.state.hold.epoch || !at.env.rules.noticeEpoch ? yieldTo(epoch, at.state.hold, at, at.state.kind === 'adopting') : stay(at);
const holdLeave = (at: At<'adopting' | 'active' | 'reviving'>, { to }: EventOf<'leave'>): Step =>
  toLeaving(at.state.hold, to, at, at.state.kind === 'adopting');
/** A session that cannot act now closes its DN; when the link is back it is taken again, later. */
const linkLater = (at: At<'adopting' | 'reviving'>, { change }: EventOf<'link'>): Step => {
  if (at.facts.dn === undefined) return stay(at);
  return step({ ...at.state, hold: { ...at.state.hold, announced: false, stale: change === 'back' } }, at.facts);
};

/** A DN attached to an epoch that acts is announced by itself; requests that do not need the DN go on. */
const holdAttach = (at: At<'adopting' | 'active'>, { dn }: EventOf<'attach'>): Step => {
  const { hold } = at.state;
  if (dn === at.facts.dn && hold.announced) return step(at.state, at.facts, { kind: 'attached', ok: true });
  const state = { ...at.state, hold: { ...hold, announced: false, noted: false } };
  const facts = { ...at.facts, dn };
  if (dn === undefined) return step(state, facts);
  return step(state, facts, { kind: 'announce', epoch: hold.epoch, incarnation: hold.incarnation });
};
const holdAnnounced = (at: At<'adopting' | 'active'>): Step => step(at.state, at.facts, settleTimer(at.env, false));
const holdUnheard = (at: At<'adopting' | 'active'>): Step => step(at.state, at.facts, { kind: 'attached', ok: false }, reannounceSoon);
const holdReannounce = (at: At<'adopting' | 'active'>): Step => {
  const { hold } = at.state;
  if (at.facts.dn === undefined || hold.announced) return stay(at);
  return step(at.state, at.facts, { kind: 'announce', epoch: hold.epoch, incarnation: hold.incarnation });
};
const holdSettled = (at: At<'adopting' | 'active'>): Step => {
  const { hold } = at.state;
  const note: Step['effects'] = hold.bare ? [] : [{ kind: 'go', epoch: hold.epoch, over: [], waited: true }];
  return step({ ...at.state, hold: { ...hold, announced: true } }, at.facts, { kind: 'attached', ok: true }, ...note);
};
const holdWent = (at: At<'adopting' | 'active'>, { answer }: EventOf<'went'>): Step => {
  if (answer.kind === 'active') return step({ ...at.state, hold: { ...at.state.hold, noted: true } }, at.facts);
  return stay(at);
};

export const adopting: Row<'adopting'> = {
  want: (at, { want }) => (pinTooHigh(want, at.state.hold.epoch) ? yieldTo(want.pin, at.state.hold, at, true) : stay(at)),
  unwanted: stay,
  read: stay,
  took: stay,
  went: holdWent,
  revived: stay,
  left: stay,
  'registry-failed': stay,
  retry: stay,
  announced: holdAnnounced,
  'referee-failed': holdUnheard,
  settled: holdSettled,
  reannounce: holdReannounce,
  heard: holdHeard,
  'taken-away': holdTaken,
  link: linkLater,
  'incarnation-ended': at => (at.state.hold.bare ? stay(at) : toAbsent('incarnation-ended', at, true)),
  'lease-held': stay,
  adopted: at => {
    const { hold } = at.state;
    const facts = { ...at.facts, kept: true };
    if (hold.stale) return afterLink(hold, { ...at, facts });
    return step({ kind: 'active', hold }, facts, { kind: 'answer', answer: { kind: 'owned' } });
  },
  'adopt-failed': at => {
    const { hold } = at.state;
    const left = toLeaving(hold, 'free', at);
    return step(left.state, left.facts, { kind: 'lost', reason: 'adoption-failed' }, ...left.effects, {
      kind: 'answer',
      answer: { kind: 'unavailable' },
    });
  },
  attach: holdAttach,
  leave: holdLeave,
};

export const active: Row<'active'> = {
  want: (at, { want }) =>
    pinTooHigh(want, at.state.hold.epoch)
      ? yieldTo(want.pin, at.state.hold, at)
      : step(at.state, at.facts, { kind: 'answer', answer: { kind: 'owned' } }),
  unwanted: stay,
  read: (at, { record }) => {
    const { hold } = at.state;
    if (!hold.bare) return stay(at);
    // Our own take may have taken effect unanswered: that is nobody else's epoch.
    const others = record !== undefined && record.owner !== at.env.incarnation;
    if (others && record.epoch > hold.epoch) return yieldTo(record.epoch, hold, at);
    return retake(hold, record?.epoch ?? 0, hold, at);
  },
  took: stay,
  went: (at, event) =>
    event.answer.kind === 'lost' && !at.state.hold.bare ? yieldTo(at.facts.heard, at.state.hold, at) : holdWent(at, event),
  revived: stay,
  left: stay,
  'registry-failed': stay,
  retry: stay,
  announced: holdAnnounced,
  'referee-failed': holdUnheard,
  settled: holdSettled,
  reannounce: holdReannounce,
  heard: holdHeard,
  'taken-away': holdTaken,
  link: (at, { change }) => {
    if (at.facts.dn === undefined) return stay(at);
    if (change === 'back') return afterLink(at.state.hold, at);
    return step({ ...at.state, hold: { ...at.state.hold, announced: false } }, at.facts, { kind: 'attached', ok: false });
  },
  'incarnation-ended': (at, { revivableUntilMs: untilMs }) => {
    const { hold } = at.state;
    if (hold.bare) return stay(at);
    if (untilMs !== undefined && at.env.rules.revive) return step({ kind: 'reviving', hold, untilMs }, at.facts);
    return step({ kind: 'lapsed', epoch: hold.epoch, incarnation: hold.incarnation }, at.facts);
  },
  'lease-held': at => {
    const { hold } = at.state;
    if (hold.bare) return step(at.state, at.facts, { kind: 'read' });
    if (hold.noted || !hold.announced) return stay(at);
    return step(at.state, at.facts, { kind: 'go', epoch: hold.epoch, over: [], waited: true });
  },
  adopted: stay,
  'adopt-failed': stay,
  attach: holdAttach,
  leave: holdLeave,
};

export const reviving: Row<'reviving'> = {
  want: (at, { want }) => (pinTooHigh(want, at.state.hold.epoch) ? yieldTo(want.pin, at.state.hold, at) : stay(at)),
  unwanted: stay,
  read: stay,
  took: stay,
  went: stay,
  revived: (at, { answer }) => {
    const hold = { ...at.state.hold, incarnation: at.env.incarnation };
    if (answer !== 'put') return toReading(noWant, at.facts);
    return toActive(hold, at);
  },
  left: stay,
  'registry-failed': at => step(at.state, at.facts, retrySoon),
  retry: at => tryRevive(at),
  announced: stay,
  'referee-failed': stay,
  settled: stay,
  reannounce: stay,
  heard: holdHeard,
  'taken-away': holdTaken,
  link: linkLater,
  'incarnation-ended': at => step({ kind: 'lapsed', epoch: at.state.hold.epoch, incarnation: at.state.hold.incarnation }, at.facts),
  'lease-held': at => tryRevive(at),
  adopted: stay,
  'adopt-failed': stay,
  attach: noteDn,
  leave: holdLeave,
};

/** The record may be put again only while our own count of the lost lease runs; later somebody may act. */
function tryRevive({ state, facts, env }: At<'reviving'>): Step {
  if (env.monotonicMs >= state.untilMs) return toReading(noWant, facts);
  return step(state, facts, { kind: 'revive', epoch: state.hold.epoch });
}
