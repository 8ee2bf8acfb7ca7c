import { describe, expect, test } from 'vitest';
import { createSealer } from './index.ts';

const key = (fill: number): string => btoa(String.fromCharCode(...new Uint8Array(32).fill(fill)));
const sealer = createSealer({ active: 'k1', keys: { k1: key(1), k0: key(2) } });

describe('a sealed text', () => {
  test('opens for the text it was sealed for', async () => {
    expect(await sealer.open(await sealer.seal('Grüße', 'a'), 'a')).toBe('Grüße');
  });

  test('is different each time and does not show its content', async () => {
    const [one, two] = [await sealer.seal('secret', 'a'), await sealer.seal('secret', 'a')];
    expect(one).not.toBe(two);
    expect(atob(one.split('.')[2]?.replaceAll('-', '+').replaceAll('_', '/') ?? '')).not.toContain('secret');
  });

  test('does not open for another associated text', async () => {
    expect(await sealer.open(await sealer.seal('x', 'epoch 1'), 'epoch 2')).toBeUndefined();
  });

  test('opens after a rotation while its key is kept, and not after', async () => {
    const old = await createSealer({ active: 'k0', keys: { k0: key(2) } }).seal('x', '');
    expect(await sealer.open(old, '')).toBe('x');
    expect(await createSealer({ active: 'k1', keys: { k1: key(1) } }).open(old, '')).toBeUndefined();
  });

  test('changed in any one character does not open', async () => {
    const sealed = await sealer.seal('content', 'a');
    for (let at = 0; at < sealed.length - 1; at += 1) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
      expect(await sealer.open(changed, 'a'), `character ${at}`).toBeUndefined();
    }
  });

  test.each(['', 'v1', 'v1.k1.', 'v1.__proto__.AAAA', 'v1.k1.!!!!', `v1.k1.${'A'.repeat(70_000)}`, 'v2.k1.AAAA', 'v1.k1.AAAA.AAAA'])(
    'hostile text %j does not open',
    async text => expect(await sealer.open(text, '')).toBeUndefined(),
  );
});
