import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSigner } from '../pin/index.ts';
import { decodeAttempt, encodeAttempt, maxExcluded } from './index.ts';

const signer = createSigner({ active: 'k1', keys: { k1: btoa('x'.repeat(32)) } });
const nowMs = 1_800_000_000_000;
const attempt = { timeMs: nowMs, requestId: '01a21262-adda-7fe8-910e-7ca21d2f04a1', excluded: ['us-east/1', 'us-east/2'] };

describe('attempt codec', () => {
  it('reads what it wrote', async () => {
    expect(await decodeAttempt(signer, await encodeAttempt(signer, attempt), { nowMs })).toEqual({ ok: true, value: attempt });
  });

  it('reads an empty list of excluded nodes', async () => {
    const text = await encodeAttempt(signer, { ...attempt, excluded: [] });
    expect(await decodeAttempt(signer, text, { nowMs })).toEqual({ ok: true, value: { ...attempt, excluded: [] } });
  });

  it('keeps request ids that hold dots apart from the other parts', async () => {
    for (const requestId of ['a.b.c.d.e.f', '........', 'v1.k1.1800000000000', '1.2.3.4.']) {
      const text = await encodeAttempt(signer, { ...attempt, requestId });
      expect(await decodeAttempt(signer, text, { nowMs })).toEqual({ ok: true, value: { ...attempt, requestId } });
    }
  });

  it('lists a bounded number of nodes', async () => {
    const excluded = Array.from({ length: maxExcluded + 9 }, (_, index) => `r/${index}`);
    const decoded = await decodeAttempt(signer, await encodeAttempt(signer, { ...attempt, excluded }), { nowMs });
    expect(decoded.ok && decoded.value.excluded).toHaveLength(maxExcluded);
  });

  it('refuses an attempt that is too old or from the future', async () => {
    const text = await encodeAttempt(signer, attempt);
    expect((await decodeAttempt(signer, text, { nowMs: nowMs + 5_000 })).ok).toBe(true);
    expect(await decodeAttempt(signer, text, { nowMs: nowMs + 5_001 })).toEqual({ ok: false, reason: 'stale' });
    expect(await decodeAttempt(signer, text, { nowMs: nowMs + 1_701, maxAgeMs: 1_700 })).toEqual({ ok: false, reason: 'stale' });
    expect(await decodeAttempt(signer, text, { nowMs: nowMs - 2_001 })).toEqual({ ok: false, reason: 'early' });
  });

  it('refuses a list that was changed', async () => {
    const text = await encodeAttempt(signer, attempt);
    expect(await decodeAttempt(signer, text.replace('us-east/2', 'us-east/3'), { nowMs })).toEqual({ ok: false, reason: 'forged' });
    expect(await decodeAttempt(signer, text.replace(',us-east/2', ''), { nowMs })).toEqual({ ok: false, reason: 'forged' });
  });

  it('tells an absent header from a bad one', async () => {
    expect(await decodeAttempt(signer, null, { nowMs })).toEqual({ ok: false, reason: 'absent' });
    expect(await decodeAttempt(signer, 'v1', { nowMs })).toEqual({ ok: false, reason: 'malformed' });
    expect(await decodeAttempt(signer, 'v1.'.padEnd(5_000, 'x'), { nowMs })).toEqual({ ok: false, reason: 'malformed' });
  });

  it('never throws and never accepts arbitrary text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), async text => {
        expect((await decodeAttempt(signer, `v1.k1.${text}`, { nowMs })).ok).toBe(false);
      }),
    );
  });
});
