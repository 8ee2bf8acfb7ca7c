import type { KvList, RecordingState } from '../../genesys/index.ts';

/** Messages on the CometD channels of the Workspace API. */
export const channels = {
  initialization: '/workspace/v3/initialization',
  voice: '/workspace/v3/voice',
  media: '/workspace/v3/media',
  topics: '/workspace/v3/media/topics',
  contacts: '/workspace/v3/contacts',
} as const;

export type CallStateWire = 'Ringing' | 'Dialing' | 'Established' | 'Held' | 'Released' | 'Completed';
export type CallNotification = 'StateChange' | 'ParticipantsUpdated' | 'AttachedDataChanged' | 'CallRecovered' | 'CallRecordingStateChange';

export interface ParticipantWire {
  number: string;
  role: string;
}

export interface CallWire {
  /** Equal to `connId`. */
  id: string;
  connId: string;
  callUuid: string;
  /** The id this call had before a transfer or merge changed it. */
  previousConnId?: string;
  /** The main call of a consult call. */
  parentConnId?: string;
  /** The agent's own number. */
  phoneNumber: string;
  ani?: string;
  dnis?: string;
  callType: 'Inbound' | 'Outbound' | 'Internal' | 'Consult' | 'Unknown';
  state: CallStateWire;
  /** The other parties, never the agent's own number. */
  participants: ParticipantWire[];
  capabilities: string[];
  recordingState: RecordingState;
  userData: KvList;
  extensions: KvList;
  /** Whole seconds since the agent's leg came to be, up to its release. */
  duration: number;
  supervisorListeningIn: boolean;
  /** How the supervisor takes part: on the monitored agent's call and on the supervisor's own. */
  supervisorMonitoringState?: 'Mute' | 'Coach' | 'Connect';
}

export interface DnWire {
  number: string;
  switchName: string;
  agentId: string;
  agentState: 'LoggedIn' | 'LoggedOut' | 'Ready' | 'NotReady' | 'OutOfService';
  agentWorkMode: string;
  dnd: boolean;
  forwardTo: string;
  reasons: KvList;
  available: boolean;
  /** When the state came to be, epoch ms. */
  timestamp: number;
  capabilities: string[];
}

export interface CallStateChangedWire {
  messageType: 'CallStateChanged';
  notificationType: CallNotification;
  operationId?: string;
  call: CallWire;
}
export interface DnStateChangedWire {
  messageType: 'DnStateChanged';
  operationId?: string;
  dn: DnWire;
}
export interface UserEventWire {
  messageType: 'EventUserEvent';
  operationId?: string;
  userData: KvList;
  callUuid?: string;
}
export interface EventErrorWire {
  messageType: 'EventError';
  operationId?: string;
  error: { errorCode: number; errorMessage: string };
}
export interface MonitoringStateChangedWire {
  messageType: 'MonitoringStateChanged';
  operationId?: string;
  state: 'MonitoringNextCall' | 'MonitoringCancelled';
  phoneNumber?: string;
  /** With MonitoringNextCall. */
  monitoringMode?: 'Mute' | 'Coach' | 'Connect';
  monitoringNextCallType?: 'OneCall' | 'AllCalls';
  monitoringScope?: 'Call' | 'Agent';
}
export interface ServiceStateChangedWire {
  messageType: 'ServiceStateChanged';
  serviceName: 'VOICE' | 'IXN' | 'UCS' | 'STATS';
  serviceState: 'AVAILABLE' | 'UNAVAILABLE';
}
export type VoiceMessageWire =
  CallStateChangedWire | DnStateChangedWire | UserEventWire | EventErrorWire | MonitoringStateChangedWire | ServiceStateChangedWire;

/** What one desktop of the agent published to the others. */
export interface TopicEventWire {
  messageType: 'EventUserEvent';
  operationId: string;
  topic: string;
  eventContent: KvList;
}

export interface MediaChannelWire {
  name: string;
  state: 'Ready' | 'NotReady' | 'LoggedOut';
  dnd: boolean;
  available: boolean;
  reasons: KvList;
  activity: string;
  timestamp: number;
}
export interface ChannelStateChangedWire {
  messageType: 'ChannelStateChanged';
  operationId?: string;
  media: { channels: MediaChannelWire[] };
}

export interface InitializationCompleteWire {
  messageType: 'WorkspaceInitializationComplete';
  state: 'Complete' | 'Failed';
  submittedAt: string;
  executionTime: number;
  actualWaitTime: number;
  data: { user: UserWire; configuration: ConfigurationWire };
}

export interface UserWire {
  dbid: number;
  userName: string;
  employeeId: string;
  firstName: string;
  lastName: string;
  agentLogin?: string;
  defaultPlace?: string;
  userProperties: KvList | Record<string, unknown>;
}

export interface ActionCodeWire {
  name: string;
  code: string;
  type: string;
  subCodes: { name: string; code: string }[];
  userProperties: KvList | Record<string, unknown>;
}
export interface BusinessAttributeWire {
  id: number;
  name: string;
  displayName: string;
  description: string;
  values: { id: number; name: string; displayName: string; description: string; default: boolean }[];
  userProperties: KvList | Record<string, unknown>;
}
export interface AgentGroupWire {
  DBID: number;
  name: string;
  settings: Record<string, Record<string, string>>;
}
export interface TransactionWire {
  name: string;
  alias: string;
  userProperties: KvList | Record<string, unknown>;
}
export interface ConfigurationWire {
  actionCodes?: ActionCodeWire[];
  settings?: KvList | Record<string, unknown>;
  agentGroups?: AgentGroupWire[];
  monitorableAgentGroups?: AgentGroupWire[];
  businessAttributes?: BusinessAttributeWire[];
  transactions?: TransactionWire[];
}
