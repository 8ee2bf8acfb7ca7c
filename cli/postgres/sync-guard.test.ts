import { describe, expect, test } from 'vitest';
import type { PrimaryView } from './replication.ts';
import { syncStep } from './sync-guard.ts';

const names = 'FIRST 1 (eu_west)';
const primary = (changes: Partial<PrimaryView> = {}): PrimaryView => ({
  role: 'primary',
  names,
  standbys: [{ name: 'eu_west', state: 'streaming', sync: 'sync', behind: 0 }],
  waitingMs: 0,
  oldestSegment: 1,
  ...changes,
});
const step = (view: PrimaryView, absentMs: number, stallS: number): string => syncStep(view, 'eu-west', absentMs, { stallS });

describe('commits of a primary', () => {
  test('begin to wait when their standby keeps up, not before', () => {
    expect(step(primary({ names: '' }), 0, 0)).toBe('engage');
    expect(step(primary({ names: '', standbys: [] }), 60_000, 5)).toBe('keep');
    const catchingUp = { name: 'eu_west', state: 'streaming', sync: 'async', behind: 50 << 20 };
    expect(step(primary({ names: '', standbys: [catchingUp] }), 0, 5)).toBe('keep');
    expect(step(primary({ names: '', standbys: [{ ...catchingUp, behind: 0, state: 'catchup' }] }), 0, 5)).toBe('keep');
  });

  test('wait for the one standby that is named, whoever else follows', () => {
    expect(step(primary({ names: 'FIRST 1 (ap_south)' }), 0, 0)).toBe('engage');
    expect(step(primary(), 0, 0)).toBe('keep');
  });

  test('go on without a standby that is gone or silent as long as the operator said', () => {
    expect(step(primary({ standbys: [] }), 4_999, 5)).toBe('keep');
    expect(step(primary({ standbys: [] }), 5_000, 5)).toBe('release');
    // A frozen standby is attached for a while; its primary's commits wait all the same.
    expect(step(primary({ waitingMs: 5_000 }), 0, 5)).toBe('release');
  });

  test('wait for ever when the operator said so', () => {
    expect(step(primary({ standbys: [], waitingMs: 3_600_000 }), 3_600_000, 0)).toBe('keep');
  });
});
