import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSigner } from '../pin/index.ts';
import { createAttemptReader, createStamper, decodeAttempt, encodeAttempt, maxExcluded, stampLifeMs } from './index.ts';

const signer = createSigner({ active: 'k1', keys: { k1: btoa('x'.repeat(32)) } });
const nowMs = 1_800_000_000_000;
const attempt = { timeMs: nowMs, excluded: ['us-east/1', 'us-east/2'] };

describe('attempt codec', () => {
  it('reads what it wrote', async () => {
    expect(await decodeAttempt(signer, await encodeAttempt(signer, attempt), { nowMs })).toEqual({ ok: true, value: attempt });
  });

  it('reads an empty list of excluded nodes', async () => {
    const text = await encodeAttempt(signer, { ...attempt, excluded: [] });
    expect(await decodeAttempt(signer, text, { nowMs })).toEqual({ ok: true, value: { ...attempt, excluded: [] } });
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
    expect(await decodeAttempt(signer, 'v2.'.padEnd(5_000, 'x'), { nowMs })).toEqual({ ok: false, reason: 'malformed' });
  });

  it('never throws and never accepts arbitrary text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), async text => {
        expect((await decodeAttempt(signer, `v2.k1.${text}`, { nowMs })).ok).toBe(false);
      }),
    );
  });
});

describe('the stamper', () => {
  const timeOf = async (text: string | Promise<string>, at = nowMs) => {
    const decoded = await decodeAttempt(signer, await text, { nowMs: at });
    return decoded.ok ? decoded.value : decoded.reason;
  };

  it('signs once for tries that are sent together', async () => {
    const stamp = createStamper(signer);
    const first = await stamp([], nowMs);
    expect(stamp([], nowMs + 10)).toBe(first);
  });

  it('keeps to the old stamp while the next one is made, and not longer than it lives', async () => {
    const stamp = createStamper(signer);
    const first = await stamp([], nowMs);
    const next = stamp([], nowMs + stampLifeMs - 1);
    expect(stamp([], nowMs + stampLifeMs)).toBe(first);
    expect(await timeOf(next)).toEqual({ timeMs: nowMs + stampLifeMs - 1, excluded: [] });
    const later = nowMs + 2 * stampLifeMs + 1;
    expect(await timeOf(stamp([], later))).toEqual({ timeMs: later, excluded: [] });
  });

  it('signs each list of excluded nodes for itself', async () => {
    const stamp = createStamper(signer);
    await stamp([], nowMs);
    expect(await timeOf(stamp(['us-east/1'], nowMs))).toEqual({ timeMs: nowMs, excluded: ['us-east/1'] });
  });

  it('does not use a stamp of the future when the clock is set back', async () => {
    const stamp = createStamper(signer);
    await stamp([], nowMs);
    expect(await timeOf(stamp([], nowMs - 60_000), nowMs - 60_000)).toEqual({ timeMs: nowMs - 60_000, excluded: [] });
  });
});

describe('the reader', () => {
  it('judges the age of a stamp it has seen before, each time', async () => {
    const read = createAttemptReader(signer);
    const text = await encodeAttempt(signer, attempt);
    expect(await read(text, { nowMs })).toEqual({ ok: true, value: attempt });
    expect(await read(text, { nowMs: nowMs + 5_001 })).toEqual({ ok: false, reason: 'stale' });
  });

  it('refuses a changed stamp after a good one', async () => {
    const read = createAttemptReader(signer);
    const text = await encodeAttempt(signer, attempt);
    await read(text, { nowMs });
    expect(await read(text.replace('us-east/2', 'us-east/3'), { nowMs })).toEqual({ ok: false, reason: 'forged' });
  });

  it('forgets stamps when many come', async () => {
    const read = createAttemptReader(signer);
    for (let index = 0; index < 200; index += 1) {
      const text = await encodeAttempt(signer, { timeMs: nowMs + index, excluded: [] });
      expect(await read(text, { nowMs })).toEqual({ ok: true, value: { timeMs: nowMs + index, excluded: [] } });
    }
  });
});
