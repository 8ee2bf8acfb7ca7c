import { createSigner } from '@handover/shared/pin';
import { createSealer } from '@handover/shared/seal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNodeSealer, createNodeSigner } from './crypto.ts';

const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
const ring = { active: 'k1', keys: { k1: key(1), k2: key(2) } };

describe('the signer of a node', () => {
  const [ours, theirs] = [createNodeSigner(ring), createSigner(ring)];

  it('makes the signature that the edge makes, and each believes the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async text => {
        const mac = await ours.sign(text);
        expect(mac).toBe(await theirs.sign(text));
        expect([await ours.check('k1', text, mac), await theirs.check('k1', text, mac)]).toEqual([true, true]);
      }),
    );
  });

  it('refuses another text, another key, an unknown key and what is no signature', async () => {
    const mac = await ours.sign('text');
    for (const [kid, text, given] of [
      ['k1', 'texts', mac],
      ['k2', 'text', mac],
      ['k3', 'text', mac],
      ['constructor', 'text', mac],
      ['k1', 'text', mac.slice(1)],
      ['k1', 'text', ''],
      ['k1', 'text', `${mac.slice(0, -2)}%%`],
    ] as const)
      expect([kid, given, await ours.check(kid, text, given)]).toEqual([kid, given, false]);
  });
});

describe('the sealer of a node', () => {
  const [ours, theirs] = [createNodeSealer(ring), createSealer(ring)];

  it('opens what Web Crypto sealed, and the other way round', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (plain, associated) => {
        expect(await theirs.open(await ours.seal(plain, associated), associated)).toBe(plain);
        expect(await ours.open(await theirs.seal(plain, associated), associated)).toBe(plain);
      }),
    );
  });

  it('opens nothing that was changed, cut short, sealed for something else, or is not ours', async () => {
    const sealed = await ours.seal('{"a":1}', 'session');
    expect(await ours.open(sealed, 'passport')).toBeUndefined();
    for (let at = 6; at < sealed.length - 1; at += 1) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect([at, await ours.open(changed, 'session')]).toEqual([at, undefined]);
    }
    for (const text of ['', 'v1', 'v1.k1.', `v1.k3.${sealed.slice(6)}`, sealed.slice(0, -4), `v1.k1.${'A'.repeat(70_000)}`])
      expect(await ours.open(text, 'session')).toBeUndefined();
  });
});
