import { describe, expect, it } from 'vitest';
import { allRules } from '../rules.ts';
import { allRegistryRules } from './registry-core.ts';
import { actSequences } from './sequences-act.ts';
import { claimSequences } from './sequences-claim.ts';
import { playAll } from './stage.ts';

const shown = [...claimSequences, ...actSequences];

describe.each(shown)('$name', ({ sequence, rules, registryRules }) => {
  it('holds', async () => {
    expect(await playAll(sequence)).toEqual([]);
  });

  it(`breaks without ${Object.keys({ ...rules, ...registryRules }).join(', ')}`, async () => {
    expect(await playAll(sequence, { ...(rules && { rules }), ...(registryRules && { registryRules }) })).not.toEqual([]);
  });
});

it('shows every rule', () => {
  const off = shown.flatMap(each => Object.keys({ ...each.rules, ...each.registryRules }));
  expect(Object.keys({ ...allRules, ...allRegistryRules }).filter(each => !off.includes(each))).toEqual([]);
});
