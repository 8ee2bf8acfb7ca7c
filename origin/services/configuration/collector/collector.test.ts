import type { CfgAgentGroup, CfgDN, CfgObject, CfgObjectType, CfgPerson, CfgPlace, CfgSkill } from '@handover/shared/genesys';
import { AppError } from '@handover/shared/errors';
import { silentLogger } from '@handover/shared/log';
import { ok, refuse } from '@handover/shared/result';
import { createFakeClock, type FakeClock } from '@handover/shared/time';
import { describe, expect, it } from 'vitest';
import { createObjectTable } from '../../../connectors/configuration/objects.ts';
import type { Configuration, ConfigurationChange } from '../../../contracts/configuration.ts';
import type { SearchDocument, SearchHealth, SearchIndex } from '../../../contracts/search.ts';
import { createMemoryCache } from '../../../stores/redis/index.ts';
import { createCollector, createLease, type Collector } from './index.ts';

const common = { tenantDBID: 101, state: 'Enabled' as const, userProperties: [] };
const person = (dbid: number, firstName: string, more: Partial<CfgPerson['agentInfo']> = {}): CfgPerson => ({
  ...common,
  type: 'CfgPerson',
  dbid,
  userName: `agent${dbid}`,
  employeeID: `E${dbid}`,
  firstName,
  lastName: 'Lee',
  isAgent: true,
  roles: [],
  agentInfo: { skillLevels: [], agentLogins: [], ...more },
});
const skill = (name: string): CfgSkill => ({ ...common, type: 'CfgSkill', dbid: 7, name });
const group = (agentDBIDs: number[]): CfgAgentGroup => ({
  ...common,
  type: 'CfgAgentGroup',
  dbid: 5,
  name: 'Group',
  agentDBIDs,
  managerDBIDs: [],
});
const place = (dnDBIDs: number[]): CfgPlace => ({ ...common, type: 'CfgPlace', dbid: 3, name: 'Place', dnDBIDs });
const dn = (number: string, dnType: CfgDN['dnType'] = 'Extension'): CfgDN => ({
  ...common,
  type: 'CfgDN',
  dbid: 9,
  number,
  dnType,
  switchDBID: 1,
});

/** An index that remembers, and fails when told to. */
class FakeIndex implements SearchIndex {
  readonly kind = 'server';
  health: SearchHealth = 'unknown';
  reachable = true;
  documents: Map<string, SearchDocument> | undefined;
  rebuilds = 0;
  syncs = 0;
  applied: string[] = [];
  /** Holds rebuilds and comparisons until it resolves. */
  gate: Promise<void> = Promise.resolve();
  check(): Promise<SearchHealth> {
    this.health = !this.reachable ? 'down' : this.documents === undefined ? 'missing' : 'up';
    return Promise.resolve(this.health);
  }
  private reach(): void {
    if (this.reachable) return;
    this.health = 'down';
    throw new AppError('search.unavailable');
  }
  async rebuild(documents: Iterable<SearchDocument>, progress: (done: number) => void): Promise<number> {
    this.rebuilds += 1;
    const made = [...documents];
    progress(made.length);
    await this.gate;
    this.reach();
    this.documents = new Map(made.map(each => [`${each.kind} ${each.dbid}`, each]));
    return made.length;
  }
  async sync(documents: Iterable<SearchDocument>) {
    this.syncs += 1;
    await this.gate;
    this.reach();
    if (this.documents === undefined) return refuse('missing' as const);
    this.documents = new Map([...documents].map(each => [`${each.kind} ${each.dbid}`, each]));
    return ok({ written: 0, removed: 0 });
  }
  async apply(put: readonly SearchDocument[], remove: readonly { kind: string; dbid: number }[]) {
    await Promise.resolve();
    this.reach();
    const { documents } = this;
    if (documents === undefined) return refuse('missing' as const);
    for (const each of put) documents.set(`${each.kind} ${each.dbid}`, each);
    for (const each of remove) documents.delete(`${each.kind} ${each.dbid}`);
    this.applied.push(...put.map(each => `${each.kind} ${each.dbid}`));
    return ok(true as const);
  }
  search(): never {
    throw new Error('not searched here');
  }
  readonly history = { record: () => Promise.resolve(), read: () => Promise.resolve([]) };
  close = (): Promise<void> => Promise.resolve();
}

class World {
  readonly clock: FakeClock = createFakeClock();
  readonly table = createObjectTable();
  readonly index = new FakeIndex();
  readonly cache = createMemoryCache(this.clock);
  state: Configuration['state'] = 'current';
  private readonly listeners = new Set<(change: ConfigurationChange) => void>();
  readonly configuration = {
    get: (type: CfgObjectType, dbid: number) => this.table.get(type, dbid),
    all: (type: CfgObjectType) => this.table.all(type),
    placeOfDn: (dbid: number) => this.table.placeOfDn(dbid),
    placeDns: (dbid: number) => (this.table.get('CfgPlace', dbid)?.dnDBIDs ?? []).map(each => ({ dn: this.table.get('CfgDN', each) })),
    ready: () => Promise.resolve(),
    onChange: (listener: (change: ConfigurationChange) => void) => {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    },
  } as unknown as Configuration;

  constructor(objects: CfgObject[]) {
    Object.defineProperty(this.configuration, 'state', { get: () => this.state });
    for (const object of objects) this.table.put(object);
  }
  put(object: CfgObject): void {
    const change = this.table.put(object);
    for (const listener of this.listeners) listener(change);
  }
  remove(object: CfgObject): void {
    const change = this.table.remove(object.type, object.dbid);
    if (change !== undefined) for (const listener of this.listeners) listener(change);
  }
  open(node = 'us-east/1'): Collector {
    const { configuration, index, clock } = this;
    const collector = createCollector({ configuration, index, lease: createLease(this.cache, node), clock, log: silentLogger });
    collector.start();
    return collector;
  }
  async pass(ms: number): Promise<void> {
    await settle();
    for (let left = ms; left > 0; left -= 100) {
      this.clock.advance(Math.min(100, left));
      await settle();
    }
  }
  document(key: string): SearchDocument | undefined {
    return this.index.documents?.get(key);
  }
}
const settle = async (): Promise<void> => {
  for (let round = 0; round < 30; round += 1) await Promise.resolve();
};

const begun = async (objects: CfgObject[]): Promise<World & { collector: Collector }> => {
  const world = new World(objects);
  const collector = world.open();
  await world.pass(1_000);
  world.index.applied = [];
  return Object.assign(world, { collector });
};

describe('the collector', () => {
  it('makes an index where there is none', async () => {
    const world = await begun([person(1, 'Ann')]);
    expect(world.index.rebuilds).toBe(1);
    expect(world.document('person 1')).toMatchObject({ name: 'Ann Lee', enabled: true, agent: true, tenantDbid: 101 });
  });

  it('compares one that is there, instead of making it anew', async () => {
    const world = new World([person(1, 'Ann')]);
    world.index.documents = new Map();
    world.open();
    await world.pass(1_000);
    expect([world.index.rebuilds, world.index.syncs]).toEqual([0, 1]);
    expect(world.document('person 1')).toBeDefined();
  });

  it('waits until the configuration is read', async () => {
    const world = new World([]);
    world.state = 'loading';
    world.open();
    await world.pass(5_000);
    expect(world.index.rebuilds).toBe(0);
    world.state = 'current';
    await world.pass(1_000);
    expect(world.index.rebuilds).toBe(1);
  });

  it('follows changes together, within a quarter of a second', async () => {
    const world = await begun([person(1, 'Ann'), person(2, 'Bob')]);
    world.put(person(1, 'Anna'));
    world.put(person(1, 'Berta'));
    world.remove(person(2, 'Bob'));
    await world.pass(250);
    expect(world.index.applied).toEqual(['person 1']);
    expect(world.document('person 1')?.name).toBe('Berta Lee');
    expect(world.document('person 2')).toBeUndefined();
  });

  it('writes what a change of a skill, a group, a place or a phone means for persons', async () => {
    const lee = person(1, 'Ann', { placeDBID: 3, skillLevels: [{ skillDBID: 7, level: 1 }] });
    const world = await begun([lee, person(2, 'Bob'), person(4, 'Cid'), skill('English'), group([2]), place([9]), dn('7001')]);
    expect(world.document('person 1')).toMatchObject({ related: ['English'], skillDbids: [7] });
    expect(world.document('person 2')?.groupDbids).toEqual([5]);
    world.put(skill('French'));
    world.put(group([4]));
    world.put(dn('7002'));
    await world.pass(250);
    expect(world.document('person 1')).toMatchObject({ related: ['French'] });
    expect(world.document('person 1')?.texts).toContain('7002');
    expect(world.document('place 3')?.texts).toEqual(['7002']);
    expect(world.document('person 2')?.groupDbids).toEqual([]);
    expect(world.document('person 4')?.groupDbids).toEqual([5]);
    world.put(place([]));
    await world.pass(250);
    expect(world.document('person 1')?.texts).not.toContain('7002');
  });

  it('moves a DN that has become another kind', async () => {
    const world = await begun([dn('9001', 'ACDQueue')]);
    expect(world.document('acd-queue 9')).toBeDefined();
    world.put(dn('9001', 'RoutingPoint'));
    await world.pass(250);
    expect([...(world.index.documents?.keys() ?? [])]).toEqual(['route-point 9']);
  });

  it('compares everything when the server was away', async () => {
    const world = await begun([person(1, 'Ann')]);
    world.index.reachable = false;
    world.put(person(1, 'Anna'));
    await world.pass(3_000);
    expect(world.document('person 1')?.name).toBe('Ann Lee');
    world.index.reachable = true;
    await world.pass(1_000);
    expect(world.document('person 1')?.name).toBe('Anna Lee');
    expect(world.index.rebuilds).toBe(1);
  });

  it('makes the index anew when it is gone', async () => {
    const world = await begun([person(1, 'Ann')]);
    world.index.documents = undefined;
    await world.pass(1_000);
    expect(world.index.rebuilds).toBe(2);
    expect(world.document('person 1')).toBeDefined();
  });

  it('writes changes that come while it makes the index', async () => {
    const world = await begun([person(1, 'Ann')]);
    const gate = Promise.withResolvers<void>();
    world.index.gate = gate.promise;
    const rebuilt = world.collector.rebuild();
    expect(world.collector.rebuild()).toBe(rebuilt);
    expect(world.collector.status().rebuilding).toEqual({ done: 1, total: 1 });
    world.put(person(1, 'Anna'));
    await world.pass(2_000);
    gate.resolve();
    expect(await rebuilt).toBe(1);
    expect(world.document('person 1')?.name).toBe('Ann Lee');
    await world.pass(300);
    expect(world.document('person 1')?.name).toBe('Anna Lee');
    expect(world.collector.status()).toEqual({ kind: 'server', health: 'up', writes: true });
  });

  it('compares everything when more changes at once than it remembers', async () => {
    const world = await begun([]);
    for (let dbid = 1; dbid <= 5_100; dbid += 1) world.put(person(dbid, 'Ann'));
    await world.pass(1_000);
    expect(world.index.applied).toEqual([]);
    expect(world.index.documents?.size).toBe(5_100);
  });

  it('writes nothing while another node does, and makes up for it when it is its turn again', async () => {
    const world = await begun([person(1, 'Ann')]);
    await world.cache.set('search:collector', 'us-east/9', 60_000);
    await world.pass(2_000);
    world.put(person(1, 'Anna'));
    await world.pass(1_000);
    expect([world.collector.status().writes, world.index.applied]).toEqual([false, []]);
    await world.cache.delete('search:collector');
    await world.pass(2_000);
    expect(world.document('person 1')?.name).toBe('Anna Lee');
  });

  it('of several nodes one writes; when it ends another goes on where it was', async () => {
    const world = await begun([person(1, 'Ann')]);
    const other = world.open('us-east/2');
    await world.pass(2_000);
    expect([world.collector.status().writes, other.status().writes]).toEqual([true, false]);
    world.put(person(1, 'Anna'));
    await world.pass(300);
    expect(world.index.applied).toEqual(['person 1']);
    await world.collector.stop();
    world.put(person(1, 'Berta'));
    await world.pass(2_000);
    expect(other.status().writes).toBe(true);
    expect(world.document('person 1')?.name).toBe('Berta Lee');
    expect(world.index.rebuilds).toBe(1);
  });
});
