import type { CfgApplication, CfgDN, CfgObject, CfgObjectType, CfgPerson, DnType } from '@handover/shared/genesys';
import { kvFind, kvList, kvNumber, kvText } from '@handover/shared/genesys';
import type { KernelInput, KernelOptions, KernelState, Login, Routing } from '../kernel/index.ts';
import { defaultOptions, defaultRouting } from '../kernel/index.ts';

/** Options that the command line fixes, whatever the Application object says. */
export type OptionOverrides = Partial<KernelOptions>;

export const switchConfigurationTypes: readonly CfgObjectType[] = [
  'CfgSwitch',
  'CfgApplication',
  'CfgDN',
  'CfgAgentLogin',
  'CfgPerson',
  'CfgSkill',
];

const section = 'TServer';

/** What the configuration says about one switch: kept current by notifications. */
export class SwitchModel {
  readonly #objects = new Map<string, CfgObject>();
  readonly #switchName: string;
  readonly #application: string;
  readonly #overrides: OptionOverrides;

  constructor(switchName: string, application: string, overrides: OptionOverrides) {
    this.#switchName = switchName;
    this.#application = application;
    this.#overrides = overrides;
  }

  /** Replaces everything. */
  load(objects: readonly CfgObject[]): void {
    this.#objects.clear();
    for (const object of objects) this.put(object);
  }

  put(object: CfgObject): void {
    this.#objects.set(key(object.type, object.dbid), object);
  }

  update(type: CfgObjectType, dbid: number, changes: Readonly<Record<string, unknown>>): void {
    const known = this.#objects.get(key(type, dbid));
    if (known !== undefined) this.put({ ...known, ...changes });
  }

  remove(type: CfgObjectType, dbid: number): void {
    this.#objects.delete(key(type, dbid));
  }

  /** Whether the Application object still says hot standby, as the demo's do. */
  get isHot(): boolean {
    for (const object of this.#objects.values())
      if (object.type === 'CfgApplication' && object.name === this.#application) return object.redundancyType === 'hot';
    return true;
  }

  /** The other sites' switches, each with the addresses of its SIP Servers. */
  otherSwitches(): { name: string; servers: { host: string; port: number }[] }[] {
    const application = (dbid: number | undefined): CfgApplication | undefined => {
      const found = dbid === undefined ? undefined : this.#objects.get(key('CfgApplication', dbid));
      return found?.type === 'CfgApplication' ? found : undefined;
    };
    return [...this.#objects.values()].flatMap(object => {
      if (object.type !== 'CfgSwitch' || object.name === this.#switchName) return [];
      const primary = application(object.tServerDBID)?.serverInfo;
      const infos = [primary, application(primary?.backupServerDBID)?.serverInfo];
      return [{ name: object.name, servers: infos.flatMap(info => (info === undefined ? [] : [{ host: info.host, port: info.port }])) }];
    });
  }

  /** The inputs that bring a kernel from its state to the configured one. */
  *differences(state: KernelState, at: number): Generator<KernelInput> {
    const { dns, logins, options } = this.#wanted();
    if (JSON.stringify(options) !== JSON.stringify(state.options)) yield { kind: 'options', at, options };
    for (const [number, dn] of dns) {
      const known = state.dns.get(number);
      if (known?.type !== dn.type || known.inService !== dn.inService || !same(known.routing, dn.routing))
        yield { kind: 'dn', at, number, ...dn };
    }
    for (const number of [...state.dns.keys()]) if (!dns.has(number)) yield { kind: 'dnRemoved', at, number };
    for (const [code, login] of logins) if (!same(state.logins.get(code), login)) yield { kind: 'login', at, code, login };
    for (const code of [...state.logins.keys()]) if (!logins.has(code)) yield { kind: 'login', at, code, login: undefined };
  }

  #wanted() {
    const dns = new Map<string, { type: DnType; inService: boolean; routing?: Routing }>();
    const logins = new Map<string, Login>();
    const profiles = this.#profiles();
    let options = optionsOf(undefined, this.#overrides);
    let switchDbid: number | undefined;
    for (const object of this.#objects.values())
      if (object.type === 'CfgSwitch' && object.name === this.#switchName) switchDbid = object.dbid;
    for (const object of this.#objects.values()) {
      if (object.type === 'CfgDN' && object.switchDBID === switchDbid)
        dns.set(object.number, { type: object.dnType, inService: object.state === 'Enabled', ...routingOf(object) });
      else if (object.type === 'CfgAgentLogin' && object.switchDBID === switchDbid && object.state === 'Enabled')
        logins.set(object.loginCode, profiles.get(object.dbid) ?? { skills: [] });
      else if (object.type === 'CfgApplication' && object.name === this.#application) options = optionsOf(object, this.#overrides);
    }
    return { dns, logins, options };
  }

  /** What persons bring to their agent logins, by the login's DBID. */
  #profiles(): Map<number, Login> {
    const names = new Map<number, string>();
    for (const object of this.#objects.values()) if (object.type === 'CfgSkill') names.set(object.dbid, object.name);
    const profiles = new Map<number, Login>();
    for (const object of this.#objects.values())
      if (object.type === 'CfgPerson')
        for (const login of object.agentInfo?.agentLogins ?? []) profiles.set(login.agentLoginDBID, profileOf(object, login, names));
    return profiles;
  }
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function profileOf(person: CfgPerson, login: { wrapupTime: number }, names: ReadonlyMap<number, string>): Login {
  const skills = (person.agentInfo?.skillLevels ?? []).flatMap(({ skillDBID, level }) => {
    const name = names.get(skillDBID);
    return name === undefined ? [] : [{ name, level }];
  });
  return { ...(login.wrapupTime > 0 ? { wrapUpMs: login.wrapupTime * 1_000 } : {}), skills };
}

const treatments = ['Music', 'RingBack', 'Silence', 'Announcement', 'Busy'] as const;
const words = (text: string | undefined): string[] => (text ?? '').split(',').map(word => word.trim()).filter(word => word !== ''); // prettier-ignore

/** How a route point chooses: section `routing` of its DN, which a real site has as a strategy of its router. */
function routingOf(dn: CfgDN): { routing?: Routing } {
  const section = kvList(dn.userProperties, 'routing');
  if (section === undefined || dn.dnType === 'Extension' || dn.dnType === 'Trunk') return {};
  const skills = words(kvText(section, 'skills')).flatMap(word => {
    const [name = '', level] = word.split('>=').map(part => part.trim());
    return name === '' ? [] : [{ name, level: Number(level ?? 1) || 1 }];
  });
  const heard = words(kvText(section, 'treatments')).flatMap(word => treatments.filter(each => each.toLowerCase() === word.toLowerCase()));
  const announcementS = kvNumber(section, 'announcement-time');
  return {
    routing: {
      strategy: kvText(section, 'strategy') === 'external' ? 'external' : 'longest-idle',
      skills,
      treatments: heard,
      announcementMs: announcementS === undefined ? defaultRouting.announcementMs : announcementS * 1_000,
      maxWaiting: kvNumber(section, 'max-waiting') ?? defaultRouting.maxWaiting,
    },
  };
}

const key = (type: CfgObjectType, dbid: number): string => `${type}:${dbid}`;

/** Options are strings or integers in the section `TServer`, as the switch's documents name them; times are in seconds. */
function optionsOf(application: CfgApplication | undefined, overrides: OptionOverrides): KernelOptions {
  const options = kvList(application?.options, section);
  const flag = (name: string, otherwise: boolean): boolean => {
    const value = kvFind(options, name)?.value;
    return value === undefined ? otherwise : value === 'true' || value === 1;
  };
  const text = (name: string): string | undefined => kvText(options, name);
  const seconds = (name: string, otherwiseMs: number): number => {
    const value = Number(kvFind(options, name)?.value);
    return Number.isFinite(value) && value >= 0 ? value * 1_000 : otherwiseMs;
  };
  return {
    logoutOnDisconnect: overrides.logoutOnDisconnect ?? flag('logout-on-disconnect', defaultOptions.logoutOnDisconnect),
    refuseStaleEpochs: overrides.refuseStaleEpochs ?? flag('refuse-stale-epochs', defaultOptions.refuseStaleEpochs),
    agentNoAnswerAction: overrides.agentNoAnswerAction ?? actionOf(text('agent-no-answer-action')),
    agentNoAnswerOverflow: overrides.agentNoAnswerOverflow ?? text('agent-no-answer-overflow') ?? defaultOptions.agentNoAnswerOverflow,
    agentNoAnswerTimeoutMs: overrides.agentNoAnswerTimeoutMs ?? seconds('agent-no-answer-timeout', defaultOptions.agentNoAnswerTimeoutMs),
    wrapUpMs: overrides.wrapUpMs ?? (text('wrap-up-time') === 'untimed' ? 'untimed' : seconds('wrap-up-time', 0)),
    timedAcwInIdle: overrides.timedAcwInIdle ?? flag('timed-acw-in-idle', defaultOptions.timedAcwInIdle),
    acwInIdleForceReady: overrides.acwInIdleForceReady ?? flag('acw-in-idle-force-ready', defaultOptions.acwInIdleForceReady),
    legalGuardMs: overrides.legalGuardMs ?? seconds('legal-guard-time', defaultOptions.legalGuardMs),
    logoutOnOutOfService: overrides.logoutOnOutOfService ?? flag('logout-on-out-of-service', defaultOptions.logoutOnOutOfService),
  };
}

const actions = ['none', 'notready', 'logout'] as const;
const actionOf = (text: string | undefined): KernelOptions['agentNoAnswerAction'] =>
  actions.find(action => action === text) ?? defaultOptions.agentNoAnswerAction;
