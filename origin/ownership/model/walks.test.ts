import { expect, it } from 'vitest';
import { randomFaults } from './faults.ts';
import { describeWalk, shrink } from './shrink.ts';
import { walk } from './walk.ts';
import type { WalkOptions } from './scene.ts';

/** Walks of one test; more are run by soak.ts. */
const count = 1_500;
/** Of one test, ms: generous, since the machine may be shared. */
const limitMs = 180_000;

/** Every eighth session has no DN: then a registry that rolls back is more than the rules promise (see SPEC.md). */
const optionsOf = (seed: number): WalkOptions => {
  const faults = randomFaults(seed);
  return { seed, faults, withoutDn: seed % 8 === 0 && faults.every(each => each.kind !== 'registry-rolls-back') };
};

async function failures(first: number, walks: number, over: Partial<WalkOptions> = {}): Promise<string[]> {
  const failed: string[] = [];
  for (let seed = first; seed < first + walks && failed.length < 3; seed += 1) {
    const options = { ...optionsOf(seed), ...over };
    const { violations } = await walk(options);
    if (violations.length > 0) failed.push(describeWalk(await shrink(options)));
  }
  return failed;
}

it.each([1, 2, 3])(
  'no older epoch acts after a newer one, nothing happens twice, everybody is served again (part %i)',
  async part => {
    expect(await failures(part * 100_000, count)).toEqual([]);
  },
  limitMs,
);

it('commands are executed in the walks', async () => {
  const { commands } = await walk({ seed: 7, faults: [] });
  expect(commands).toBeGreaterThan(5);
});

it.each([
  ['letGo', { rules: { letGo: false } }],
  ['announce', { rules: { announce: false } }],
  ['claimedOwns', { rules: { claimedOwns: false } }],
  ['drainedSocket', { rules: { drainedSocket: false } }],
] as const)(
  'a walk finds that %s is missing, and its faults are reduced',
  async (_rule, over) => {
    const failed = await failures(1, 1_500, over);
    expect(failed).not.toEqual([]);
    expect(failed[0]?.split('\n').length).toBeLessThan(8);
  },
  limitMs,
);

it('the same seed gives the same walk', async () => {
  const [one, two] = [await walk(optionsOf(11)), await walk(optionsOf(11))];
  expect(one.scene.sip.log).toEqual(two.scene.sip.log);
});
