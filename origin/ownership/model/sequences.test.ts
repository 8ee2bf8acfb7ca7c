import { describe, expect, it } from 'vitest';
import { allRules } from '../rules.ts';
import { allRegistryRules } from './registry-core.ts';
import { actSequences } from './sequences-act.ts';
import { claimSequences } from './sequences-claim.ts';
import { playAll } from './stage.ts';

/** Of one sequence, ms: generous, since the machine may be shared. */
const limitMs = 120_000;
const shown = [...claimSequences, ...actSequences];

describe.each(shown)('$name', ({ sequence, rules, registryRules }) => {
  it(
    'holds',
    async () => {
      expect(await playAll(sequence)).toEqual([]);
    },
    limitMs,
  );

  it(
    `breaks without ${Object.keys({ ...rules, ...registryRules }).join(', ')}`,
    async () => {
      expect(await playAll(sequence, { ...(rules && { rules }), ...(registryRules && { registryRules }) })).not.toEqual([]);
    },
    limitMs,
  );
});

it('shows every rule', () => {
  const off = shown.flatMap(each => Object.keys({ ...each.rules, ...each.registryRules }));
  expect(Object.keys({ ...allRules, ...allRegistryRules }).filter(each => !off.includes(each))).toEqual([]);
});
