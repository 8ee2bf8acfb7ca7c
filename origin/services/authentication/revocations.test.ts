import { silentLogger } from '@handover/shared/log';
import { createFakeClock } from '@handover/shared/time';
import { describe, expect, test, vi } from 'vitest';
import { createRevocations, type Revocable } from './revocations.ts';

const token = (changes: Partial<Revocable> = {}): Revocable => ({
  jti: 'j1',
  grantId: 'g1',
  tenant: 'acme',
  userName: 'agent1',
  issuedAtMs: 0,
  ...changes,
});

function setup() {
  const clock = createFakeClock();
  const entries: string[] = [];
  const registry = {
    down: false,
    async revokeToken(jti: string) {
      if (registry.down) throw new Error('down');
      entries.push(jti);
    },
    revokedTokens: vi.fn(async (sinceMs: number) => {
      if (registry.down) throw new Error('down');
      return { jtis: [...entries], nextSinceMs: sinceMs + 1 };
    }),
  };
  const create = () => createRevocations({ registry, clock, log: silentLogger });
  const settle = async (ms: number): Promise<void> => {
    clock.advance(ms);
    for (let count = 0; count < 20; count += 1) await Promise.resolve();
  };
  return { clock, registry, entries, create, settle };
}

describe('revocations', () => {
  test('what is revoked here holds here at once, and elsewhere after the next pull', async () => {
    const { create, settle } = setup();
    const [here, there] = [create(), create()];
    here.start();
    there.start();
    await settle(0);
    await here.revokeToken('j1', 1);
    expect(here.has(token())).toBe(true);
    expect(there.has(token())).toBe(false);
    await settle(2_000);
    expect(there.has(token())).toBe(true);
    expect(there.has(token({ jti: 'j2' }))).toBe(false);
  });

  test('a revoked grant ends every token of the sign-in, a revoked user every token until then', async () => {
    const { create, clock } = setup();
    const revocations = create();
    await revocations.revokeGrant('g1', 1);
    expect(revocations.has(token({ jti: 'other' }))).toBe(true);
    expect(revocations.has(token({ grantId: 'g2' }))).toBe(false);
    await revocations.revokeUser('acme', 'agent1', 1);
    expect(revocations.has(token({ grantId: 'g2', issuedAtMs: clock.now() }))).toBe(true);
    expect(revocations.has(token({ grantId: 'g2', issuedAtMs: clock.now() + 1 }))).toBe(false);
    expect(revocations.has(token({ grantId: 'g2', userName: 'agent2' }))).toBe(false);
  });

  test('while the registry is gone revocations hold here and are written when it is back', async () => {
    const { create, registry, entries, settle, clock } = setup();
    const revocations = create();
    revocations.start();
    await settle(0);
    registry.down = true;
    await revocations.revokeToken('j1', clock.now() + 60_000);
    await revocations.revokeToken('old', clock.now() - 1);
    expect(revocations.has(token())).toBe(true);
    await settle(2_000);
    expect(entries).toEqual([]);
    registry.down = false;
    await settle(2_000);
    expect(entries).toEqual(['j1']);
  });

  test('the list is read anew from time to time, so that it forgets', async () => {
    const { create, entries, settle } = setup();
    const revocations = create();
    entries.push('j1');
    revocations.start();
    await settle(0);
    expect(revocations.has(token())).toBe(true);
    entries.length = 0;
    for (let passedMs = 0; passedMs <= 602_000; passedMs += 2_000) await settle(2_000);
    expect(revocations.has(token())).toBe(false);
  });
});
