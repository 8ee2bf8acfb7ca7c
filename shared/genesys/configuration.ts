import type { KvList } from './kv.ts';

/** Objects of the Configuration Layer as JSON. `dbid` is unique per type and never reused; names are unique per tenant and type. */
export type CfgObjectType =
  | 'CfgTenant'
  | 'CfgSwitch'
  | 'CfgDN'
  | 'CfgPerson'
  | 'CfgPlace'
  | 'CfgAgentGroup'
  | 'CfgApplication'
  | 'CfgSkill'
  | 'CfgActionCode'
  | 'CfgAgentLogin'
  | 'CfgTransaction'
  | 'CfgEnumerator'
  | 'CfgPlaceGroup'
  | 'CfgDNGroup'
  | 'CfgScript';

interface CfgCommon {
  dbid: number;
  tenantDBID: number;
  state: 'Enabled' | 'Disabled';
  /** Sections (kvlist) of options: the annex. */
  userProperties: KvList;
}
export interface CfgTenant extends CfgCommon {
  type: 'CfgTenant';
  name: string;
}
export interface CfgSwitch extends CfgCommon {
  type: 'CfgSwitch';
  name: string;
  /** Location of the site the switch stands at, e.g. `/us-east`. */
  location: string;
  tServerDBID: number;
}
export type DnType = 'Extension' | 'ACDQueue' | 'RoutingPoint' | 'VirtRoutingPoint' | 'Trunk';
export interface CfgDN extends CfgCommon {
  type: 'CfgDN';
  number: string;
  name?: string;
  dnType: DnType;
  switchDBID: number;
}
export interface CfgPerson extends CfgCommon {
  type: 'CfgPerson';
  userName: string;
  employeeID: string;
  firstName: string;
  lastName: string;
  emailAddress?: string;
  externalID?: string;
  isAgent: boolean;
  /** Roles in the sense of the API: ROLE_AGENT, ROLE_SUPERVISOR, ROLE_ADMIN. */
  roles: string[];
  agentInfo?: {
    placeDBID?: number;
    capacityRule?: string;
    skillLevels: { skillDBID: number; level: number }[];
    agentLogins: { agentLoginDBID: number; wrapupTime: number }[];
  };
}
export interface CfgAgentLogin extends CfgCommon {
  type: 'CfgAgentLogin';
  loginCode: string;
  switchDBID: number;
}
export interface CfgPlace extends CfgCommon {
  type: 'CfgPlace';
  name: string;
  /** One DN per switch: the place has a phone at every site. */
  dnDBIDs: number[];
}
export interface CfgSkill extends CfgCommon {
  type: 'CfgSkill';
  name: string;
}
export interface CfgAgentGroup extends CfgCommon {
  type: 'CfgAgentGroup';
  name: string;
  agentDBIDs: number[];
  managerDBIDs: number[];
}
export interface CfgPlaceGroup extends CfgCommon {
  type: 'CfgPlaceGroup';
  name: string;
  placeDBIDs: number[];
}
/** Queues and route points that count as one, at whichever switches. */
export interface CfgDNGroup extends CfgCommon {
  type: 'CfgDNGroup';
  name: string;
  dnDBIDs: number[];
}
/**
 * A queue, a type of workbin, or how much an agent may have at once. In the annex, section `queue`: `delivery` is `route` (offered to agents) or
 * `hold` (only pulled from); section `capacity`: the number by medium.
 */
export interface CfgScript extends CfgCommon {
  type: 'CfgScript';
  name: string;
  scriptType: 'InteractionQueue' | 'InteractionWorkBin' | 'CapacityRule';
}
export interface CfgActionCode extends CfgCommon {
  type: 'CfgActionCode';
  name: string;
  codeType: 'Login' | 'Logout' | 'Ready' | 'NotReady' | 'Transfer' | 'Conference';
  code: string;
  subcodes: { name: string; code: string }[];
}
export interface CfgTransaction extends CfgCommon {
  type: 'CfgTransaction';
  name: string;
  alias: string;
  transactionType: 'List' | 'CallData' | 'BusinessAttribute' | 'StatFilter' | 'StatType' | 'Macro';
}
/** A business attribute with its values. */
export interface CfgEnumerator extends CfgCommon {
  type: 'CfgEnumerator';
  name: string;
  displayName: string;
  description: string;
  values: { dbid: number; name: string; displayName: string; description: string; isDefault: boolean }[];
}
export type ApplicationType =
  'TServer' | 'StatServer' | 'ConfigServer' | 'InteractionServer' | 'ContactServer' | 'ChatServer' | 'GenericClient' | 'GenericServer';
export interface CfgConnection {
  applicationDBID: number;
  connProtocol: 'addp' | 'none';
  timeoutLocalS: number;
  timeoutRemoteS: number;
  /** Location of the connection's server, in its parameters: equal-or-ancestor of the client's location, most specific first; absent = anywhere. */
  location?: string;
}
export interface CfgApplication extends CfgCommon {
  type: 'CfgApplication';
  name: string;
  appType: ApplicationType;
  version: string;
  isServer: boolean;
  isPrimary: boolean;
  redundancyType: 'none' | 'cold' | 'warm' | 'hot';
  serverInfo?: { host: string; port: number; backupServerDBID?: number; timeoutS: number; attempts: number };
  appServers: CfgConnection[];
  /** Sections of options. */
  options: KvList;
}
export type CfgObject =
  | CfgTenant
  | CfgSwitch
  | CfgDN
  | CfgPerson
  | CfgPlace
  | CfgAgentGroup
  | CfgApplication
  | CfgSkill
  | CfgActionCode
  | CfgAgentLogin
  | CfgTransaction
  | CfgEnumerator
  | CfgPlaceGroup
  | CfgDNGroup
  | CfgScript;
export type CfgObjectOf<T extends CfgObjectType> = Extract<CfgObject, { type: T }>;

/** Requests to a Configuration Server. `referenceID` as in T-Library. */
export type CfgRequest =
  | {
      messageName: 'RequestRegisterClient';
      referenceID: number;
      applicationName: string;
      applicationPassword?: string;
      userName?: string;
      userPassword?: string;
    }
  /** Answered by EventObjectsRead chunks of at most 500 objects, then EventObjectsSent. */
  | {
      messageName: 'RequestReadObjects';
      referenceID: number;
      objectType: CfgObjectType;
      filter?: Readonly<Record<string, string | number | boolean>>;
    }
  | { messageName: 'RequestAuthenticate'; referenceID: number; tenantName?: string; userName: string; userPassword: string }
  | { messageName: 'RequestChangePassword'; referenceID: number; userName: string; oldPassword: string; newPassword: string }
  | {
      messageName: 'RequestRegisterNotification';
      referenceID: number;
      subscriptions: { objectType: CfgObjectType | 'all'; dbid?: number }[];
      fromSequence?: number;
    }
  | { messageName: 'RequestCreateObject'; referenceID: number; object: Omit<CfgObject, 'dbid'> }
  | {
      messageName: 'RequestUpdateObject';
      referenceID: number;
      objectType: CfgObjectType;
      dbid: number;
      changes: Readonly<Record<string, unknown>>;
    }
  | { messageName: 'RequestDeleteObject'; referenceID: number; objectType: CfgObjectType; dbid: number };

export type CfgEvent =
  | {
      messageName: 'EventClientRegistered';
      referenceID: number;
      serverName: string;
      serverRole: 'Primary' | 'Backup';
      isMaster: boolean;
      sequence: number;
    }
  /** To every client, when the server's role changes. */
  | { messageName: 'EventPrimaryChanged'; serverRole: 'Primary' | 'Backup' }
  | { messageName: 'EventObjectsRead'; referenceID: number; objects: CfgObject[] }
  | { messageName: 'EventObjectsSent'; referenceID: number; count: number; sequence: number }
  | { messageName: 'EventAuthenticated'; referenceID: number; personDBID: number }
  | { messageName: 'EventPasswordChanged'; referenceID: number }
  /** Every change after `fromSequence` up to `sequence` has been sent before it; with `gap` some are no longer known: read again. */
  | { messageName: 'EventNotificationRegistered'; referenceID: number; sequence: number; gap: boolean }
  | { messageName: 'EventObjectCreated'; referenceID?: number; sequence: number; object: CfgObject }
  /** A delta: only changed fields. */
  | {
      messageName: 'EventObjectUpdated';
      referenceID?: number;
      sequence: number;
      objectType: CfgObjectType;
      dbid: number;
      changes: Readonly<Record<string, unknown>>;
    }
  | { messageName: 'EventObjectDeleted'; referenceID?: number; sequence: number; objectType: CfgObjectType; dbid: number }
  | {
      messageName: 'EventError';
      referenceID: number;
      errorCode:
        | 'NotRegistered'
        | 'InvalidAttribute'
        | 'ObjectNotFound'
        | 'InvalidCredentials'
        | 'AlreadyExists'
        | 'NotPrimary'
        | 'PasswordExpired'
        | 'TooManyAttempts';
      errorMessage: string;
    };
