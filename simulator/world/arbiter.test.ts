import { beforeEach, expect, test } from 'vitest';
import { Arbiter } from './arbiter.ts';
import { firstPrimaryMs, roleValidMs, silenceMs } from './protocol.ts';

let arbiter: Arbiter;
let told: Record<string, string>;
const hello = (
  id: string,
  now: number,
  more: { role?: 'Primary' | 'Backup'; confirmed?: boolean; synchronised?: boolean; server?: string } = {},
): void =>
  arbiter.hello(
    id,
    { kind: 'sip', server: more.server ?? id, role: 'Primary', confirmed: false, synchronised: false, host: 'h', port: 1, ...more },
    now,
  );

beforeEach(() => {
  told = {};
  arbiter = new Arbiter((id, message) => {
    if (message.messageName === 'Role') told[id] = message.role;
  });
});

test('the configured primary is it, the backup stands by', () => {
  hello('b', 0, { role: 'Backup' });
  hello('a', 10);
  expect(told).toEqual({ a: 'Primary', b: 'Backup' });
});

test('a backup alone waits for the primary, then takes its place', () => {
  hello('b', 0, { role: 'Backup' });
  arbiter.heard('b', false, firstPrimaryMs - 1);
  arbiter.check(firstPrimaryMs - 1);
  expect(told).toEqual({});
  arbiter.heard('b', false, firstPrimaryMs);
  arbiter.check(firstPrimaryMs);
  expect(told).toEqual({ b: 'Primary' });
});

test('a primary whose connection ends is replaced at once, and is backup when it comes back', () => {
  hello('a', 0);
  hello('b', 0, { role: 'Backup', synchronised: true });
  arbiter.left('a', 500);
  expect(told['b']).toBe('Primary');
  hello('a', 600);
  expect(told['a']).toBe('Backup');
});

test('a restarted primary that knows nothing does not overtake a synchronised backup', () => {
  hello('a', 0, { server: 'x' });
  hello('b', 0, { role: 'Backup', synchronised: true });
  hello('a2', 100, { server: 'x' });
  expect(told).toMatchObject({ b: 'Primary', a2: 'Backup' });
});

test('a silent primary is replaced, but not before it must have noticed', () => {
  expect(silenceMs).toBeGreaterThan(roleValidMs);
  hello('a', 0);
  hello('b', 0, { role: 'Backup', synchronised: true });
  arbiter.heard('b', true, silenceMs);
  arbiter.check(silenceMs);
  expect(told).toEqual({ a: 'Primary', b: 'Backup' });
  arbiter.check(silenceMs + 1);
  expect(told).toEqual({ a: 'Backup', b: 'Primary' });
});

test('a silent primary without a living partner stays', () => {
  hello('a', 0);
  arbiter.check(10 * silenceMs);
  expect(told).toEqual({ a: 'Primary' });
});
