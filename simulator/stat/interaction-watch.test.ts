import type { IxnProperties } from '@handover/shared/genesys';
import { expect, test } from 'vitest';
import { InteractionWatch } from './interaction-watch.ts';

const queued = (interactionID: string, placedInQueueAt: number, queue = 'email-inbound'): IxnProperties =>
  ({ interactionID, state: 'Queued', queue, placedInQueueAt, submittedAt: placedInQueueAt }) as IxnProperties;
const inWorkbin = (interactionID: string, ownerID: string): IxnProperties =>
  ({ interactionID, state: 'InWorkbin', workbin: { workbinType: 'email-draft', ownerID }, submittedAt: 1 }) as IxnProperties;
const told = (watch: InteractionWatch, items: IxnProperties[], at: number): string[] =>
  watch.items(items, at).map(fact => `${fact.at} ${fact.kind} ${fact.action} ${fact.target}`);

test('what waits already has waited since it came, what comes later since the last look at the earliest', () => {
  const watch = new InteractionWatch();
  expect(told(watch, [queued('b', 50), queued('a', 20)], 100)).toEqual([
    '20 happened InteractionEntered queue:email-inbound#action',
    '20 begin InteractionWait queue:email-inbound#action',
    '50 happened InteractionEntered queue:email-inbound#action',
    '50 begin InteractionWait queue:email-inbound#action',
  ]);
  expect(told(watch, [queued('a', 20), queued('b', 50), queued('c', 60)], 200)).toEqual([
    '100 happened InteractionEntered queue:email-inbound#action',
    '100 begin InteractionWait queue:email-inbound#action',
  ]);
});

test('what has gone was distributed, after the time it waited', () => {
  const watch = new InteractionWatch();
  watch.items([queued('a', 20)], 100);
  expect(watch.items([], 120)).toEqual([
    { kind: 'end', at: 120, target: 'queue:email-inbound#action', key: 'a', action: 'InteractionWait' },
    { kind: 'happened', at: 120, target: 'queue:email-inbound#action', action: 'InteractionDistributed', durationMs: 100 },
  ]);
});

test('a workbin counts for its owner and for its type, and only what is new when it changes hands', () => {
  const watch = new InteractionWatch();
  const begun = told(watch, [inWorkbin('a', '7001')], 100).filter(text => text.includes('begin'));
  expect(begun).toEqual(['1 begin InteractionWait workbin:email-draft#action', '1 begin InteractionWait workbin:email-draft/7001#action']);
  expect(told(watch, [inWorkbin('a', '7002')], 200).filter(text => !text.includes('happened'))).toEqual([
    '100 begin InteractionWait workbin:email-draft/7002#action',
    '200 end InteractionWait workbin:email-draft/7001#action',
  ]);
});
