import type { CfgObject, CfgObjectType, CfgScript, StatObjectType } from '@handover/shared/genesys';
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
  'CfgPlaceGroup',
  'CfgDNGroup',
  'CfgScript',
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

  /** The DNs of a switch to register: its phones and route points, by their numbers. */
  dns(switchName: string): readonly string[] {
    return this.#indexed().numbers.get(switchName) ?? [];
  }

  /** The name of a DN here: its number at the own switch, `number@switch` at another. */
  nameOf(number: string, switchName: string): string {
    return qualified(number, switchName, this.#switchName);
  }

  /** The other sites' switches, each with the addresses of its SIP Server. */
  otherSwitches(): readonly { name: string; servers: readonly { host: string; port: number }[] }[] {
    return this.#indexed().others;
  }

  /** Addresses of the site's Interaction Servers, the primary first. */
  interactionServers(): readonly { host: string; port: number }[] {
    return this.#indexed().interactionServers;
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
      case 'GroupQueues': {
        const groups = objectType === 'GroupPlaces' ? index.placeGroups : index.queueGroups;
        const dns = groups.get(`${tenant ?? ''}:${objectId}`);
        return dns && { kind: 'group', targets: dns.map(dn => targetOf('dn', dn)), login: undefined };
      }
      case 'StagingArea':
        return tenant !== undefined && index.queues.has(objectId) ? waitsAt(actionTarget('queue', objectId)) : undefined;
      case 'Workbin': {
        const [type = '', owner] = objectId.split('/');
        const isThere = index.workbins.has(type) && (owner === undefined || index.agents.get(owner) === tenant);
        return tenant !== undefined && isThere ? waitsAt(actionTarget('workbin', objectId)) : undefined;
      }
    }
  }

  #indexed(): Index {
    return (this.#index ??= indexOf([...this.#objects.values()], this.#switchName, this.#application, this.#onFault));
  }
}

interface Index {
  /** By switch. */
  numbers: Map<string, string[]>;
  others: { name: string; servers: { host: string; port: number }[] }[];
  tenants: Map<string, number>;
  dns: Map<string, 'phone' | 'routePoint'>;
  /** Employee ids, with their tenant. */
  agents: Map<string, number>;
  /** Agent login codes, with the employee id. */
  owners: Map<string, string>;
  /** By tenant and name: the DNs at this switch; the employee ids. */
  places: Map<string, string[]>;
  groups: Map<string, string[]>;
  /** The DNs of all their places; their DNs: those at this switch. */
  placeGroups: Map<string, string[]>;
  queueGroups: Map<string, string[]>;
  /** Of the site's Interaction Server. */
  interactionServers: { host: string; port: number }[];
  queues: ReadonlySet<string>;
  workbins: ReadonlySet<string>;
  statTypes: ReturnType<typeof statTypesFrom>;
}

const waitsAt = (target: string): Watched => ({ kind: 'one', targets: [target], login: undefined });

const qualified = (number: string, at: string, own: string): string => (at === own ? number : `${number}@${at}`);

function indexOf(
  objects: readonly CfgObject[],
  switchName: string,
  application: string,
  onFault: (section: string, attribute: string) => void,
): Index {
  const of = <T extends CfgObjectType>(type: T): Extract<CfgObject, { type: T }>[] =>
    objects.filter((object): object is Extract<CfgObject, { type: T }> => object.type === type && object.state === 'Enabled');
  const switches = new Map(of('CfgSwitch').map(one => [one.dbid, one.name]));
  const dns = of('CfgDN').flatMap(dn => {
    const at = switches.get(dn.switchDBID);
    return at === undefined || dn.dnType === 'Trunk' ? [] : [{ ...dn, at, name: qualified(dn.number, at, switchName) }];
  });
  const numbers = new Map(dns.filter(dn => dn.at === switchName).map(dn => [dn.dbid, dn.number]));
  const applications = new Map(of('CfgApplication').map(one => [one.dbid, one]));
  const serversOf = (dbid: number): { host: string; port: number }[] => {
    const primary = applications.get(dbid)?.serverInfo;
    return [primary, applications.get(primary?.backupServerDBID ?? -1)?.serverInfo].flatMap(info => (info === undefined ? [] : [info]));
  };
  const logins = new Map(of('CfgAgentLogin').map(login => [login.dbid, login.loginCode]));
  const persons = of('CfgPerson').filter(person => person.isAgent);
  const employees = new Map(persons.map(person => [person.dbid, person.employeeID]));
  const places = new Map(of('CfgPlace').map(place => [place.dbid, place.dnDBIDs.flatMap(dbid => numbers.get(dbid) ?? [])]));
  // The connections of whoever uses the site say which Interaction Server is here.
  const location = of('CfgSwitch').find(one => one.name === switchName)?.location;
  const interaction = [...applications.values()]
    .flatMap(one => one.appServers)
    .flatMap(connection => (connection.location === location ? (applications.get(connection.applicationDBID) ?? []) : []))
    .find(one => one.appType === 'InteractionServer');
  const scriptsOf = (type: CfgScript['scriptType']): Set<string> =>
    new Set(of('CfgScript').flatMap(script => (script.scriptType === type ? [script.name] : [])));
  const isPhone = (type: string): boolean => type === 'Extension';
  return {
    tenants: new Map(of('CfgTenant').map(tenant => [tenant.name, tenant.dbid])),
    numbers: new Map([...switches.values()].map(at => [at, dns.filter(dn => dn.at === at).map(dn => dn.number)])),
    others: of('CfgSwitch')
      .filter(one => one.name !== switchName)
      .map(one => ({ name: one.name, servers: serversOf(one.tServerDBID) })),
    dns: new Map(dns.map(dn => [dn.name, isPhone(dn.dnType) ? 'phone' : 'routePoint'])),
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
    placeGroups: new Map(
      of('CfgPlaceGroup').map(group => [`${group.tenantDBID}:${group.name}`, group.placeDBIDs.flatMap(dbid => places.get(dbid) ?? [])]),
    ),
    queueGroups: new Map(
      of('CfgDNGroup').map(group => [`${group.tenantDBID}:${group.name}`, group.dnDBIDs.flatMap(dbid => numbers.get(dbid) ?? [])]),
    ),
    interactionServers: interaction === undefined ? [] : serversOf(interaction.dbid),
    queues: scriptsOf('InteractionQueue'),
    workbins: scriptsOf('InteractionWorkBin'),
    statTypes: statTypesFrom(of('CfgApplication').find(one => one.name === application)?.options ?? [], onFault),
  };
}
