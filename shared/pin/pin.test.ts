import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSigner, decodePin, encodePin, keyringSchema, type Pin } from './index.ts';

const key = (fill: number): string => btoa(String.fromCharCode(...new Uint8Array(32).fill(fill)));
const signer = createSigner({ active: 'k1', keys: { k1: key(1) } });
const nowMs = 1_800_000_000_000;
const pin: Pin = { region: 'us-east', epoch: 1_843_200_123_456, expiry: nowMs / 1_000 + 60, node: '1' };

describe('pin codec', () => {
  it('reads what it wrote', async () => {
    expect(await decodePin(signer, await encodePin(signer, pin), nowMs)).toEqual({ ok: true, value: pin });
  });

  it('has the documented form', async () => {
    expect(await encodePin(signer, pin)).toMatch(/^v1\.k1\.us-east\.1843200123456\.1800000060\.1\.[A-Za-z0-9_-]{43}$/);
  });

  it('writes an unknown node as an empty hint', async () => {
    const text = await encodePin(signer, { ...pin, node: '' });
    expect(await decodePin(signer, text, nowMs)).toEqual({ ok: true, value: { ...pin, node: '' } });
  });

  it('refuses a pin at the second of its expiry', async () => {
    const text = await encodePin(signer, pin);
    expect((await decodePin(signer, text, pin.expiry * 1_000 - 1)).ok).toBe(true);
    expect(await decodePin(signer, text, pin.expiry * 1_000)).toEqual({ ok: false, reason: 'expired' });
  });

  it('believes the older key while it is listed and no longer after', async () => {
    const text = await encodePin(signer, pin);
    const rotating = createSigner({ active: 'k2', keys: { k1: key(1), k2: key(2) } });
    const rotated = createSigner({ active: 'k2', keys: { k2: key(2) } });
    expect((await decodePin(rotating, text, nowMs)).ok).toBe(true);
    expect(await encodePin(rotating, pin)).toContain('.k2.');
    expect(await decodePin(rotated, text, nowMs)).toEqual({ ok: false, reason: 'forged' });
  });

  it('refuses every text that differs in one character', async () => {
    const text = await encodePin(signer, pin);
    for (let at = 0; at < text.length; at += 1) {
      const other = text[at] === 'A' ? 'B' : 'A';
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      const decoded = await decodePin(signer, changed, nowMs);
      // The last character carries 4 of its 6 bits only: a change of the others is the same signature.
      if (at < text.length - 1) expect(decoded.ok, changed).toBe(false);
    }
  });

  it('does not take the signature of an attempt for that of a pin', async () => {
    const body = `v1.k1.us-east.1.${pin.expiry}.1`;
    expect(await decodePin(signer, `${body}.${await signer.sign(`attempt:${body}`)}`, nowMs)).toEqual({ ok: false, reason: 'forged' });
  });

  it.each([
    ['nothing', ''],
    ['too long a text', 'v1.k1.'.padEnd(10_000, 'a')],
    ['another version', `v2.k1.us-east.1.1800000060.1.${'A'.repeat(43)}`],
    ['a negative epoch', `v1.k1.us-east.-1.1800000060.1.${'A'.repeat(43)}`],
    ['an epoch beyond safe integers', `v1.k1.us-east.9999999999999999.1800000060.1.${'A'.repeat(43)}`],
    ['a key named like a prototype member', `v1.constructor.us-east.1.1800000060.1.${'A'.repeat(43)}`],
    ['a region with a path', `v1.k1.../us-east.1.1800000060.1.${'A'.repeat(43)}`],
    ['a line break', `v1.k1.us-east.1.1800000060.1.${'A'.repeat(43)}\n`],
  ])('refuses %s', async (_, text) => {
    expect((await decodePin(signer, text, nowMs)).ok).toBe(false);
  });

  it('never throws and never accepts arbitrary text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(fc.string(), { minLength: 6, maxLength: 8 }).map(parts => ['v1', 'k1', ...parts].join('.')),
        ),
        async text => {
          expect((await decodePin(signer, text, nowMs)).ok).toBe(false);
        },
      ),
    );
  });
});

describe('keyring', () => {
  it.each([
    ['an active key that is not listed', { active: 'k2', keys: { k1: key(1) } }, 'names no key'],
    ['a short key', { active: 'k1', keys: { k1: btoa('short') } }, 'at least 32 bytes'],
    ['three keys', { active: 'k1', keys: { k1: key(1), k2: key(2), k3: key(3) } }, 'at most two keys'],
  ])('refuses %s', (_, ring, message) => {
    const parsed = keyringSchema.safeParse(ring);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.map(issue => issue.message).join()).toContain(message);
  });
});
