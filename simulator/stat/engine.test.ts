import { describe, expect, test } from 'vitest';
import type { TimeProfile } from '@handover/shared/genesys';
import { checkDefinition, type CheckedDefinition } from './definition.ts';
import { Engine } from './engine.ts';
import type { Fact } from './facts.ts';
import { isLogin, isOf, numberOf, type Watched } from './statistic.ts';
import { resetsAround, type Amounts } from './tally.ts';

/** The amounts of a mask by looking at the whole history. */
function naiveAmounts(
  history: readonly Fact[],
  watched: Watched,
  mask: (action: string) => boolean,
  d: CheckedDefinition,
  now: number,
): Amounts {
  const { profile, rangeMs } = d;
  const facts = history.filter(fact => watched.targets.includes(fact.target) && mask(fact.action) && isOf(fact, d));
  const logins = history.filter(fact => isLogin(fact, watched.login));
  const position = (fact: Fact): number => history.indexOf(fact);
  let from = Number.NEGATIVE_INFINITY;
  let since = -1;
  if (profile.kind === 'Growing') from = resetsAround(now, profile.resetAtS ?? [0]).last;
  if (profile.kind === 'Sliding') from = now - profile.windowS * 1_000;
  if (profile.kind === 'SinceLogin' && logins.length > 0) {
    from = logins[logins.length - 1]?.at ?? from;
    since = position(logins[logins.length - 1] as Fact);
  }
  const over: { at: number; order: number; begunAt: number; ms: number; retro: boolean }[] = [];
  const open: number[] = [];
  for (const fact of facts) {
    if (fact.kind === 'happened') over.push({ at: fact.at, order: position(fact), begunAt: fact.at, ms: fact.durationMs, retro: true });
    if (fact.kind !== 'begin') continue;
    const end = facts.find(
      other => other.kind === 'end' && other.target === fact.target && other.key === fact.key && position(other) > position(fact),
    );
    if (end === undefined) open.push(fact.at);
    else over.push({ at: end.at, order: position(end), begunAt: fact.at, ms: end.at - fact.at, retro: false });
  }
  over.sort((one, other) => one.order - other.order);
  const counted = profile.kind === 'Selection' ? over.slice(-profile.count) : over.filter(one => one.at >= from && one.order > since);
  const isIn = (ms: number): boolean => ms >= rangeMs[0] && ms < rangeMs[1];
  const begun = facts.filter(fact => fact.kind !== 'end' && fact.at >= from && position(fact) > since).length;
  const openTimes = open.map(at => now - at);
  const openCounts = profile.kind !== 'Selection';
  return {
    begun: profile.kind === 'Selection' ? counted.length : begun,
    finished: counted.length,
    inRange: counted.filter(one => isIn(one.ms)).length,
    timeMs:
      counted.reduce((sum, one) => sum + (one.retro ? one.ms : one.at - Math.max(one.begunAt, from)), 0) +
      (openCounts ? open.reduce((sum, at) => sum + now - Math.max(at, from), 0) : 0),
    maxMs: Math.max(0, ...counted.map(one => one.ms), ...(openCounts ? openTimes : [])),
    open: open.length,
    openInRange: openTimes.filter(isIn).length,
    openMs: openTimes.reduce((sum, ms) => sum + ms, 0),
    openMaxMs: Math.max(0, ...openTimes),
  };
}

function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const actions = ['LoggedOut', 'WaitForNextCall', 'NotReadyForNextCall', 'CallInbound', 'CallOnHold'] as const;
const profiles: readonly TimeProfile[] = [
  { kind: 'Growing' },
  { kind: 'Growing', resetAtS: [0, 30_000, 60_000] },
  { kind: 'Sliding', windowS: 600 },
  { kind: 'Selection', count: 3 },
  { kind: 'SinceLogin' },
];
const numeric = [
  'CurrentTime',
  'CurrentNumber',
  'CurrentMaxTime',
  'CurrentAverageTime',
  'TotalTime',
  'TotalNumber',
  'MaxTime',
  'AverageTime',
  'RelativeNumberPercentage',
  'RelativeTimePercentage',
  'TotalNumberInTimeRange',
  'TotalNumberInTimeRangePercentage',
  'CurrentNumberInTimeRange',
  'ServiceFactor1',
] as const;

describe('the statistics engine', () => {
  test.each(Array.from({ length: 30 }, (_, seed) => seed))('equals a recomputation over the history, seed %i', seed => {
    const random = generator(seed + 1);
    const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
    const engine = new Engine();
    const history: Fact[] = [];
    const ongoing = new Map<string, string>();
    let now = 1_800_000_000_000 + random(86_400_000);
    const opened: { watched: Watched; definition: CheckedDefinition; statistic: ReturnType<Engine['open']> }[] = [];
    const open = (): void => {
      const targets = random(2) === 0 ? ['a'] : ['a', 'b'];
      const checked = checkDefinition({
        category: pick(numeric),
        subject: 'AgentStatus',
        mainMask: pick([
          ['*'],
          ['*', '~LoggedOut'],
          ['CallInbound', 'CallOnHold'],
          ['WaitForNextCall', 'CallAnswered'],
          ['InteractionHandlingInbound', 'InteractionAccepted'],
        ]),
        ...(random(2) === 0 ? {} : { relMask: pick([['CallAbandoned'], ['*', '~CallAnswered'], ['CallInbound']]) }),
        ...pick([{}, {}, { mediaType: 'voice' }, { mediaType: 'chat' }, { mediaType: 'email' }]),
        timeProfile: pick(profiles),
        timeRangeS: pick([
          [0, 20],
          [10, 300],
        ]),
      });
      if (!checked.ok) throw new Error(checked.attribute);
      const watched: Watched = { kind: 'one', targets, login: 'a' };
      opened.push({ watched, definition: checked.definition, statistic: engine.open(watched, checked.definition) });
    };
    for (let step = 0; step < 130; step += 1) {
      now += random(4) === 0 ? 0 : random(random(20) === 0 ? 20_000_000 : 200_000);
      if (step % 13 === 0) open();
      const target = pick(['a', 'b']);
      const facts: Fact[] = [];
      if (random(4) === 0)
        facts.push({ kind: 'happened', at: now, target, action: pick(['CallAnswered', 'CallAbandoned']), durationMs: random(400_000) });
      else if (random(3) === 0) {
        // As an Interaction Server reports: several at once, of several media.
        const mediaType = pick(['chat', 'email'] as const);
        const key = `i${mediaType}${random(3)}`;
        const common = { at: now, target, key, action: 'InteractionHandlingInbound', mediaType } as const;
        const isOpen = ongoing.delete(`${target} ${key}`);
        if (!isOpen) ongoing.set(`${target} ${key}`, common.action);
        facts.push(isOpen ? { ...common, kind: 'end' } : { ...common, kind: 'begin' });
        if (!isOpen) facts.push({ kind: 'happened', at: now, target, action: 'InteractionAccepted', mediaType, durationMs: 0 });
      } else {
        const key = random(5) === 0 ? 'other' : 'status';
        const before = ongoing.get(`${target} ${key}`);
        const next = pick(actions);
        if (before !== undefined) facts.push({ kind: 'end', at: now, target, key, action: before });
        facts.push({ kind: 'begin', at: now, target, key, action: next });
        ongoing.set(`${target} ${key}`, next);
      }
      history.push(...facts);
      engine.record(facts);
      if (step % 5 !== 0) continue;
      const at = now + random(1_000);
      for (const { watched, definition, statistic } of opened) {
        const main = naiveAmounts(history, watched, definition.main, definition, at);
        const relative =
          definition.relative === definition.main ? undefined : naiveAmounts(history, watched, definition.relative, definition, at);
        const expected = Math.round(numberOf(definition, main, relative));
        expect({ step, definition: definition.text, value: statistic.value(at, engine.status).intValue }).toEqual({
          step,
          definition: definition.text,
          value: expected,
        });
      }
      now = at;
    }
  });

  test('equal definitions on the same object are one statistic until the last user has closed it', () => {
    const engine = new Engine();
    const checked = checkDefinition({ category: 'CurrentNumber', subject: 'DNAction', mainMask: ['CallWait'] });
    if (!checked.ok) throw new Error(checked.attribute);
    const watched: Watched = { kind: 'one', targets: ['q'], login: undefined };
    const first = engine.open(watched, checked.definition);
    expect(engine.open(watched, checked.definition)).toBe(first);
    engine.close(first);
    const begin: Fact = { kind: 'begin', at: 1, target: 'q', key: 'c', action: 'CallWait' };
    expect([...engine.record([begin])]).toEqual([first]);
    engine.close(first);
    expect(engine.record([{ ...begin, key: 'd' }]).size).toBe(0);
  });

  test('a definition with a mask that nobody knows is refused by the name of the attribute', () => {
    expect(checkDefinition({ category: 'TotalNumber', subject: 'DNAction', mainMask: ['CallInboud'] })).toEqual({
      ok: false,
      attribute: 'definition.mainMask',
    });
  });
});
