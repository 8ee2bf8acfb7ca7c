import { silentLogger } from '@handover/shared/log';
import { createFakeClock } from '@handover/shared/time';
import { expect, it, vi } from 'vitest';
import type { Referee, RefereeListener, RefereeWord } from '../contracts/referee.ts';
import type { Registry } from '../contracts/registry.ts';
import { createOwnership } from './index.ts';
import type { OwnershipDoor, OwnershipHooks, Tenure } from './index.ts';
import { RegistryCore } from './model/registry-core.ts';
import { portOf } from './model/registry-world.ts';

const key = { tenant: 'acme', person: 'ann' };
const dn = { number: '7001', switchName: 'sw' };
const settled = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

/** One world with a fake clock: nodes, one registry, one server that tells everybody. */
function createWorld() {
  const clock = createFakeClock();
  const core = new RegistryCore(() => clock.now());
  const listeners = new Set<RefereeListener>();
  const said: RefereeWord[] = [];
  let down = false;
  let calls = 0;
  let drained = true;
  const registry: Registry = portOf(core, (_operation, run) => {
    calls += 1;
    return down ? Promise.reject(new Error('down')) : Promise.resolve(run());
  });
  const referee: Referee = {
    register: () => Promise.resolve(),
    say: (_dn, word) => {
      said.push(word);
      for (const each of [...listeners]) each.heard(word);
      return Promise.resolve();
    },
    query: () => Promise.resolve(),
    drained: () => drained,
    on: (_dn, listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const node = (id: string, number: number, hooks: Partial<OwnershipHooks> = {}): OwnershipDoor => {
    const door = createOwnership({
      registry,
      referee,
      clock,
      random: () => 0.5,
      log: silentLogger,
      node: { id, number, region: id.split('/')[0] ?? '', url: `http://${id}` },
      sealer: {
        seal: (plain, binding) => Promise.resolve(`${binding}#${plain}`),
        open: (text, binding) => Promise.resolve(text.startsWith(`${binding}#`) ? text.slice(binding.length + 1) : undefined),
      },
      hooks: { adopt: () => Promise.resolve(), lost: () => undefined, ...hooks },
    });
    door.start();
    return door;
  };
  /** Moves time on in small steps, promises settling in between. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 10) {
      clock.advance(Math.min(10, left));
      await settled();
    }
  };
  const context = (excludedNodes: readonly string[] = []) => ({ stampMs: clock.now(), excludedNodes });
  const take = async (door: OwnershipDoor, excluded: readonly string[] = [], ms = 2_000): Promise<Tenure> => {
    const asked = Promise.resolve(door.ensure(key, context(excluded), { fresh: true }));
    await pass(ms);
    const outcome = await asked;
    if (!outcome.ok) throw new Error(`refused: ${outcome.reason.kind}`);
    return outcome.value;
  };
  const attach = async (tenure: Tenure) => {
    const attached = tenure.attachDn(dn);
    await pass(400);
    return attached;
  };
  return {
    clock,
    core,
    said,
    node,
    pass,
    context,
    take,
    attach,
    setDown: (value: boolean) => (down = value),
    setDrained: (value: boolean) => (drained = value),
    calls: () => calls,
  };
}

it('serves an owned session at once and without I/O', async () => {
  const world = createWorld();
  const door = world.node('us-east/1', 1);
  const tenure = await world.take(door);
  const before = world.calls();
  const outcome = door.ensure(key, world.context());
  expect(outcome).toEqual({ ok: true, value: tenure });
  expect(tenure.fence(world.clock.now(), 'other')).toEqual({ ok: true, value: { epoch: tenure.epoch } });
  expect(world.calls()).toBe(before);
});

it('opens the DN for commands only 300 ms after its announcement', async () => {
  const world = createWorld();
  const tenure = await world.take(world.node('us-east/1', 1));
  expect(tenure.fence(world.clock.now())).toEqual({ ok: false, reason: 'closed' });
  const attached = tenure.attachDn(dn);
  await world.pass(290);
  expect(tenure.fence(world.clock.now())).toEqual({ ok: false, reason: 'closed' });
  await world.pass(20);
  expect(await attached).toEqual({ ok: true, value: true });
  expect(tenure.fence(world.clock.now()).ok).toBe(true);
});

it('refuses a command that is too old, or whose socket has bytes waiting', async () => {
  const world = createWorld();
  const tenure = await world.take(world.node('us-east/1', 1));
  await world.attach(tenure);
  expect(tenure.fence(world.clock.now() - 1_701)).toEqual({ ok: false, reason: 'stale' });
  expect(tenure.fence(world.clock.now() - 1_700).ok).toBe(true);
  expect(tenure.fence(world.clock.now() + 1_001)).toEqual({ ok: false, reason: 'stale' });
  world.setDrained(false);
  expect(tenure.fence(world.clock.now())).toEqual({ ok: false, reason: 'busy' });
});

it('sends a request that meets a living owner to it', async () => {
  const world = createWorld();
  await world.take(world.node('us-east/1', 1));
  const other = world.node('eu-west/1', 2);
  await world.pass(50);
  const outcome = await other.ensure(key, world.context());
  expect(outcome).toMatchObject({
    ok: false,
    reason: { kind: 'elsewhere', region: 'us-east', node: 'us-east/1', url: 'http://us-east/1' },
  });
});

it('hands the passport to the node that takes over, and tells the old owner in the same tick', async () => {
  const world = createWorld();
  const lost = vi.fn();
  const adopt = vi.fn(() => Promise.resolve());
  const first = await world.take(world.node('us-east/1', 1, { lost }));
  await world.attach(first);
  first.savePassport({ place: 'Place_7001' });
  await world.pass(300);
  const second = await world.take(world.node('eu-west/1', 2, { adopt }), ['us-east/1']);
  expect(lost).toHaveBeenCalledWith(key, 'higher-epoch');
  expect(first.current).toBe(false);
  expect(first.fence(world.clock.now())).toEqual({ ok: false, reason: 'not-owner' });
  expect(adopt).toHaveBeenCalledWith(key, second, { place: 'Place_7001' });
  expect(second.epoch).toBeGreaterThan(first.epoch);
  expect(second.fence(world.clock.now()).ok).toBe(true);
  expect(world.said.map(each => each.kind)).toEqual(['announce', 'announce', 'released']);
});

it('past its lease an owner with a DN acts only behind a round trip, one without refuses', async () => {
  const world = createWorld();
  const door = world.node('us-east/1', 1);
  const tenure = await world.take(door);
  world.setDown(true);
  await world.pass(1_400);
  expect(tenure.fence(world.clock.now(), 'other')).toEqual({ ok: false, reason: 'unsure' });
  expect(door.ensure(key, world.context())).toMatchObject({ ok: false, reason: { kind: 'unavailable', code: 'ownership.unsure' } });
  await world.attach(tenure);
  expect(tenure.fence(world.clock.now())).toEqual({ ok: false, reason: 'unsure' });
  const admission = await tenure.admission(world.clock.now());
  expect(admission.ok && admission.value()).toEqual({ ok: true, value: { epoch: tenure.epoch } });
  await world.pass(160);
  expect(admission.ok && admission.value()).toEqual({ ok: false, reason: 'unsure' });
});

it('a session let go on a drain is taken without waiting for its lease', async () => {
  const world = createWorld();
  const door = world.node('us-east/1', 1);
  await world.take(door);
  const drained = door.drain();
  await world.pass(50);
  await drained;
  const asked = Promise.resolve(door.ensure(key, world.context()));
  await world.pass(50);
  expect(await asked).toMatchObject({ ok: false, reason: { kind: 'unavailable' } });
  const other = world.node('us-east/2', 2);
  await world.pass(20);
  expect((await world.take(other, [], 100)).current).toBe(true);
});

it('an ended session is refused until a fresh sign-in, and its epoch lives on', async () => {
  const world = createWorld();
  const door = world.node('us-east/1', 1);
  const tenure = await world.take(door);
  const { epoch } = tenure;
  const ended = tenure.end('logout');
  await world.pass(20);
  await ended;
  expect(await door.ensure(key, world.context())).toEqual({ ok: false, reason: { kind: 'ended' } });
  expect((await world.take(door)).epoch).toBeGreaterThan(epoch);
});

it('a failed adoption lets the session go and answers that it is not available', async () => {
  const world = createWorld();
  const door = world.node('us-east/1', 1, { adopt: () => Promise.reject(new Error('no server')) });
  const asked = Promise.resolve(door.ensure(key, world.context(), { fresh: true }));
  await world.pass(2_000);
  expect(await asked).toMatchObject({ ok: false, reason: { kind: 'unavailable' } });
  expect(world.core.read('acme:ann')?.state).toBe('free');
});

it('answers everybody in the end, and lets only 64 wait for one session', async () => {
  const world = createWorld();
  world.setDown(true);
  const door = world.node('us-east/1', 1);
  const asked = Array.from({ length: 65 }, () => Promise.resolve(door.ensure(key, world.context())));
  await settled();
  expect(await asked[64]).toMatchObject({ ok: false, reason: { kind: 'unavailable', code: 'ownership.busy' } });
  await world.pass(4_100);
  for (const each of asked) expect(await each).toMatchObject({ ok: false, reason: { kind: 'unavailable' } });
  expect(door.status().sessions).toEqual([]);
});

it('keeps a passport that was saved while the registry was down', async () => {
  const world = createWorld();
  const tenure = await world.take(world.node('us-east/1', 1));
  world.setDown(true);
  tenure.savePassport({ version: 1 });
  tenure.savePassport({ version: 2 });
  await world.pass(200);
  world.setDown(false);
  await world.pass(700);
  expect(world.core.passport('acme:ann')?.sealed).toBe(`passport|acme:ann|${tenure.epoch}#{"version":2}`);
});
