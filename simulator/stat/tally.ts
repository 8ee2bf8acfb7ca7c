import type { TimeProfile } from '@handover/shared/genesys';
import type { Fact } from './facts.ts';

/** What a mask amounts to at one moment. Times in milliseconds. */
export interface Amounts {
  /** Begun, or happened, in the time profile. */
  begun: number;
  /** Over in the time profile, and how many of these took a time in the range. */
  finished: number;
  inRange: number;
  timeMs: number;
  maxMs: number;
  /** Going on now. */
  open: number;
  openInRange: number;
  openMs: number;
  openMaxMs: number;
}

interface Span {
  /** When it counts as begun. */
  begunAt: number;
  endedAt: number;
  durationMs: number;
  /** Told when it was over: its whole duration counts at its end. */
  retrospective: boolean;
}

const maxSpans = 10_000;
const dayMs = 86_400_000;

export interface TallyOptions {
  mask: (action: string) => boolean;
  profile: TimeProfile;
  rangeMs: readonly [number, number];
}

/** Counts the activities of a mask as their facts come, in one time profile. Facts come in the order of time; `read` may ask later, never earlier. */
export class Tally {
  readonly #options: TallyOptions;
  readonly #open = new Map<string, number>();
  #from = Number.NEGATIVE_INFINITY;
  #nextReset = Number.NEGATIVE_INFINITY;
  #begun = 0;
  #finished = 0;
  #inRange = 0;
  #timeMs = 0;
  #maxMs = 0;
  /** Sliding and Selection: what is over, oldest first. Sliding: when activities began. */
  #spans: Span[] = [];
  #begins: number[] = [];

  constructor(options: TallyOptions) {
    this.#options = options;
  }

  /** Begins from zero at a login: for the profile SinceLogin. */
  loggedIn(at: number): void {
    if (this.#options.profile.kind === 'SinceLogin') this.#zero(at);
  }

  apply(fact: Fact): void {
    if (!this.#options.mask(fact.action)) return;
    this.#advance(fact.at);
    switch (fact.kind) {
      case 'begin':
        this.#open.set(keyOf(fact), fact.at);
        this.#begun += 1;
        if (this.#options.profile.kind === 'Sliding') this.#begins.push(fact.at);
        if (this.#begins.length > maxSpans) this.#begins.shift();
        return;
      case 'end': {
        const begunAt = this.#open.get(keyOf(fact));
        if (begunAt === undefined) return;
        this.#open.delete(keyOf(fact));
        return this.#finish({ begunAt, endedAt: fact.at, durationMs: fact.at - begunAt, retrospective: false });
      }
      case 'happened':
        this.#begun += 1;
        if (this.#options.profile.kind === 'Sliding') this.#begins.push(fact.at);
        return this.#finish({ begunAt: fact.at, endedAt: fact.at, durationMs: fact.durationMs, retrospective: true });
    }
  }

  read(now: number): Amounts {
    this.#advance(now);
    const amounts: Amounts = { ...this.#past(), open: this.#open.size, openInRange: 0, openMs: 0, openMaxMs: 0 };
    const counts = this.#options.profile.kind !== 'Selection';
    for (const since of this.#open.values()) {
      const ms = now - since;
      amounts.openMs += ms;
      amounts.openMaxMs = Math.max(amounts.openMaxMs, ms);
      if (this.#isInRange(ms)) amounts.openInRange += 1;
      if (!counts) continue;
      amounts.timeMs += now - Math.max(since, this.#from);
      amounts.maxMs = Math.max(amounts.maxMs, ms);
    }
    return amounts;
  }

  /** When a growing profile begins again; undefined for the others. */
  nextReset(now: number): number | undefined {
    this.#advance(now);
    return this.#options.profile.kind === 'Growing' ? this.#nextReset : undefined;
  }

  #finish(span: Span): void {
    const { profile } = this.#options;
    if (profile.kind === 'Sliding' || profile.kind === 'Selection') {
      this.#spans.push(span);
      if (this.#spans.length > (profile.kind === 'Selection' ? profile.count : maxSpans)) this.#spans.shift();
      return;
    }
    this.#finished += 1;
    if (this.#isInRange(span.durationMs)) this.#inRange += 1;
    this.#timeMs += this.#timeOf(span);
    this.#maxMs = Math.max(this.#maxMs, span.durationMs);
  }

  #past(): Pick<Amounts, 'begun' | 'finished' | 'inRange' | 'timeMs' | 'maxMs'> {
    const { kind } = this.#options.profile;
    if (kind !== 'Sliding' && kind !== 'Selection')
      return { begun: this.#begun, finished: this.#finished, inRange: this.#inRange, timeMs: this.#timeMs, maxMs: this.#maxMs };
    const sum = { begun: kind === 'Sliding' ? this.#begins.length : this.#spans.length, finished: 0, inRange: 0, timeMs: 0, maxMs: 0 };
    for (const span of this.#spans) {
      sum.finished += 1;
      if (this.#isInRange(span.durationMs)) sum.inRange += 1;
      sum.timeMs += this.#timeOf(span);
      sum.maxMs = Math.max(sum.maxMs, span.durationMs);
    }
    return sum;
  }

  /** How much of it lies in the profile. */
  #timeOf(span: Span): number {
    return span.retrospective ? span.durationMs : span.endedAt - Math.max(span.begunAt, this.#from);
  }

  #isInRange(ms: number): boolean {
    const [from, to] = this.#options.rangeMs;
    return ms >= from && ms < to;
  }

  /** Lets go what the profile has left behind. */
  #advance(now: number): void {
    const { profile } = this.#options;
    if (profile.kind === 'Growing' && now >= this.#nextReset) {
      const { last, next } = resetsAround(now, profile.resetAtS ?? [0]);
      this.#zero(last);
      this.#nextReset = next;
    } else if (profile.kind === 'Sliding') {
      this.#from = now - profile.windowS * 1_000;
      while (this.#spans[0] !== undefined && this.#spans[0].endedAt < this.#from) this.#spans.shift();
      while (this.#begins[0] !== undefined && this.#begins[0] < this.#from) this.#begins.shift();
    }
  }

  #zero(from: number): void {
    this.#from = from;
    this.#begun = this.#finished = this.#inRange = this.#timeMs = this.#maxMs = 0;
  }
}

const keyOf = (fact: { target: string; key: string }): string => `${fact.target} ${fact.key}`;

/** The reset times before (or at) and after a moment. */
export function resetsAround(now: number, resetAtS: readonly number[]): { last: number; next: number } {
  const midnight = Math.floor(now / dayMs) * dayMs;
  const times = [-1, 0, 1].flatMap(day => resetAtS.map(second => midnight + day * dayMs + second * 1_000));
  return { last: Math.max(...times.filter(time => time <= now)), next: Math.min(...times.filter(time => time > now)) };
}
