import { silentLogger } from '@handover/shared/log';
import { createFakeClock } from '@handover/shared/time';
import { expect, test } from 'vitest';
import { createUcsHealth } from './health.ts';

async function watched() {
  const clock = createFakeClock();
  const server = { alive: true, asked: 0 };
  const health = createUcsHealth({
    clock,
    random: () => 1,
    log: silentLogger,
    alive() {
      server.asked += 1;
      return Promise.resolve(server.alive);
    },
  });
  const told: string[] = [];
  health.onChange(state => told.push(state));
  health.start();
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await new Promise(resolve => setImmediate(resolve));
  };
  await pass(0);
  return { clock, health, server, told, pass };
}

test('a silent server is asked after 5 s, one that answers others is not', async () => {
  const { health, server, pass } = await watched();
  await pass(4_000);
  health.heard();
  await pass(4_000);
  expect(server.asked).toBe(1);
  await pass(1_000);
  expect(server.asked).toBe(2);
});

test('a loss is told once, and ends by itself', async () => {
  const { health, server, told, pass } = await watched();
  server.alive = false;
  health.missed();
  await pass(0);
  expect([health.state, told]).toEqual(['down', ['down']]);
  for (let second = 0; second < 20; second += 1) await pass(1_000);
  expect(told).toEqual(['down']);
  expect(server.asked).toBeLessThan(10);
  server.alive = true;
  await pass(5_000);
  expect([health.state, told]).toEqual(['up', ['down', 'up']]);
});

test('one request without an answer is no loss when the server answers the next', async () => {
  const { health, told, pass } = await watched();
  health.missed();
  await pass(0);
  expect([health.state, told]).toEqual(['up', []]);
});

test('nothing is asked after the end', async () => {
  const { health, server, pass } = await watched();
  health.stop();
  health.missed();
  await pass(60_000);
  expect(server.asked).toBe(1);
});
