import { knownElsewhere, noWant } from './decide.ts';
import { adopting, active, reviving } from './rows-hold.ts';
import { announcing, going, settling, taking } from './rows-claim.ts';
import { timing } from './rules.ts';
import type { Env, Event, EventOf, Facts, State, Step } from './state.ts';
import {
  afterRead,
  bareOr,
  claimEnds,
  hear,
  merged,
  noteDn,
  noteTaken,
  noteWord,
  onWord,
  pinTooHigh,
  retryIn,
  retrySoon,
  stay,
  step,
  toLeaving,
  toReading,
  yieldTo,
} from './steps.ts';
import type { At, Table } from './steps.ts';

/** Who holds nothing says so to a taker that may wait for it. */
const idleHeard = (at: At<'absent' | 'reading'>, event: EventOf<'heard'>): Step => {
  const { state, facts } = noteWord(at, event);
  const { kind, epoch } = event.word;
  if (kind !== 'announce' || !facts.held || facts.kept) return step(state, facts);
  return step(state, facts, { kind: 'say', word: 'released', epoch, incarnation: at.env.incarnation });
};

const idle = {
  took: stay,
  went: stay,
  revived: stay,
  left: stay,
  announced: stay,
  'referee-failed': stay,
  settled: stay,
  reannounce: stay,
  adopted: stay,
  'adopt-failed': stay,
  'taken-away': noteTaken,
  link: stay,
} satisfies Partial<Table['absent']>;

/** The complete table; SPEC.md shows it in words. */
export const table: Table = {
  absent: {
    ...idle,
    want: ({ facts }, { want }) => toReading(want, hear(facts, want.pin)),
    unwanted: stay,
    read: stay,
    'registry-failed': stay,
    retry: stay,
    heard: idleHeard,
    'incarnation-ended': stay,
    'lease-held': stay,
    attach: noteDn,
    leave: stay,
  },

  reading: {
    ...idle,
    want: ({ state, facts }, event) => step({ ...state, want: merged(state.want, event) }, hear(facts, event.want.pin)),
    unwanted: at => claimEnds(at, { epoch: at.facts.heard, incarnation: at.env.incarnation }),
    read: (at, { record }) => afterRead(record, at.state.want, at),
    'registry-failed': at =>
      bareOr(
        at.state.want,
        at,
        () => {
          const answer = at.facts.kept ? undefined : knownElsewhere(at.state.want, at.facts, at.env);
          if (answer !== undefined) return step({ kind: 'absent' }, at.facts, { kind: 'answer', answer });
          return step({ ...at.state, tries: at.state.tries + 1 }, at.facts, retrySoon);
        },
        at.state.tries,
      ),
    retry: ({ state, facts }) => step(state, facts, { kind: 'read' }),
    heard: idleHeard,
    'incarnation-ended': stay,
    'lease-held': stay,
    attach: noteDn,
    leave: stay,
  },

  taking,
  announcing,
  settling,
  going,
  adopting,
  active,
  reviving,

  lapsed: {
    ...idle,
    want: (at, { want }) =>
      pinTooHigh(want, at.state.epoch) ? yieldTo(want.pin, { ...at.state, bare: true }, at) : toReading(want, at.facts),
    unwanted: stay,
    read: stay,
    'registry-failed': stay,
    retry: stay,
    heard: (at, { word }) => onWord(word, { ...at.state, bare: false }, at, facts => step(at.state, facts)),
    'taken-away': (at, { epoch }) => (epoch > at.state.epoch ? yieldTo(epoch, { ...at.state, bare: false }, at) : stay(at)),
    'incarnation-ended': stay,
    'lease-held': at => toReading(noWant, at.facts),
    attach: noteDn,
    leave: (at, { to }) => toLeaving(at.state, to, at),
  },

  leaving: {
    ...idle,
    want: ({ state, facts }, { want }) => step(state, hear(facts, want.pin)),
    unwanted: stay,
    read: stay,
    left: ({ facts }) => step({ kind: 'absent' }, facts, { kind: 'rewant' }),
    'registry-failed': ({ state, facts }) =>
      state.tries >= 10
        ? step({ kind: 'absent' }, facts, { kind: 'rewant' })
        : step({ ...state, tries: state.tries + 1 }, facts, retryIn(timing.retry)),
    retry: ({ state, facts }) => step(state, facts, { kind: 'leave', epoch: state.epoch, incarnation: state.incarnation, to: state.to }),
    heard: noteWord,
    'incarnation-ended': stay,
    'lease-held': stay,
    attach: noteDn,
    leave: stay,
  },
};

/** One step of one session at one node. */
export function next(state: State, facts: Facts, event: Event, env: Env): Step {
  // The table is complete by its type; TypeScript cannot correlate the two unions at the call.
  const handler = table[state.kind][event.kind] as (at: { state: State; facts: Facts; env: Env }, event: Event) => Step;
  return handler({ state, facts, env }, event);
}
