import { expect, it } from 'vitest';
import { leaseUntil, nextLease } from './lease.ts';
import type { LeaseState } from './lease.ts';
import { allRules } from './rules.ts';

const env = (monotonicMs: number, rules = allRules) => ({ monotonicMs, rules, freshIncarnation: () => 'n~2' });
const creating: LeaseState = { kind: 'creating', incarnation: 'n~1', sentAtMs: 100 };
const held: LeaseState = { kind: 'held', incarnation: 'n~1', untilMs: 1_450 };
const extending: LeaseState = { kind: 'extending', incarnation: 'n~1', untilMs: 1_450, sentAtMs: 600 };
const yes = { kind: 'answered', answer: { held: true, taken: [] } } as const;
const no = { kind: 'answered', answer: { held: false } } as const;

it('counts 1,350 ms from the send, not from the answer', () => {
  const [state, ...effects] = nextLease(creating, yes, env(400));
  expect(leaseUntil(state)).toBe(1_450);
  expect(effects).toEqual([
    { kind: 'lease-held', taken: [] },
    { kind: 'wait', ms: 200 },
  ]);
});

it('C11: an unanswered creation ends the incarnation, so that its late arrival means nothing', () => {
  const [state, ended] = nextLease(creating, { kind: 'failed' }, env(500));
  expect(state).toEqual({ kind: 'pausing', incarnation: 'n~2' });
  expect(ended).toEqual({ kind: 'incarnation-ended', old: 'n~1', revivableUntilMs: undefined });
  const [unsafe] = nextLease(creating, { kind: 'failed' }, env(500, { ...allRules, freshIncarnation: false }));
  expect(unsafe.incarnation).toBe('n~1');
});

it('an unanswered extension is tried again under the same incarnation', () => {
  expect(nextLease(held, { kind: 'due' }, env(600))).toEqual([extending, { kind: 'extend', incarnation: 'n~1' }]);
  expect(nextLease(extending, { kind: 'failed' }, env(1_000))).toEqual([held, { kind: 'wait', ms: 150 }]);
});

it('a lease found gone ends the incarnation, revivable while our own count runs', () => {
  const [state, ended, create] = nextLease(extending, no, env(700));
  expect(state).toEqual({ kind: 'creating', incarnation: 'n~2', sentAtMs: 700 });
  expect(ended).toEqual({ kind: 'incarnation-ended', old: 'n~1', revivableUntilMs: 1_450 });
  expect(create).toEqual({ kind: 'create', incarnation: 'n~2' });
  const [, late] = nextLease(extending, no, env(1_451));
  expect(late).toEqual({ kind: 'incarnation-ended', old: 'n~1', revivableUntilMs: undefined });
});
