import type { StatValue } from '@handover/shared/genesys';
import type { CheckedDefinition } from './definition.ts';
import type { Fact, Ongoing } from './facts.ts';
import { Tally, type Amounts } from './tally.ts';

/** What a statistic looks at. */
export interface Watched {
  /** `group`: the statuses of several are summed up, not shown. */
  kind: 'one' | 'group';
  targets: readonly string[];
  /** The status target whose login begins the profile SinceLogin. */
  login: string | undefined;
}

/** One definition on one object: fed with facts, asked for its value. */
export class Statistic {
  readonly watched: Watched;
  readonly definition: CheckedDefinition;
  readonly #targets: ReadonlySet<string>;
  readonly #main: Tally;
  readonly #relative: Tally;

  constructor(watched: Watched, definition: CheckedDefinition) {
    this.watched = watched;
    this.definition = definition;
    this.#targets = new Set(watched.targets);
    const { profile, rangeMs } = definition;
    this.#main = new Tally({ mask: definition.main, profile, rangeMs });
    this.#relative = definition.relative === definition.main ? this.#main : new Tally({ mask: definition.relative, profile, rangeMs });
  }

  apply(fact: Fact): void {
    const tallies = this.#relative === this.#main ? [this.#main] : [this.#main, this.#relative];
    for (const tally of tallies) {
      if (this.#targets.has(fact.target) && isOf(fact, this.definition)) tally.apply(fact);
      // After it: the time logged out is not counted since the login.
      if (isLogin(fact, this.watched.login)) tally.loggedIn(fact.at);
    }
  }

  value(now: number, statusAt: (target: string) => Ongoing | undefined): StatValue {
    const { category } = this.definition;
    const isState = category === 'CurrentState' || category === 'CurrentTargetState' || category === 'CurrentStateReasons';
    if (isState && this.watched.kind === 'group') return groupState(this.watched.targets, statusAt);
    if (isState) return stateValue(statusAt(this.watched.targets[0] ?? ''), now);
    const main = this.#main.read(now);
    return { intValue: Math.round(numberOf(this.definition, main, this.#relative === this.#main ? undefined : this.#relative.read(now))) };
  }

  nextReset(now: number): number | undefined {
    return this.#main.nextReset(now);
  }
}

/** Whether it is of the definition's medium. */
export const isOf = ({ mediaType }: Fact, definition: Pick<CheckedDefinition, 'mediaType'>): boolean =>
  definition.mediaType === undefined || definition.mediaType === (mediaType ?? 'voice');

export const isLogin = (fact: Fact, login: string | undefined): boolean =>
  fact.target === login && fact.kind === 'end' && fact.action === 'LoggedOut';

/** The number of a category; `relative` undefined: no other mask than the main one. */
export function numberOf({ category }: Pick<CheckedDefinition, 'category'>, main: Amounts, relative: Amounts | undefined): number {
  const of = relative ?? main;
  switch (category) {
    case 'CurrentState':
    case 'CurrentStateReasons':
    case 'CurrentTargetState':
      return 0;
    case 'CurrentNumber':
      return main.open;
    case 'CurrentNumberInTimeRange':
      return main.openInRange;
    case 'CurrentTime':
    case 'CurrentMaxTime':
      return main.openMaxMs / 1_000;
    case 'CurrentAverageTime':
      return ratio(main.openMs / 1_000, main.open, 0);
    case 'TotalTime':
      return main.timeMs / 1_000;
    case 'TotalNumber':
      return main.begun;
    case 'MaxTime':
      return main.maxMs / 1_000;
    case 'AverageTime':
      return ratio(main.timeMs / 1_000, of.begun, 0);
    case 'RelativeNumberPercentage':
      return ratio(100 * main.begun, of.begun, 0);
    case 'RelativeTimePercentage':
      return ratio(100 * main.timeMs, of.timeMs, 0);
    case 'TotalNumberInTimeRange':
      return main.inRange;
    case 'TotalNumberInTimeRangePercentage':
      return ratio(100 * main.inRange, main.finished, 0);
    case 'ServiceFactor1':
      // Nobody waited: the service was kept.
      return ratio(100 * main.inRange, main.finished + (relative?.finished ?? 0), 100);
  }
}

const ratio = (part: number, whole: number, otherwise: number): number => (whole === 0 ? otherwise : part / whole);

function stateValue(ongoing: Ongoing | undefined, now: number): StatValue {
  if (ongoing === undefined) return { stringValue: 'NotMonitored', lastedS: 0 };
  const reasons = ongoing.reasons.flatMap(({ key, value }) => (Array.isArray(value) ? [] : [{ key, value: String(value) }]));
  return {
    stringValue: ongoing.action,
    lastedS: Math.round((now - ongoing.since) / 1_000),
    ...(reasons.length === 0 ? {} : { reasons }),
  };
}

/** A group waits for calls when one of its agents does; is not ready when all who are there are busy; and is logged out when nobody is there. */
function groupState(targets: readonly string[], statusAt: (target: string) => Ongoing | undefined): StatValue {
  const statuses = targets.map(target => statusAt(target)?.action ?? 'NotMonitored');
  const ready = statuses.filter(status => status === 'WaitForNextCall').length;
  const away = statuses.every(status => status === 'LoggedOut' || status === 'NotMonitored');
  const stringValue = ready > 0 ? 'WaitForNextCall' : away ? 'LoggedOut' : 'NotReadyForNextCall';
  return { stringValue, intValue: ready };
}
