import { expect, it } from 'vitest';
import { noWant } from './decide.ts';
import { allRules } from './rules.ts';
import type { Claim, Env, Event, EventKind, Facts, Hold, State, StateKind } from './state.ts';
import { next, table } from './table.ts';

const inc = 'us-east/1~a';
const env: Env = {
  monotonicMs: 10_000,
  wallMs: 2_000_000,
  self: { id: 'us-east/1', number: 1, region: 'us-east' },
  incarnation: inc,
  past: new Set(['us-east/1~old']),
  nodeNumbered: number => (number === 9 ? { id: 'eu-west/1', region: 'eu-west', url: undefined } : undefined),
  draining: false,
  rules: allRules,
};
const epoch = 1_500_000 * 1_024 + 1;
const higher = 1_600_000 * 1_024 + 9;
const facts: Facts = { heard: epoch, held: true, left: false, dn: '7001@sw', kept: true };
const hold: Hold = { epoch, incarnation: inc, bare: false, announced: true, noted: true, stale: false };
const claim: Claim = {
  epoch,
  incarnation: inc,
  before: ['eu-west/1~b'],
  over: [],
  takenAtMs: 9_000,
  sinceMs: 9_000,
  round: 0,
  bare: false,
  announced: false,
};
const want = noWant;
const states: { [S in StateKind]: Extract<State, { kind: S }> } = {
  absent: { kind: 'absent' },
  reading: { kind: 'reading', want, tries: 0 },
  taking: { kind: 'taking', want, take: { sinceMs: 10_000, round: 0, expect: 0, floor: 0, over: [] }, fallback: undefined },
  announcing: { kind: 'announcing', want, claim },
  settling: { kind: 'settling', want, claim },
  going: { kind: 'going', want, claim },
  adopting: { kind: 'adopting', hold },
  active: { kind: 'active', hold },
  reviving: { kind: 'reviving', hold, untilMs: 11_000 },
  lapsed: { kind: 'lapsed', epoch, incarnation: inc },
  leaving: { kind: 'leaving', epoch, incarnation: inc, to: 'free', tries: 0 },
};
const word = { session: 's', epoch: higher, incarnation: 'eu-west/1~b', kind: 'announce' } as const;
const events: { [E in EventKind]: Extract<Event, { kind: E }> } = {
  want: { kind: 'want', want },
  unwanted: { kind: 'unwanted' },
  read: { kind: 'read', record: undefined },
  took: { kind: 'took', answer: { kind: 'taken', epoch: epoch + 1_024, before: [] } },
  went: { kind: 'went', answer: { kind: 'active' } },
  revived: { kind: 'revived', answer: 'put' },
  left: { kind: 'left' },
  'registry-failed': { kind: 'registry-failed' },
  retry: { kind: 'retry' },
  announced: { kind: 'announced' },
  'referee-failed': { kind: 'referee-failed' },
  settled: { kind: 'settled' },
  reannounce: { kind: 'reannounce' },
  heard: { kind: 'heard', word },
  'taken-away': { kind: 'taken-away', epoch: higher },
  link: { kind: 'link', change: 'back' },
  'incarnation-ended': { kind: 'incarnation-ended', revivableUntilMs: undefined },
  'lease-held': { kind: 'lease-held' },
  adopted: { kind: 'adopted' },
  'adopt-failed': { kind: 'adopt-failed' },
  attach: { kind: 'attach', dn: '7001@sw' },
  leave: { kind: 'leave', to: 'free' },
};
const kinds = Object.keys(events) as EventKind[];
const stateKinds = Object.keys(states) as StateKind[];
const at = (state: StateKind, event: Event, over: Partial<Facts> = {}, rules = allRules) =>
  next(states[state], { ...facts, ...over }, event, { ...env, rules });

it('has a cell for every state and event', () => {
  for (const state of stateKinds) expect(Object.keys(table[state]).sort()).toEqual([...kinds].sort());
});

it('never lowers the highest epoch known', () => {
  for (const state of stateKinds) for (const event of kinds) expect(at(state, events[event]).facts.heard).toBeGreaterThanOrEqual(epoch);
});

it('lets go in the same step in every state that claims or holds, when it hears a higher epoch', () => {
  for (const state of ['announcing', 'settling', 'going', 'adopting', 'active', 'reviving', 'lapsed'] as const) {
    for (const event of [events.heard, events['taken-away']]) {
      const step = at(state, event);
      expect([state, step.state.kind]).toEqual([state, 'absent']);
      expect(step.effects).toContainEqual({ kind: 'say', word: 'released', epoch: higher, incarnation: inc });
      expect(step.effects).toContainEqual({ kind: 'lost', reason: 'higher-epoch' });
    }
  }
});

it('drops what the service has whenever it comes to hold nothing', () => {
  for (const state of stateKinds.filter(each => each !== 'absent' && each !== 'leaving')) {
    for (const event of kinds) {
      const step = at(state, events[event]);
      if (step.state.kind !== 'absent' && step.state.kind !== 'leaving') continue;
      expect([state, event, step.facts.kept]).toEqual([state, event, false]);
      expect([state, event, step.effects.some(each => each.kind === 'lost')]).toEqual([state, event, true]);
    }
  }
});

it('answers a lower epoch with its own', () => {
  const low = { ...word, epoch: epoch - 1_024 };
  expect(at('active', { kind: 'heard', word: low }).effects).toEqual([{ kind: 'say', word: 'answer', epoch, incarnation: inc }]);
});

it('takes, announces, settles, goes, adopts and acts, in this order', () => {
  const order: string[] = [];
  let state: State = states.absent;
  let known: Facts = { ...facts, kept: false };
  for (const event of ['want', 'read', 'took', 'announced', 'settled', 'went', 'adopted'] as const) {
    const step = next(state, known, events[event], env);
    [state, known] = [step.state, step.facts];
    order.push(state.kind);
  }
  expect(order).toEqual(['reading', 'taking', 'announcing', 'settling', 'going', 'adopting', 'active']);
});

it('waits by asking again while predecessors may act, and tells the registry who is over', () => {
  const released = at('going', { kind: 'heard', word: { ...word, kind: 'released' } });
  const retry = next(released.state, released.facts, events.retry, env);
  expect(retry.effects).toEqual([{ kind: 'go', epoch, over: ['eu-west/1~b'], waited: false }]);
  const later = next(states.going, facts, events.retry, { ...env, monotonicMs: 10_500 });
  expect(later.effects).toEqual([{ kind: 'go', epoch, over: [], waited: true }]);
});

it('a released word for a lower epoch than the claim proves nothing', () => {
  const step = at('going', { kind: 'heard', word: { ...word, kind: 'released', epoch: epoch - 1 } });
  expect(step.state).toEqual(states.going);
});

const record = { epoch, owner: 'eu-west/1~b', region: 'eu-west', before: [], dn: undefined, url: undefined } as const;

it('a living owner is never robbed, claimed or not, unless the edge excluded its node', () => {
  for (const state of ['claimed', 'active'] as const) {
    const step = at('reading', { kind: 'read', record: { ...record, state, ownerAlive: true } }, { kept: false });
    expect(step.effects[0]).toMatchObject({ kind: 'answer', answer: { kind: 'elsewhere', node: 'eu-west/1' } });
    const excluded = next(
      { kind: 'reading', tries: 0, want: { ...noWant, excluded: [{ node: 'eu-west/1', stampMs: 1_900_000 }] } },
      facts,
      {
        kind: 'read',
        record: { ...record, state, ownerAlive: true },
      },
      env,
    );
    expect(excluded.state.kind).toBe('taking');
  }
});

it('acts without the registry only when the holder of the highest epoch was excluded, or is itself', () => {
  const failed = (excluded: string[], heard: number) =>
    next(
      { kind: 'reading', tries: 0, want: { ...noWant, excluded: excluded.map(node => ({ node, stampMs: 1_900_000 })) } },
      { ...facts, heard, kept: false },
      events['registry-failed'],
      env,
    );
  expect(failed(['eu-west/1'], higher).state).toMatchObject({ kind: 'announcing', claim: { bare: true, epoch: 2_000_000 * 1_024 + 1 } });
  expect(failed([], epoch).state.kind).toBe('announcing');
  expect(failed([], higher).effects[0]).toMatchObject({ kind: 'answer', answer: { kind: 'elsewhere', region: 'eu-west' } });
  expect(failed([], 0).state.kind).toBe('reading');
});

it('a bare owner that hears a higher epoch while it asks the registry does not go on', () => {
  const bare = { ...hold, bare: true };
  const asking = { kind: 'taking', want, take: { sinceMs: 10_000, round: 0, expect: 0, floor: 0, over: [] }, fallback: bare } as const;
  const heard = next(asking, facts, events.heard, env);
  expect(next(asking, facts, events['registry-failed'], env).state.kind).toBe('active');
  expect(next(heard.state, heard.facts, events['registry-failed'], env).state.kind).toBe('absent');
});

it('an ended session is created again only by a fresh sign-in', () => {
  const ended = { kind: 'read', record: { ...record, state: 'ended', ownerAlive: false } } as const;
  expect(at('reading', ended).effects).toContainEqual({ kind: 'answer', answer: { kind: 'ended' } });
  expect(next({ kind: 'reading', tries: 0, want: { ...noWant, fresh: true } }, facts, ended, env).state.kind).toBe('taking');
});
