/** What one probe of `GET /health` found. */
export type Probe =
  | { readonly kind: 'ok'; readonly draining: boolean; readonly ms: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'status'; readonly status: number };

/** The verdict on one origin URL, with what led to it. */
export interface Verdict {
  readonly state: 'up' | 'draining' | 'down';
  /** Since when it holds, wall clock ms. */
  readonly sinceMs: number;
  readonly reason: string;
  /** Probes in a row that failed, or passed, up to now. */
  readonly fails: number;
  readonly passes: number;
  readonly probedMs: number;
  /** When it last came back from `down`. */
  readonly recoveredMs?: number;
}

export const fall = 3;
export const rise = 2;

/** Before the first probe an origin counts as up: a new edge must serve at once. */
export const unprobed = (nowMs: number): Verdict => ({
  state: 'up',
  sinceMs: nowMs,
  reason: 'not probed yet',
  fails: 0,
  passes: 0,
  probedMs: 0,
});

/** Counts one routine probe: down after `fall` failures in a row, up after `rise` passes. */
export function judge(before: Verdict, probe: Probe, nowMs: number): Verdict {
  if (probe.kind === 'ok') {
    const passes = before.passes + 1;
    const counted = { ...before, fails: 0, passes, probedMs: nowMs };
    if (before.state === 'down' && passes < rise) return counted;
    const state = probe.draining ? 'draining' : 'up';
    return state === before.state
      ? { ...counted, reason: reasonUp(probe) }
      : { ...counted, state, sinceMs: nowMs, reason: reasonUp(probe), ...(before.state === 'down' ? { recoveredMs: nowMs } : {}) };
  }
  const fails = before.fails + 1;
  const counted = { ...before, fails, passes: 0, probedMs: nowMs };
  if (before.state === 'down') return counted;
  return fails < fall
    ? counted
    : { ...counted, state: 'down', sinceMs: nowMs, reason: `${fails} probes failed, the last: ${reasonDown(probe)}` };
}

/** Three probes on behalf of a waiting request all failed: down at once. */
export const confirmDown = (before: Verdict, probe: Probe, nowMs: number): Verdict =>
  before.state === 'down'
    ? { ...before, passes: 0, probedMs: nowMs }
    : {
        state: 'down',
        sinceMs: nowMs,
        reason: `confirmed for a waiting request: ${reasonDown(probe)}`,
        fails: fall,
        passes: 0,
        probedMs: nowMs,
      };

const reasonUp = (probe: Probe & { kind: 'ok' }): string => (probe.draining ? 'says that it drains' : 'answers');

function reasonDown(probe: Probe): string {
  switch (probe.kind) {
    case 'ok':
      return 'answered';
    case 'lost':
      return 'connection refused or lost';
    case 'silent':
      return 'no answer in time';
    case 'status':
      return `answered ${probe.status}`;
  }
}
