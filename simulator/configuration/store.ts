import type { CfgEvent, CfgObject, CfgObjectType } from '@handover/shared/genesys';
import type { Result } from '@handover/shared/result';
import { ok, refuse } from '@handover/shared/result';
import { cascade, type Wish } from './cascades.ts';
import { faultOfChange, faultOfNew } from './shapes.ts';
import { nameKeys } from './names.ts';

export type Change = Extract<CfgEvent, { messageName: 'EventObjectCreated' | 'EventObjectUpdated' | 'EventObjectDeleted' }>;
export type StoreRefusal = { code: 'InvalidAttribute' | 'ObjectNotFound' | 'AlreadyExists'; detail: string };

const keptChanges = 10_000;

/** The configuration environment: objects, and the numbered changes that made them what they are. */
export class ConfigurationStore {
  readonly #objects = new Map<CfgObjectType, Map<number, CfgObject>>();
  readonly #names = new Map<string, number>();
  readonly #lastDbid = new Map<CfgObjectType, number>();
  #history: Change[] = [];
  #sequence: number;
  readonly #onChange: (change: Change) => void;

  constructor(sequence: number, onChange: (change: Change) => void) {
    this.#sequence = sequence;
    this.#onChange = onChange;
  }

  get sequence(): number {
    return this.#sequence;
  }

  get(type: CfgObjectType, dbid: number): CfgObject | undefined {
    return this.#objects.get(type)?.get(dbid);
  }

  all(type: CfgObjectType): Iterable<CfgObject> {
    return this.#objects.get(type)?.values() ?? [];
  }

  *everything(): Generator<CfgObject> {
    for (const objects of this.#objects.values()) yield* objects.values();
  }

  /** Replaces all: a replica's first picture, or the demo's. Nobody is told. */
  load(objects: Iterable<CfgObject>, sequence: number): void {
    this.#objects.clear();
    this.#names.clear();
    this.#history = [];
    this.#sequence = sequence;
    for (const object of objects) this.#put(object);
  }

  /** Changes since a sequence number, or undefined when they are no longer known. */
  since(sequence: number): Change[] | undefined {
    if (sequence > this.#sequence) return undefined;
    const first = this.#history[0]?.sequence ?? this.#sequence + 1;
    return sequence < first - 1 ? undefined : this.#history.filter(change => change.sequence > sequence);
  }

  create(object: Readonly<Record<string, unknown>>): Result<CfgObject, StoreRefusal> {
    const fault = faultOfNew(object);
    if (fault !== undefined) return refuse({ code: 'InvalidAttribute', detail: fault });
    const type = object['type'] as CfgObjectType;
    const dbid = (this.#lastDbid.get(type) ?? 100) + 1;
    const whole = { tenantDBID: 101, state: 'Enabled', userProperties: [], ...object, dbid } as unknown as CfgObject;
    const taken = nameKeys(whole).find(({ key }) => this.#names.has(key));
    if (taken !== undefined) return refuse({ code: 'AlreadyExists', detail: `object.${taken.field}` });
    this.#apply({ kind: 'create', object: whole });
    return ok(whole);
  }

  update(type: CfgObjectType, dbid: number, changes: Readonly<Record<string, unknown>>): Result<CfgObject, StoreRefusal> {
    const object = this.get(type, dbid);
    if (object === undefined) return refuse({ code: 'ObjectNotFound', detail: 'dbid' });
    const fault = faultOfChange(object, changes);
    if (fault !== undefined) return refuse({ code: 'InvalidAttribute', detail: fault });
    const changed = { ...object, ...changes };
    const taken = nameKeys(changed).find(({ key }) => (this.#names.get(key) ?? dbid) !== dbid);
    if (taken !== undefined) return refuse({ code: 'AlreadyExists', detail: `changes.${taken.field}` });
    const real = Object.fromEntries(Object.entries(changes).filter(([name, value]) => !same(object[name as keyof CfgObject], value)));
    if (Object.keys(real).length > 0) this.#apply({ kind: 'update', type, dbid, changes: real });
    return ok(changed);
  }

  delete(type: CfgObjectType, dbid: number): Result<true, StoreRefusal> {
    if (this.get(type, dbid) === undefined) return refuse({ code: 'ObjectNotFound', detail: 'dbid' });
    this.#apply({ kind: 'delete', type, dbid });
    return ok(true);
  }

  /** A replica takes over its master's change as it is. */
  follow(change: Change): void {
    this.#sequence = change.sequence;
    this.#record(change);
  }

  /** One change and what it causes; each is an event of its own, causes first. */
  #apply(wish: Wish): void {
    for (const before of cascade(this, wish)) this.#apply(before);
    const sequence = (this.#sequence += 1);
    switch (wish.kind) {
      case 'create':
        return this.#record({ messageName: 'EventObjectCreated', sequence, object: wish.object });
      case 'update': {
        const { type, dbid, changes } = wish;
        return this.#record({ messageName: 'EventObjectUpdated', sequence, objectType: type, dbid, changes });
      }
      case 'delete':
        return this.#record({ messageName: 'EventObjectDeleted', sequence, objectType: wish.type, dbid: wish.dbid });
    }
  }

  #record(change: Change): void {
    switch (change.messageName) {
      case 'EventObjectCreated':
        this.#put(change.object);
        break;
      case 'EventObjectUpdated': {
        const object = this.get(change.objectType, change.dbid);
        if (object !== undefined) {
          this.#forgetNames(object);
          this.#put({ ...object, ...change.changes });
        }
        break;
      }
      case 'EventObjectDeleted': {
        const object = this.get(change.objectType, change.dbid);
        if (object !== undefined) this.#forgetNames(object);
        this.#objects.get(change.objectType)?.delete(change.dbid);
      }
    }
    this.#history.push(change);
    if (this.#history.length > keptChanges * 2) this.#history = this.#history.slice(-keptChanges);
    this.#onChange(change);
  }

  #put(object: CfgObject): void {
    const objects = this.#objects.get(object.type) ?? new Map<number, CfgObject>();
    this.#objects.set(object.type, objects.set(object.dbid, object));
    this.#lastDbid.set(object.type, Math.max(this.#lastDbid.get(object.type) ?? 0, object.dbid));
    for (const { key } of nameKeys(object)) this.#names.set(key, object.dbid);
  }

  #forgetNames(object: CfgObject): void {
    for (const { key } of nameKeys(object)) this.#names.delete(key);
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
