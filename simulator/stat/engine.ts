import type { MediaType } from '@handover/shared/genesys';
import type { CheckedDefinition } from './definition.ts';
import type { Fact, Ongoing } from './facts.ts';
import { Statistic, type Watched } from './statistic.ts';

/** Facts kept of each target, so that a statistic opened later counts from before it was opened. */
const maxKept = 1_000;

interface Shared {
  statistic: Statistic;
  users: number;
}
interface Kept {
  order: number;
  fact: Fact;
}

/** Holds what has happened, and brings the open statistics up to each fact. Equal definitions on equal targets are one statistic. */
export class Engine {
  readonly #kept = new Map<string, Kept[]>();
  readonly #ongoing = new Map<string, Map<string, Ongoing>>();
  readonly #statistics = new Map<string, Shared>();
  readonly #byTarget = new Map<string, Set<Statistic>>();
  #order = 0;

  /** Facts in the order of time; answers the statistics that they concern. */
  record(facts: readonly Fact[]): Set<Statistic> {
    const concerned = new Set<Statistic>();
    for (const fact of facts) {
      this.#keep(fact);
      for (const statistic of this.#byTarget.get(fact.target) ?? []) {
        statistic.apply(fact);
        concerned.add(statistic);
      }
    }
    return concerned;
  }

  /** What goes on at a target: its status. */
  readonly status = (target: string): Ongoing | undefined => this.#ongoing.get(target)?.values().next().value;

  open(watched: Watched, definition: CheckedDefinition): Statistic {
    const key = keyOf(watched, definition);
    const known = this.#statistics.get(key);
    if (known !== undefined) {
      known.users += 1;
      return known.statistic;
    }
    const statistic = this.once(watched, definition);
    this.#statistics.set(key, { statistic, users: 1 });
    for (const target of sourcesOf(watched)) this.#byTarget.set(target, (this.#byTarget.get(target) ?? new Set()).add(statistic));
    return statistic;
  }

  close(statistic: Statistic): void {
    const key = keyOf(statistic.watched, statistic.definition);
    const known = this.#statistics.get(key);
    if (known?.statistic !== statistic || (known.users -= 1) > 0) return;
    this.#statistics.delete(key);
    for (const target of sourcesOf(statistic.watched)) {
      const there = this.#byTarget.get(target);
      there?.delete(statistic);
      if (there?.size === 0) this.#byTarget.delete(target);
    }
  }

  /** A statistic to read at once: it learns of nothing that happens later. */
  once(watched: Watched, definition: CheckedDefinition): Statistic {
    const statistic = new Statistic(watched, definition);
    for (const fact of this.#past(sourcesOf(watched))) statistic.apply(fact);
    return statistic;
  }

  #keep(fact: Fact): void {
    const kept = this.#kept.get(fact.target) ?? [];
    this.#kept.set(fact.target, kept);
    kept.push({ order: (this.#order += 1), fact });
    if (kept.length > maxKept) kept.shift();
    if (fact.kind === 'happened') return;
    const ongoing = this.#ongoing.get(fact.target) ?? new Map<string, Ongoing>();
    this.#ongoing.set(fact.target, ongoing);
    if (fact.kind === 'end') ongoing.delete(fact.key);
    else ongoing.set(fact.key, { action: fact.action, since: fact.at, reasons: fact.reasons ?? [], ...mediumOf(fact) });
  }

  #past(targets: readonly string[]): Fact[] {
    const forgotten: Fact[] = [];
    const kept: Kept[] = [];
    for (const target of targets) {
      const own = this.#kept.get(target) ?? [];
      kept.push(...own);
      const oldest = own[0]?.fact.at ?? 0;
      // An activity may go on whose beginning is no longer kept.
      for (const [key, { action, since, mediaType }] of this.#ongoing.get(target) ?? [])
        if (since < oldest) forgotten.push({ kind: 'begin', at: since, target, key, action, ...mediumOf({ mediaType }) });
    }
    forgotten.sort((one, other) => one.at - other.at);
    kept.sort((one, other) => one.order - other.order);
    return [...forgotten, ...kept.map(({ fact }) => fact)];
  }
}

const mediumOf = ({ mediaType }: { mediaType?: MediaType | undefined }): { mediaType?: MediaType } =>
  mediaType === undefined ? {} : { mediaType };

const sourcesOf = ({ targets, login }: Watched): string[] => [...new Set(login === undefined ? targets : [...targets, login])];
const keyOf = (watched: Watched, definition: CheckedDefinition): string =>
  JSON.stringify([watched.kind, watched.targets, watched.login ?? null, definition.text]);
