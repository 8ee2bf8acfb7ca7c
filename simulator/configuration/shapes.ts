import type { CfgObject, CfgObjectType } from '@handover/shared/genesys';

type Check = (value: unknown) => boolean;
interface Field {
  check: Check;
  required: boolean;
}

const text: Check = value => typeof value === 'string' && value.length > 0 && value.length <= 255;
const anyText: Check = value => typeof value === 'string' && value.length <= 2_000;
const int: Check = value => Number.isSafeInteger(value) && (value as number) >= 0;
const flag: Check = value => typeof value === 'boolean';
const oneOf =
  (...words: string[]): Check =>
  value =>
    typeof value === 'string' && words.includes(value);
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.length <= 100_000 && value.every(check);
const record =
  (fields: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  value => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const own = value as Readonly<Record<string, unknown>>;
    return (
      Object.entries(fields).every(([name, check]) => check(own[name])) &&
      Object.entries(optional).every(([name, check]) => own[name] === undefined || check(own[name]))
    );
  };
const pairs: Check = value => Array.isArray(value) && value.length <= 10_000 && value.every(pair);
function pair(value: unknown): boolean {
  if (!record({ key: text, type: oneOf('str', 'int', 'kvlist') })(value)) return false;
  const { type, value: inner } = value as { type: string; value: unknown };
  if (type === 'str') return typeof inner === 'string';
  return type === 'int' ? Number.isSafeInteger(inner) : pairs(inner);
}

const must = (check: Check): Field => ({ check, required: true });
const may = (check: Check): Field => ({ check, required: false });
const named = { name: must(text) };

const agentInfo = record(
  {
    skillLevels: listOf(record({ skillDBID: int, level: int })),
    agentLogins: listOf(record({ agentLoginDBID: int, wrapupTime: int })),
  },
  { placeDBID: int, capacityRule: anyText },
);
const serverInfo = record({ host: text, port: int, timeoutS: int, attempts: int }, { backupServerDBID: int });
const connection = record(
  { applicationDBID: int, connProtocol: oneOf('addp', 'none'), timeoutLocalS: int, timeoutRemoteS: int },
  { location: anyText },
);
const enumeratorValue = record({ dbid: int, name: text, displayName: anyText, description: anyText, isDefault: flag });

/** The fields of each type beside the common ones. */
const fields: Readonly<Record<CfgObjectType, Readonly<Record<string, Field>>>> = {
  CfgTenant: named,
  CfgSwitch: { ...named, location: must(text), tServerDBID: must(int) },
  CfgDN: {
    number: must(text),
    name: may(anyText),
    dnType: must(oneOf('Extension', 'ACDQueue', 'RoutingPoint', 'VirtRoutingPoint', 'Trunk')),
    switchDBID: must(int),
  },
  CfgPerson: {
    userName: must(text),
    employeeID: must(text),
    firstName: must(anyText),
    lastName: must(anyText),
    emailAddress: may(anyText),
    externalID: may(anyText),
    isAgent: must(flag),
    roles: must(listOf(text)),
    agentInfo: may(agentInfo),
  },
  CfgPlace: { ...named, dnDBIDs: must(listOf(int)) },
  CfgPlaceGroup: { ...named, placeDBIDs: must(listOf(int)) },
  CfgDNGroup: { ...named, dnDBIDs: must(listOf(int)) },
  CfgAgentGroup: { ...named, agentDBIDs: must(listOf(int)), managerDBIDs: must(listOf(int)) },
  CfgApplication: {
    ...named,
    appType: must(text),
    version: must(anyText),
    isServer: must(flag),
    isPrimary: must(flag),
    redundancyType: must(oneOf('none', 'cold', 'warm', 'hot')),
    serverInfo: may(serverInfo),
    appServers: must(listOf(connection)),
    options: must(pairs),
  },
  CfgSkill: named,
  CfgScript: { ...named, scriptType: must(oneOf('InteractionQueue', 'InteractionWorkBin', 'CapacityRule')) },
  CfgActionCode: {
    ...named,
    codeType: must(oneOf('Login', 'Logout', 'Ready', 'NotReady', 'Transfer', 'Conference')),
    code: must(anyText),
    subcodes: must(listOf(record({ name: text, code: anyText }))),
  },
  CfgAgentLogin: { loginCode: must(text), switchDBID: must(int) },
  CfgTransaction: {
    ...named,
    alias: must(anyText),
    transactionType: must(oneOf('List', 'CallData', 'BusinessAttribute', 'StatFilter', 'StatType', 'Macro')),
  },
  CfgEnumerator: { ...named, displayName: must(anyText), description: must(anyText), values: must(listOf(enumeratorValue)) },
};

const common: Readonly<Record<string, Field>> = {
  tenantDBID: may(int),
  state: may(oneOf('Enabled', 'Disabled')),
  userProperties: may(pairs),
};

export const isObjectType = (value: unknown): value is CfgObjectType => typeof value === 'string' && Object.hasOwn(fields, value);
export const isField = (type: CfgObjectType, name: string): boolean =>
  name === 'dbid' || Object.hasOwn(common, name) || Object.hasOwn(fields[type], name);

/** The field at fault of a new object; undefined when there is none. */
export function faultOfNew(object: Readonly<Record<string, unknown>>): string | undefined {
  const { type } = object;
  if (!isObjectType(type)) return 'object.type';
  for (const [name, field] of Object.entries({ ...common, ...fields[type] })) {
    const value = object[name];
    if (value === undefined ? field.required : !field.check(value)) return `object.${name}`;
  }
  const extra = Object.keys(object).find(name => name !== 'type' && (name === 'dbid' || !isField(type, name)));
  return extra === undefined ? undefined : `object.${extra}`;
}

/** The field at fault of a change. Type and DBID are for ever, and so is whether a person is an agent. */
export function faultOfChange(object: CfgObject, changes: Readonly<Record<string, unknown>>): string | undefined {
  const known = { ...common, ...fields[object.type] };
  for (const [name, value] of Object.entries(changes)) {
    const field = known[name];
    const fixed = name === 'isAgent' && object.type === 'CfgPerson' && value !== object.isAgent;
    if (field === undefined || fixed || !field.check(value)) return `changes.${name}`;
  }
  return undefined;
}
