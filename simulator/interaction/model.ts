import type { CfgObject, CfgObjectType, CfgPerson } from '@handover/shared/genesys';
import type { Settings } from './settings.ts';
import { defaultSettings, settingsFrom } from './settings.ts';

export const interactionConfigurationTypes: readonly CfgObjectType[] = ['CfgApplication', 'CfgPerson', 'CfgScript'];

/** What the configuration says about one Interaction Server: kept current by notifications. */
export class InteractionModel {
  readonly #objects = new Map<string, CfgObject>();
  readonly #application: string;
  /** By employee id and user name; made when somebody asks, anew after a change. */
  #persons: Map<string, CfgPerson> | undefined;

  constructor(application: string) {
    this.#application = application;
  }

  load(objects: readonly CfgObject[]): void {
    this.#objects.clear();
    for (const object of objects) this.put(object);
  }

  put(object: CfgObject): void {
    this.#objects.set(key(object.type, object.dbid), object);
    this.#persons = undefined;
  }

  update(type: CfgObjectType, dbid: number, changes: Readonly<Record<string, unknown>>): void {
    const known = this.#objects.get(key(type, dbid));
    if (known !== undefined) this.put({ ...known, ...changes });
  }

  remove(type: CfgObjectType, dbid: number): void {
    this.#objects.delete(key(type, dbid));
    this.#persons = undefined;
  }

  get settings(): Settings {
    const own = this.#own;
    if (own === undefined) return defaultSettings;
    const objects = [...this.#objects.values()];
    return settingsFrom(
      own,
      objects.filter(object => object.type === 'CfgScript'),
      objects.filter(object => object.type === 'CfgPerson'),
    );
  }

  /** Whether the Application object says hot standby, as the demo's do. */
  get isHot(): boolean {
    return this.#own === undefined || this.#own.redundancyType === 'hot';
  }

  /** By employee id or user name. */
  person(name: string): CfgPerson | undefined {
    this.#persons ??= new Map(
      [...this.#objects.values()].flatMap(object =>
        object.type === 'CfgPerson' ? [[object.userName, object] as const, [object.employeeID, object] as const] : [],
      ),
    );
    return this.#persons.get(name);
  }

  get #own() {
    for (const object of this.#objects.values()) if (object.type === 'CfgApplication' && object.name === this.#application) return object;
    return undefined;
  }
}

const key = (type: CfgObjectType, dbid: number): string => `${type} ${dbid}`;
