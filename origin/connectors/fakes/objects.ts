import type { CfgApplication, CfgConnection, CfgObject, CfgSwitch } from '@handover/shared/genesys';

/** Objects for tests: two sites, each with a hot pair of SIP Servers, and our Application in front of both. */
export const connectionTo = (applicationDBID: number, rest: Partial<CfgConnection> = {}): CfgConnection => ({
  applicationDBID,
  connProtocol: 'addp',
  timeoutLocalS: 3,
  timeoutRemoteS: 3,
  ...rest,
});

const common = { tenantDBID: 1, state: 'Enabled', userProperties: [] } as const;

export const application = (dbid: number, name: string, rest: Partial<CfgApplication> = {}): CfgApplication => ({
  ...common,
  type: 'CfgApplication',
  dbid,
  name,
  appType: 'TServer',
  version: '8.1',
  isServer: true,
  isPrimary: true,
  redundancyType: 'none',
  appServers: [],
  options: [],
  userProperties: [],
  ...rest,
});

export const aSwitch = (dbid: number, name: string, location: string, tServerDBID: number): CfgSwitch => ({
  ...common,
  type: 'CfgSwitch',
  dbid,
  name,
  location,
  tServerDBID,
  userProperties: [],
});

const server = (port: number, backupServerDBID?: number): CfgApplication['serverInfo'] => ({
  host: '127.0.0.1',
  port,
  timeoutS: 5,
  attempts: 3,
  ...(backupServerDBID === undefined ? {} : { backupServerDBID }),
});

export const demoObjects = (): CfgObject[] => [
  aSwitch(101, 'SIP_us-east', '/us-east', 10),
  aSwitch(102, 'SIP_eu-west', '/eu-west', 20),
  application(10, 'sip_us', { redundancyType: 'hot', serverInfo: server(1010, 11) }),
  application(11, 'sip_us_b', { redundancyType: 'hot', isPrimary: false, serverInfo: server(1011) }),
  application(20, 'sip_eu', { redundancyType: 'hot', serverInfo: server(1020, 21) }),
  application(21, 'sip_eu_b', { redundancyType: 'hot', isPrimary: false, serverInfo: server(1021) }),
  application(30, 'stat_us', { appType: 'StatServer', serverInfo: server(1030) }),
  application(40, 'Handover_us-east', {
    appType: 'GenericClient',
    isServer: false,
    appServers: [
      connectionTo(20, { location: '/eu-west' }),
      connectionTo(30, { location: '/us-east' }),
      connectionTo(10, { location: '/us-east' }),
    ],
  }),
];
