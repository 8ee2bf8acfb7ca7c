import type { CfgObject, CfgObjectType, StatObjectType } from '@handover/shared/genesys';
import { statTypesFrom, type CheckedDefinition } from './definition.ts';
import { actionTarget, statusTarget } from './facts.ts';
import type { Directory } from './site-watch.ts';
import type { Watched } from './statistic.ts';

export const statConfigurationTypes: readonly CfgObjectType[] = [
  'CfgTenant',
  'CfgSwitch',
  'CfgApplication',
  'CfgDN',
  'CfgPlace',
  'CfgPerson',
  'CfgAgentLogin',
  'CfgAgentGroup',
];

export interface StatObject {
  objectId: string;
  objectType: StatObjectType;
  tenantName: string;
}

/** What the configuration says about the objects that a site's Stat Server can look at; kept current by notifications. */
export class StatModel implements Directory {
  readonly #objects = new Map<string, CfgObject>();
  readonly #switchName: string;
  readonly #application: string;
  readonly #onFault: (section: string, attribute: string) => void;
  #index: Index | undefined;

  constructor(switchName: string, application: string, onFault: (section: string, attribute: string) => void) {
    this.#switchName = switchName;
    this.#application = application;
    this.#onFault = onFault;
  }

  load(objects: readonly CfgObject[]): void {
    this.#objects.clear();
    for (const object of objects) this.put(object);
  }

  put(object: CfgObject): void {
    this.#objects.set(`${object.type}:${object.dbid}`, object);
    this.#index = undefined;
  }

  update(type: CfgObjectType, dbid: number, changes: Readonly<Record<string, unknown>>): void {
    const known = this.#objects.get(`${type}:${dbid}`);
    if (known !== undefined) this.put({ ...known, ...changes });
  }

  remove(type: CfgObjectType, dbid: number): void {
    this.#objects.delete(`${type}:${dbid}`);
    this.#index = undefined;
  }

  /** The DNs to register: phones and route points of the site's switch. */
  dns(): string[] {
    return [...this.#indexed().dns.keys()];
  }

  isRoutePoint(dn: string): boolean {
    return this.#indexed().dns.get(dn) === 'routePoint';
  }

  ownerOf(agentId: string): string | undefined {
    return this.#indexed().owners.get(agentId);
  }

  agents(): Iterable<string> {
    return this.#indexed().agents.keys();
  }

  statType(name: string): ReturnType<Index['statTypes']['get']> {
    return this.#indexed().statTypes.get(name);
  }

  /** What a statistic on the object watches; undefined when the tenant has no such object here. */
  watched({ objectId, objectType, tenantName }: StatObject, { looksAt }: Pick<CheckedDefinition, 'looksAt'>): Watched | undefined {
    const index = this.#indexed();
    const tenant = index.tenants.get(tenantName);
    const targetOf = looksAt === 'status' ? statusTarget : actionTarget;
    switch (objectType) {
      case 'Agent': {
        if (tenant === undefined || index.agents.get(objectId) !== tenant) return undefined;
        return { kind: 'one', targets: [targetOf('agent', objectId)], login: statusTarget('agent', objectId) };
      }
      case 'GroupAgents': {
        const group = index.groups.get(`${tenant ?? ''}:${objectId}`);
        return group && { kind: 'group', targets: group.map(agent => targetOf('agent', agent)), login: undefined };
      }
      case 'AgentPlace': {
        const dns = index.places.get(`${tenant ?? ''}:${objectId}`);
        return dns && { kind: 'one', targets: dns.map(dn => targetOf('dn', dn)), login: undefined };
      }
      case 'Queue':
      case 'RoutePoint':
      case 'RegularDN': {
        const type = index.dns.get(objectId);
        if (tenant === undefined || type === undefined || (type === 'phone') !== (objectType === 'RegularDN')) return undefined;
        return { kind: 'one', targets: [targetOf('dn', objectId)], login: undefined };
      }
      case 'GroupPlaces':
      case 'GroupQueues':
      case 'StagingArea':
      case 'Workbin':
        return undefined;
    }
  }

  #indexed(): Index {
    return (this.#index ??= indexOf([...this.#objects.values()], this.#switchName, this.#application, this.#onFault));
  }
}

interface Index {
  tenants: Map<string, number>;
  dns: Map<string, 'phone' | 'routePoint'>;
  /** Employee ids, with their tenant. */
  agents: Map<string, number>;
  /** Agent login codes at this switch, with the employee id. */
  owners: Map<string, string>;
  /** By tenant and name: the DNs at this switch; the employee ids. */
  places: Map<string, string[]>;
  groups: Map<string, string[]>;
  statTypes: ReturnType<typeof statTypesFrom>;
}

function indexOf(
  objects: readonly CfgObject[],
  switchName: string,
  application: string,
  onFault: (section: string, attribute: string) => void,
): Index {
  const of = <T extends CfgObjectType>(type: T): Extract<CfgObject, { type: T }>[] =>
    objects.filter((object): object is Extract<CfgObject, { type: T }> => object.type === type && object.state === 'Enabled');
  const switchDbid = of('CfgSwitch').find(one => one.name === switchName)?.dbid;
  const ownDns = of('CfgDN').filter(dn => dn.switchDBID === switchDbid);
  const numbers = new Map(ownDns.map(dn => [dn.dbid, dn.number]));
  const logins = new Map(of('CfgAgentLogin').flatMap(login => (login.switchDBID === switchDbid ? [[login.dbid, login.loginCode]] : [])));
  const persons = of('CfgPerson').filter(person => person.isAgent);
  const employees = new Map(persons.map(person => [person.dbid, person.employeeID]));
  const isPhone = (type: string): boolean => type === 'Extension';
  return {
    tenants: new Map(of('CfgTenant').map(tenant => [tenant.name, tenant.dbid])),
    dns: new Map(ownDns.filter(dn => dn.dnType !== 'Trunk').map(dn => [dn.number, isPhone(dn.dnType) ? 'phone' : 'routePoint'])),
    agents: new Map(persons.map(person => [person.employeeID, person.tenantDBID])),
    owners: new Map(
      persons.flatMap(person =>
        (person.agentInfo?.agentLogins ?? []).flatMap(({ agentLoginDBID }) => {
          const code = logins.get(agentLoginDBID);
          return code === undefined ? [] : [[code, person.employeeID] as const];
        }),
      ),
    ),
    places: new Map(
      of('CfgPlace').map(place => [`${place.tenantDBID}:${place.name}`, place.dnDBIDs.flatMap(dbid => numbers.get(dbid) ?? [])]),
    ),
    groups: new Map(
      of('CfgAgentGroup').map(group => [`${group.tenantDBID}:${group.name}`, group.agentDBIDs.flatMap(dbid => employees.get(dbid) ?? [])]),
    ),
    statTypes: statTypesFrom(of('CfgApplication').find(one => one.name === application)?.options ?? [], onFault),
  };
}
