import { describe, expect, test } from 'vitest';
import type { StatEvent, StatNotification } from '@handover/shared/genesys';
import { checkDefinition } from './definition.ts';
import { Engine } from './engine.ts';
import type { Fact } from './facts.ts';
import { Notifier } from './notifier.ts';

const midnight = Date.UTC(2027, 0, 2);

function opened(notification: StatNotification, at: number, category = 'TotalNumber') {
  const engine = new Engine();
  const notifier = new Notifier((statistic, now) => statistic.value(now, engine.status));
  const checked = checkDefinition({ category, subject: 'DNAction', mainMask: ['CallEntered', 'CallWait'] });
  if (!checked.ok) throw new Error(checked.attribute);
  const statistic = engine.open({ kind: 'one', targets: ['q'], login: undefined }, checked.definition);
  const told: (number | undefined)[] = [];
  const send = (event: StatEvent): void => void (event.messageName === 'EventInfo' && told.push(event.value.intValue));
  notifier.add({ statisticID: 1, referenceID: 2, notification, statistic, send }, at);
  const record = (fact: Fact): void => notifier.changed(engine.record([fact]), fact.at);
  const enter = (now: number): void => record({ kind: 'happened', at: now, target: 'q', action: 'CallEntered', durationMs: 0 });
  return { told, notifier, enter, record };
}

describe('notifications', () => {
  const noon = midnight - 43_200_000;

  test('an immediate statistic tells its first value and every change', () => {
    const { told, enter } = opened({ mode: 'Immediate' }, noon);
    enter(noon + 1);
    enter(noon + 2);
    expect(told).toEqual([0, 1, 2]);
  });

  test('less than the insensitivity is not told', () => {
    const { told, enter } = opened({ mode: 'Immediate', insensitivity: 2 }, noon);
    for (let n = 1; n <= 5; n += 1) enter(noon + n);
    expect(told).toEqual([0, 2, 4]);
  });

  test('what grows with time alone is told again after ten seconds', () => {
    const { told, record, notifier } = opened({ mode: 'Immediate' }, noon, 'CurrentMaxTime');
    record({ kind: 'begin', at: noon, target: 'q', key: 'c', action: 'CallWait' });
    for (let s = 1; s <= 21; s += 1) notifier.tick(noon + s * 1_000);
    expect(told).toEqual([0, 10, 20]);
  });

  test('a periodical statistic waits for its time', () => {
    const { told, enter, notifier } = opened({ mode: 'Periodical', frequencyS: 5 }, noon);
    enter(noon + 1_000);
    notifier.tick(noon + 4_000);
    expect(told).toEqual([0]);
    notifier.tick(noon + 5_000);
    expect(told).toEqual([0, 1]);
  });

  test('a reset statistic tells its last value once before it begins from zero', () => {
    const { told, enter, notifier } = opened({ mode: 'Reset' }, midnight - 10_000);
    enter(midnight - 9_000);
    for (let s = -8; s <= 5; s += 1) notifier.tick(midnight + s * 1_000);
    enter(midnight + 6_000);
    notifier.tick(midnight + 86_400_000 - 500);
    expect(told).toEqual([0, 1, 1]);
  });
});
