import { env } from 'cloudflare:workers';
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { Env } from '../config.ts';
import { armAll } from './index.ts';
import type { HealthObject } from './object.ts';

const { HEALTH } = env as unknown as Env;
const alarmOf = (stub: DurableObjectStub<HealthObject>): Promise<number | null> =>
  runInDurableObject(stub, (_, state) => state.storage.getAlarm());

describe('the alarm of a health object', () => {
  it('is set by whoever asks for the verdicts', async () => {
    const object = HEALTH.getByName('asked');
    expect(await alarmOf(object)).toBeNull();
    await object.snapshot('asked');
    expect(await alarmOf(object)).toBeGreaterThan(Date.now() - 1_000);
  });

  it('is set again by each round, before the probes', async () => {
    const object = HEALTH.getByName('round');
    await object.snapshot('round');
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await alarmOf(object)).not.toBeNull();
  });

  it('that is stuck in the past is put right by cron, at every vantage', async () => {
    const object = HEALTH.getByName('weur');
    await runInDurableObject(object, (_, state) => state.storage.setAlarm(Date.now() + 3_600_000));
    expect(await object.arm()).toBe(false);
    await runInDurableObject(object, (_, state) => state.storage.deleteAlarm());
    await armAll({ HEALTH });
    for (const vantage of ['weur', 'enam', 'apac']) expect(await alarmOf(HEALTH.getByName(vantage)), vantage).not.toBeNull();
  });

  it('is never set at the object that only keeps the drains', async () => {
    const control = HEALTH.getByName('control');
    await control.setDrain('us-east', 1_000);
    expect(await control.drains()).toEqual({ 'us-east': 1_000 });
    await control.setDrain('us-east', undefined);
    expect(await control.drains()).toEqual({});
    expect(await alarmOf(control)).toBeNull();
  });
});
