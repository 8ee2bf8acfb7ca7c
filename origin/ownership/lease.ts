import type { Incarnation, LeaseAnswer, TakenAway } from '../contracts/registry.ts';
import { leaseTtlMs } from './registry-scripts.ts';
import { timing } from './rules.ts';
import type { Rules } from './rules.ts';

/** The lease of this process: one incarnation after the other. Times are monotonic ms. */
export type LeaseState =
  /** No lease yet; tried again soon. */
  | { readonly kind: 'pausing'; readonly incarnation: Incarnation }
  | { readonly kind: 'creating'; readonly incarnation: Incarnation; readonly sentAtMs: number }
  /** `untilMs`: our own count; may be over. */
  | { readonly kind: 'held'; readonly incarnation: Incarnation; readonly untilMs: number }
  | { readonly kind: 'extending'; readonly incarnation: Incarnation; readonly untilMs: number; readonly sentAtMs: number };

export type LeaseEvent =
  { readonly kind: 'due' } | { readonly kind: 'answered'; readonly answer: LeaseAnswer } | { readonly kind: 'failed' };

export type LeaseEffect =
  | { readonly kind: 'create'; readonly incarnation: Incarnation }
  | { readonly kind: 'extend'; readonly incarnation: Incarnation }
  | { readonly kind: 'wait'; readonly ms: number }
  /** What the old incarnation owned and claimed ends in this tick. */
  | { readonly kind: 'incarnation-ended'; readonly old: Incarnation; readonly revivableUntilMs: number | undefined }
  | { readonly kind: 'lease-held'; readonly taken: readonly TakenAway[] };

export interface LeaseEnv {
  readonly monotonicMs: number;
  readonly freshIncarnation: () => Incarnation;
  readonly rules: Rules;
}

type LeaseStep = readonly [LeaseState, ...LeaseEffect[]];
type Row<S extends LeaseState['kind']> = {
  readonly [E in LeaseEvent['kind']]: (
    state: Extract<LeaseState, { kind: S }>,
    event: Extract<LeaseEvent, { kind: E }>,
    env: LeaseEnv,
  ) => LeaseStep;
};

export const leaseTable: { readonly [S in LeaseState['kind']]: Row<S> } = {
  pausing: {
    due: ({ incarnation }, _event, env) => create(incarnation, env),
    answered: state => [state],
    failed: state => [state],
  },
  creating: {
    due: state => [state],
    answered: (state, { answer }, env) => (answer.held ? held(state, answer.taken, env) : renew(state, undefined, env)),
    // It may arrive later, when somebody has seen the lease absent: never the same id again.
    failed: (state, _event, env) =>
      env.rules.freshIncarnation ? renew(state, undefined, env) : [{ kind: 'pausing', incarnation: state.incarnation }, waitRetry],
  },
  held: {
    due: ({ incarnation, untilMs }, _event, env) => [
      { kind: 'extending', incarnation, untilMs, sentAtMs: env.monotonicMs },
      { kind: 'extend', incarnation },
    ],
    answered: state => [state],
    failed: state => [state],
  },
  extending: {
    due: state => [state],
    answered: (state, { answer }, env) => {
      if (answer.held) return held(state, answer.taken, env);
      const [next, ended] = renew(state, state.untilMs > env.monotonicMs ? state.untilMs : undefined, env);
      const [creating, ...effects] = create(next.incarnation, env);
      return ended === undefined ? [creating, ...effects] : [creating, ended, ...effects];
    },
    // An extension that arrives late extends only what still lives: the same id goes on.
    failed: ({ incarnation, untilMs }) => [{ kind: 'held', incarnation, untilMs }, waitRetry],
  },
};

/** One step of the lease. */
export function nextLease(state: LeaseState, event: LeaseEvent, env: LeaseEnv): LeaseStep {
  // The table is complete by its type; TypeScript cannot correlate the two unions at the call.
  const handler = leaseTable[state.kind][event.kind] as (state: LeaseState, event: LeaseEvent, env: LeaseEnv) => LeaseStep;
  return handler(state, event, env);
}

/** Until when the lease runs by our own count; undefined without one. */
export const leaseUntil = (state: LeaseState): number | undefined =>
  state.kind === 'held' || state.kind === 'extending' ? state.untilMs : undefined;

const waitRetry: LeaseEffect = { kind: 'wait', ms: timing.leaseRetry };

const create = (incarnation: Incarnation, env: LeaseEnv): LeaseStep => [
  { kind: 'creating', incarnation, sentAtMs: env.monotonicMs },
  { kind: 'create', incarnation },
];

function held(state: { incarnation: Incarnation; sentAtMs: number }, taken: readonly TakenAway[], env: LeaseEnv): LeaseStep {
  const untilMs = state.sentAtMs + (env.rules.leaseMargin ? timing.leaseOwn : leaseTtlMs);
  const wait = Math.max(0, state.sentAtMs + timing.leaseRenew - env.monotonicMs);
  return [
    { kind: 'held', incarnation: state.incarnation, untilMs },
    { kind: 'lease-held', taken },
    { kind: 'wait', ms: wait },
  ];
}

/** A new incarnation; the old one's ownership ends with it. */
function renew(state: LeaseState, revivableUntilMs: number | undefined, env: LeaseEnv): LeaseStep {
  const incarnation = env.freshIncarnation();
  return [{ kind: 'pausing', incarnation }, { kind: 'incarnation-ended', old: state.incarnation, revivableUntilMs }, waitRetry];
}
