import { expect, it } from 'vitest';
import type { Registry, RegistryNode } from '../contracts/registry.ts';

const east: RegistryNode = { id: 'us-east/1', number: 7, region: 'us-east', url: 'http://east:1' };
const west: RegistryNode = { id: 'eu-west/1', number: 9, region: 'eu-west', url: undefined };
const first = { expect: 0, floor: 0, over: [] };
const go = { over: [], waited: false, dn: undefined };

export interface RegistryUnderTest {
  registry: Registry;
  /** Loses all data. */
  flush: () => Promise<void>;
  /** Ends the 1,500 ms that follow a registry's birth. */
  grow: () => Promise<void>;
}

/** What every implementation of the registry port does. `create` answers an empty registry. */
export function registrySuite(create: () => Promise<RegistryUnderTest>): void {
  const leased = async (): Promise<RegistryUnderTest> => {
    const subject = await create();
    expect(await subject.registry.createLease(east, 'us-east/1~a')).toEqual({ held: true, taken: [] });
    expect(await subject.registry.createLease(west, 'eu-west/1~b')).toEqual({ held: true, taken: [] });
    return subject;
  };
  const takenByEast = async (registry: Registry): Promise<number> => {
    const taken = await registry.take('acme:ann', east, { ...first, incarnation: 'us-east/1~a' });
    if (taken.kind !== 'taken') throw new Error(`not taken: ${taken.kind}`);
    return taken.epoch;
  };

  it('creates a lease once and extends it only while it exists', async () => {
    const { registry } = await leased();
    expect(await registry.createLease(east, 'us-east/1~a')).toEqual({ held: false });
    expect(await registry.extendLease(east, 'us-east/1~a')).toEqual({ held: true, taken: [] });
    expect(await registry.extendLease(east, 'us-east/1~other')).toEqual({ held: false });
    await registry.dropLease(east, 'us-east/1~a');
    expect(await registry.extendLease(east, 'us-east/1~a')).toEqual({ held: false });
  });

  it('takes a session nobody has, with the node number in the epoch, and shows it', async () => {
    const { registry } = await leased();
    const epoch = await takenByEast(registry);
    expect(epoch % 1024).toBe(7);
    expect(Math.abs(Math.floor(epoch / 1024) - Date.now())).toBeLessThan(60_000);
    expect(await registry.read('acme:ann')).toMatchObject({
      epoch,
      owner: 'us-east/1~a',
      region: 'us-east',
      state: 'claimed',
      before: [],
      dn: undefined,
      ownerAlive: true,
      url: 'http://east:1',
    });
    expect(await registry.read('acme:nobody')).toBeUndefined();
  });

  it('refuses a take without a living lease', async () => {
    const { registry } = await leased();
    expect(await registry.take('acme:ann', east, { ...first, incarnation: 'us-east/1~dead' })).toEqual({ kind: 'no-lease' });
    expect(await registry.go('acme:ann', { ...go, incarnation: 'us-east/1~dead', epoch: 1 })).toEqual({ kind: 'no-lease' });
  });

  it('answers the record to a take that expected another epoch, its own repetition included', async () => {
    const { registry } = await leased();
    const epoch = await takenByEast(registry);
    const again = await registry.take('acme:ann', east, { ...first, incarnation: 'us-east/1~a' });
    expect(again).toMatchObject({ kind: 'changed', record: { epoch, owner: 'us-east/1~a', state: 'claimed' } });
    expect(await registry.take('acme:bob', east, { ...first, expect: 5, incarnation: 'us-east/1~a' })).toEqual({
      kind: 'changed',
      record: undefined,
    });
  });

  it('mints above the record and above the floor', async () => {
    const { registry } = await leased();
    const floor = (Date.now() + 1_000_000) * 1024;
    const taken = await registry.take('acme:ann', east, { ...first, floor, incarnation: 'us-east/1~a' });
    expect(taken).toEqual({ kind: 'taken', epoch: floor + 1024 + 7, before: [] });
    const next = await registry.take('acme:ann', west, { expect: floor + 1024 + 7, floor: 0, over: [], incarnation: 'eu-west/1~b' });
    expect(next).toEqual({ kind: 'taken', epoch: floor + 2048 + 9, before: ['us-east/1~a'] });
  });

  it('passes predecessors on until they are over', async () => {
    const { registry, grow } = await leased();
    await registry.createLease({ ...east, id: 'us-east/2', number: 8 }, 'us-east/2~c');
    const one = await takenByEast(registry);
    const two = await registry.take('acme:ann', west, { expect: one, floor: 0, over: [], incarnation: 'eu-west/1~b' });
    if (two.kind !== 'taken') throw new Error('not taken');
    const taker = { ...east, id: 'us-east/2', number: 8 };
    const three = await registry.take('acme:ann', taker, { expect: two.epoch, floor: 0, over: [], incarnation: 'us-east/2~c' });
    expect(three).toMatchObject({ kind: 'taken', before: ['us-east/1~a', 'eu-west/1~b'] });
    if (three.kind !== 'taken') throw new Error('not taken');
    const request = { ...go, incarnation: 'us-east/2~c', epoch: three.epoch };
    await grow();
    await registry.extendLease(taker, 'us-east/2~c');
    expect(await registry.go('acme:ann', { ...request, incarnation: 'eu-west/1~b', epoch: two.epoch })).toEqual({ kind: 'lost' });
    expect(await registry.go('acme:ann', request)).toEqual({ kind: 'waiting', before: ['us-east/1~a', 'eu-west/1~b'] });
    await registry.leave('acme:ann', 'us-east/1~a', one, 'free');
    expect(await registry.go('acme:ann', request)).toEqual({ kind: 'waiting', before: ['eu-west/1~b'] });
    expect(await registry.go('acme:ann', { ...request, over: ['eu-west/1~b'], dn: '7001@sw' })).toEqual({ kind: 'active' });
    expect(await registry.go('acme:ann', request)).toEqual({ kind: 'active' });
    expect(await registry.read('acme:ann')).toMatchObject({ state: 'active', before: [], dn: '7001@sw' });
  });

  it('tells the renewal of an old owner what was taken from it', async () => {
    const { registry } = await leased();
    const one = await takenByEast(registry);
    const two = await registry.take('acme:ann', west, { expect: one, floor: 0, over: [], incarnation: 'eu-west/1~b' });
    if (two.kind !== 'taken') throw new Error('not taken');
    const taken = [{ session: 'acme:ann', epoch: two.epoch }];
    expect(await registry.extendLease(east, 'us-east/1~a')).toEqual({ held: true, taken });
    expect(await registry.extendLease(east, 'us-east/1~a')).toEqual({ held: true, taken });
    expect(await registry.extendLease(west, 'eu-west/1~b')).toEqual({ held: true, taken: [] });
  });

  it('does not count incarnations known to be over, nor the taker itself, as predecessors', async () => {
    const { registry } = await leased();
    const one = await takenByEast(registry);
    const self = await registry.take('acme:ann', east, { expect: one, floor: 0, over: [], incarnation: 'us-east/1~a' });
    expect(self).toMatchObject({ kind: 'taken', before: [] });
    if (self.kind !== 'taken') throw new Error('not taken');
    const request = { expect: self.epoch, floor: 0, over: ['us-east/1~a'], incarnation: 'eu-west/1~b' };
    expect(await registry.take('acme:ann', west, request)).toMatchObject({ before: [] });
  });

  it('lets nobody act just after its birth', async () => {
    const { registry, flush, grow } = await leased();
    const epoch = await takenByEast(registry);
    expect(await registry.go('acme:ann', { ...go, incarnation: 'us-east/1~a', epoch })).toEqual({ kind: 'young' });
    await flush();
    await registry.createLease(east, 'us-east/1~z');
    const taken = await registry.take('acme:ann', east, { ...first, incarnation: 'us-east/1~z' });
    if (taken.kind !== 'taken') throw new Error('not taken');
    const request = { ...go, waited: true, incarnation: 'us-east/1~z', epoch: taken.epoch };
    expect(await registry.go('acme:ann', request)).toEqual({ kind: 'young' });
    await grow();
    expect(await registry.go('acme:ann', request)).toEqual({ kind: 'active' });
  });

  it('revives only what is absent', async () => {
    const { registry } = await leased();
    const epoch = await takenByEast(registry);
    const lost = { session: 'acme:bob', epoch: 5 * 1024 + 7, dn: '7002@sw' };
    const answers = await registry.revive(east, 'us-east/1~a', [{ session: 'acme:ann', epoch, dn: undefined }, lost]);
    expect(answers).toEqual(['present', 'put']);
    expect(await registry.read('acme:bob')).toMatchObject({ epoch: 5 * 1024 + 7, state: 'active', dn: '7002@sw', owner: 'us-east/1~a' });
    expect(await registry.revive(east, 'us-east/1~dead', [lost])).toEqual(['no-lease']);
  });

  it('a session let go waits for nobody; an ended one keeps its epoch but not its passport', async () => {
    const { registry } = await leased();
    const one = await takenByEast(registry);
    await registry.putPassport('acme:ann', { epoch: one, sealed: 'abc' });
    await registry.leave('acme:ann', 'us-east/1~a', one, 'free');
    expect(await registry.orphans()).toMatchObject([{ session: 'acme:ann', state: 'free' }]);
    const two = await registry.take('acme:ann', west, { expect: one, floor: 0, over: [], incarnation: 'eu-west/1~b' });
    if (two.kind !== 'taken') throw new Error('not taken');
    expect(two.before).toEqual([]);
    expect(two.epoch).toBeGreaterThan(one);
    expect(await registry.orphans()).toEqual([]);
    await registry.leave('acme:ann', 'eu-west/1~b', one, 'ended');
    expect(await registry.read('acme:ann')).toMatchObject({ state: 'claimed' });
    await registry.leave('acme:ann', 'eu-west/1~b', two.epoch, 'ended');
    expect(await registry.read('acme:ann')).toMatchObject({ state: 'ended', epoch: two.epoch });
    expect(await registry.passport('acme:ann')).toBeUndefined();
    expect(await registry.records(10)).toEqual([]);
  });

  it('lists strays of a node, orphans of dead nodes, nodes and records', async () => {
    const { registry } = await leased();
    await takenByEast(registry);
    await registry.take('acme:bob', west, { ...first, incarnation: 'eu-west/1~b' });
    expect(await registry.strays(east, 'us-east/1~a')).toEqual([]);
    expect(await registry.strays(east, 'us-east/1~new')).toMatchObject([{ session: 'acme:ann', owner: 'us-east/1~a' }]);
    expect(await registry.orphans()).toEqual([]);
    await registry.dropLease(west, 'eu-west/1~b');
    expect(await registry.orphans()).toMatchObject([{ session: 'acme:bob', ownerAlive: false }]);
    expect((await registry.records(10)).map(each => each.session).sort()).toEqual(['acme:ann', 'acme:bob']);
    expect(await registry.records(1)).toHaveLength(1);
    const nodes = [...(await registry.nodes())].sort((a, b) => a.number - b.number);
    expect(nodes).toEqual([
      { ...east, incarnation: 'us-east/1~a', alive: true },
      { ...west, incarnation: 'eu-west/1~b', alive: false },
    ]);
  });

  it('keeps the passport of the highest epoch', async () => {
    const { registry } = await leased();
    await registry.putPassport('acme:ann', { epoch: 5, sealed: 'new' });
    await registry.putPassport('acme:ann', { epoch: 4, sealed: 'old' });
    expect(await registry.passport('acme:ann')).toEqual({ epoch: 5, sealed: 'new' });
    expect(await registry.passport('acme:bob')).toBeUndefined();
  });

  it('keeps ended marks and revoked tokens', async () => {
    const { registry } = await leased();
    await registry.putEnded('sid-1', 60_000);
    expect([await registry.isEnded('sid-1'), await registry.isEnded('sid-2')]).toEqual([true, false]);
    await registry.revokeToken('jti-1', Date.now() + 60_000);
    await registry.revokeToken('jti-expired', Date.now() - 60_000);
    const since = await registry.revokedTokens(0);
    expect(since.jtis).toEqual(['jti-1']);
    expect((await registry.revokedTokens(since.nextSinceMs + 60_000)).jtis).toEqual([]);
  });
}
