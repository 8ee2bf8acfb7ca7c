import type { CfgApplication, CfgObject, CfgObjectType, DnType } from '@handover/shared/genesys';
import { kvFind, kvList } from '@handover/shared/genesys';
import type { KernelInput, KernelOptions, KernelState } from '../kernel/index.ts';
import { defaultOptions } from '../kernel/index.ts';

/** Options that the command line fixes, whatever the Application object says. */
export type OptionOverrides = Partial<KernelOptions>;

export const switchConfigurationTypes: readonly CfgObjectType[] = ['CfgSwitch', 'CfgApplication', 'CfgDN', 'CfgAgentLogin'];

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

  /** The inputs that bring a kernel from its state to the configured one. */
  *differences(state: KernelState, at: number): Generator<KernelInput> {
    const { dns, logins, options } = this.#wanted();
    if (JSON.stringify(options) !== JSON.stringify(state.options)) yield { kind: 'options', at, options };
    for (const [number, dn] of dns) {
      const known = state.dns.get(number);
      if (known?.type !== dn.type || known.inService !== dn.inService) yield { kind: 'dn', at, number, ...dn };
    }
    for (const number of [...state.dns.keys()]) if (!dns.has(number)) yield { kind: 'dnRemoved', at, number };
    for (const code of logins) if (!state.logins.has(code)) yield { kind: 'login', at, code, accepted: true };
    for (const code of [...state.logins]) if (!logins.has(code)) yield { kind: 'login', at, code, accepted: false };
  }

  #wanted() {
    const dns = new Map<string, { type: DnType; inService: boolean }>();
    const logins = new Set<string>();
    let options = optionsOf(undefined, this.#overrides);
    let switchDbid: number | undefined;
    for (const object of this.#objects.values())
      if (object.type === 'CfgSwitch' && object.name === this.#switchName) switchDbid = object.dbid;
    for (const object of this.#objects.values()) {
      if (object.type === 'CfgDN' && object.switchDBID === switchDbid)
        dns.set(object.number, { type: object.dnType, inService: object.state === 'Enabled' });
      else if (object.type === 'CfgAgentLogin' && object.switchDBID === switchDbid && object.state === 'Enabled')
        logins.add(object.loginCode);
      else if (object.type === 'CfgApplication' && object.name === this.#application) options = optionsOf(object, this.#overrides);
    }
    return { dns, logins, options };
  }
}

const key = (type: CfgObjectType, dbid: number): string => `${type}:${dbid}`;

/** Options are strings or integers in the section `TServer`, as the switch's documents name them; times are in seconds. */
function optionsOf(application: CfgApplication | undefined, overrides: OptionOverrides): KernelOptions {
  const options = kvList(application?.options, section);
  const flag = (name: string, otherwise: boolean): boolean => {
    const value = kvFind(options, name)?.value;
    return value === undefined ? otherwise : value === 'true' || value === 1;
  };
  const seconds = (name: string, otherwiseMs: number): number => {
    const value = Number(kvFind(options, name)?.value);
    return Number.isFinite(value) && value >= 0 ? value * 1_000 : otherwiseMs;
  };
  return {
    logoutOnDisconnect: overrides.logoutOnDisconnect ?? flag('logout-on-disconnect', defaultOptions.logoutOnDisconnect),
    refuseStaleEpochs: overrides.refuseStaleEpochs ?? flag('refuse-stale-epochs', defaultOptions.refuseStaleEpochs),
    agentNoAnswerTimeoutMs: overrides.agentNoAnswerTimeoutMs ?? seconds('agent-no-answer-timeout', defaultOptions.agentNoAnswerTimeoutMs),
    wrapUpMs: overrides.wrapUpMs ?? seconds('wrap-up-time', defaultOptions.wrapUpMs),
  };
}
