import { createFakeClock } from '@handover/shared/time';
import { describe, expect, test } from 'vitest';
import { createGate } from './gate.ts';

describe('a gate', () => {
  test('lets in as many as it has places, and the next when one leaves', async () => {
    const gate = createGate(createFakeClock(), 1, 10);
    const leave = await gate.enter(1_000);
    let entered = false;
    const next = gate.enter(1_000).then(() => (entered = true));
    await Promise.resolve();
    expect(entered).toBe(false);
    leave();
    await next;
    expect(entered).toBe(true);
  });

  test('refuses who waited too long, and gives the place to the one after', async () => {
    const clock = createFakeClock();
    const gate = createGate(clock, 1, 10);
    const leave = await gate.enter(1_000);
    const impatient = gate.enter(100);
    const patient = gate.enter(1_000);
    clock.advance(100);
    await expect(impatient).rejects.toMatchObject({ code: 'store.unavailable' });
    leave();
    await expect(patient).resolves.toBeTypeOf('function');
  });

  test('refuses at once when its queue is full', async () => {
    const gate = createGate(createFakeClock(), 1, 1);
    await gate.enter(1_000);
    void gate.enter(1_000);
    await expect(gate.enter(1_000)).rejects.toMatchObject({ code: 'store.unavailable' });
  });

  test('a place given back twice counts once', async () => {
    const gate = createGate(createFakeClock(), 1, 1);
    const leave = await gate.enter(1_000);
    leave();
    leave();
    await gate.enter(1_000);
    void gate.enter(1_000);
    await expect(gate.enter(1_000)).rejects.toMatchObject({ code: 'store.unavailable' });
  });
});
