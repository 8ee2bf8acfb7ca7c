import type { CfgObject, CfgObjectOf, CfgObjectType, CfgPerson } from '@handover/shared/genesys';
import { ok, refuse } from '@handover/shared/result';
import type { Configuration } from '../../../contracts/configuration.ts';
import type { VoiceServers } from '../../../contracts/voice.ts';
import type { FakeSwitch } from './switch.ts';

const common = { tenantDBID: 1, state: 'Enabled', userProperties: [] } as const;

const person = (dbid: number, userName: string, more: Partial<CfgPerson> = {}): CfgPerson => ({
  ...common,
  type: 'CfgPerson',
  dbid,
  userName,
  userProperties: [],
  employeeID: String(7000 + dbid),
  firstName: 'Agent',
  lastName: userName,
  isAgent: true,
  roles: ['ROLE_AGENT'],
  agentInfo: {
    placeDBID: dbid,
    skillLevels: [],
    agentLogins: [
      { agentLoginDBID: dbid * 10 + 1, wrapupTime: 0 },
      { agentLoginDBID: dbid * 10 + 2, wrapupTime: 0 },
    ],
  },
  ...more,
});

/** Persons 1 to `agents`, each with a place and a phone `7000 + n` at both switches; person 90 supervises; person 99 is of another tenant. */
export function fakeObjects(switches: readonly string[] = ['SIP_East', 'SIP_West'], agents = 3): CfgObject[] {
  const objects: CfgObject[] = switches.map((name, index) => ({
    ...common,
    userProperties: [],
    type: 'CfgSwitch',
    dbid: index + 1,
    name,
    location: index === 0 ? '/us-east' : '/eu-west',
    tServerDBID: 100 + index,
  }));
  const people = [
    ...Array.from({ length: agents }, (_, index) => person(index + 1, `agent${String(index + 1)}`)),
    person(90, 'super1', { firstName: 'Boss', roles: ['ROLE_AGENT', 'ROLE_SUPERVISOR'] }),
    person(99, 'stranger', { tenantDBID: 2 }),
  ];
  for (const each of people) {
    objects.push(each);
    const number = each.employeeID;
    switches.forEach((_, index) => {
      const at = index + 1;
      objects.push(
        { ...common, userProperties: [], type: 'CfgDN', dbid: each.dbid * 10 + at, number, dnType: 'Extension', switchDBID: at },
        { ...common, userProperties: [], type: 'CfgAgentLogin', dbid: each.dbid * 10 + at, loginCode: number, switchDBID: at },
      );
    });
    objects.push({
      ...common,
      userProperties: [],
      type: 'CfgPlace',
      dbid: each.dbid,
      name: `Place_${number}`,
      dnDBIDs: switches.map((_, index) => each.dbid * 10 + index + 1),
    });
  }
  objects.push(
    {
      ...common,
      userProperties: [{ key: 'interaction-workspace', type: 'kvlist', value: [{ key: 'voice.on', type: 'str', value: 'group' }] }],
      type: 'CfgAgentGroup',
      dbid: 1,
      name: 'Sales',
      agentDBIDs: [1, 2],
      managerDBIDs: [90],
    },
    { ...common, userProperties: [], type: 'CfgSkill', dbid: 1, name: 'English' },
    { ...common, userProperties: [], type: 'CfgDN', dbid: 5001, number: '9001', name: 'Inbound', dnType: 'RoutingPoint', switchDBID: 1 },
    {
      ...common,
      userProperties: [],
      type: 'CfgActionCode',
      dbid: 1,
      name: 'Lunch',
      code: 'Lunch',
      codeType: 'NotReady',
      subcodes: [{ name: 'Long', code: 'L' }],
    },
    {
      ...common,
      userProperties: [],
      type: 'CfgEnumerator',
      dbid: 7,
      name: 'DispositionCode',
      displayName: 'Disposition',
      description: '',
      values: [{ dbid: 1, name: 'Sale', displayName: 'Sale', description: '', isDefault: true }],
    },
    {
      ...common,
      userProperties: [],
      tenantDBID: 2,
      type: 'CfgTransaction',
      dbid: 2,
      name: 'Foreign',
      alias: 'Foreign',
      transactionType: 'List',
    },
    { ...common, userProperties: [], type: 'CfgTransaction', dbid: 1, name: 'Brand', alias: 'Brand', transactionType: 'List' },
    {
      ...common,
      userProperties: [],
      type: 'CfgApplication',
      dbid: 1,
      name: 'CloudCluster',
      appType: 'GenericServer',
      version: '9',
      isServer: true,
      isPrimary: true,
      redundancyType: 'none',
      appServers: [],
      options: [
        {
          key: 'interaction-workspace',
          type: 'kvlist',
          value: [
            { key: 'voice.on', type: 'str', value: 'cluster' },
            { key: 'chat.on', type: 'str', value: 'cluster' },
          ],
        },
      ],
    },
  );
  const elsewhere = ['CfgPlace', 'CfgDN', 'CfgAgentLogin'];
  return objects.map(each =>
    elsewhere.includes(each.type) && (each.dbid === 99 || Math.floor(each.dbid / 10) === 99) ? { ...each, tenantDBID: 2 } : each,
  );
}

/** A configuration that holds these objects. */
export function fakeConfiguration(objects: readonly CfgObject[] = fakeObjects()): Configuration {
  const all = <T extends CfgObjectType>(type: T): CfgObjectOf<T>[] => objects.filter((each): each is CfgObjectOf<T> => each.type === type);
  const get = <T extends CfgObjectType>(type: T, dbid: number): CfgObjectOf<T> | undefined => all(type).find(each => each.dbid === dbid);
  return {
    state: 'current',
    ready: () => Promise.resolve(),
    get,
    all,
    personByUserName: userName => all('CfgPerson').find(each => each.userName === userName),
    personByEmployeeId: id => all('CfgPerson').find(each => each.employeeID === id),
    placeByName: name => all('CfgPlace').find(each => each.name === name),
    dn: (number, switchName) => {
      const at = all('CfgSwitch').find(each => each.name === switchName);
      return all('CfgDN').find(each => each.number === number && each.switchDBID === at?.dbid);
    },
    placeDns: dbid =>
      (get('CfgPlace', dbid)?.dnDBIDs ?? []).flatMap(dnDbid => {
        const dn = get('CfgDN', dnDbid);
        const at = dn === undefined ? undefined : get('CfgSwitch', dn.switchDBID);
        return dn === undefined || at === undefined ? [] : [{ dn, switch: at }];
      }),
    placeOfDn: dbid => all('CfgPlace').find(each => each.dnDBIDs.includes(dbid)),
    agentLogin: (dbid, switchName) => {
      const at = all('CfgSwitch').find(each => each.name === switchName);
      const own = (get('CfgPerson', dbid)?.agentInfo?.agentLogins ?? []).map(each => get('CfgAgentLogin', each.agentLoginDBID));
      return own.find(each => each !== undefined && (switchName === undefined || each.switchDBID === at?.dbid));
    },
    onChange: () => () => undefined,
    authenticate: () => Promise.resolve(refuse('invalid')),
    changePassword: () => Promise.resolve(ok(true)),
  };
}

/** The switches, the first one local. */
export const fakeVoice = (switches: readonly FakeSwitch[]): VoiceServers => ({
  bySwitch: name => switches.find(each => each.switchName === name),
  local: () => switches[0],
  all: () => switches,
});
