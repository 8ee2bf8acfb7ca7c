import type { KvList } from './kv.ts';

/**
 * T-Library messages as JSON, in the manner of the Platform SDK's serialisation: `messageName` plus camel-case attributes.
 * A request carries `referenceID` (int, chosen by the client, unique per connection); the event that answers it, or `EventError`, echoes it.
 * Unsolicited events carry none. `connID` is 16 hex digits; `callUuid` 32 characters. Times are epoch milliseconds.
 */
export type CallType = 'Unknown' | 'Internal' | 'Inbound' | 'Outbound' | 'Consult';
export type CallState =
  | 'Ok'
  | 'Transferred'
  | 'Conferenced'
  | 'GeneralError'
  | 'SystemError'
  | 'RemoteRelease'
  | 'Busy'
  | 'NoAnswer'
  | 'SitInvalidnum'
  | 'Abandoned'
  | 'Redirected'
  | 'Forwarded'
  | 'Consult'
  | 'Held';
export type DnRole =
  | 'RoleOrigination'
  | 'RoleDestination'
  | 'RoleConferenceMember'
  | 'RoleNewParty'
  | 'RoleAddedBy'
  | 'RoleDeletedBy'
  | 'RoleTransferredBy'
  | 'RoleDeletedParty'
  | 'RoleConferencedBy'
  | 'RoleObserver';
export type WorkMode = 'Unknown' | 'ManualIn' | 'AutoIn' | 'AfterCallWork' | 'AuxWork' | 'LegalGuard' | 'NoCallDisconnect' | 'WalkAway';
export type RegisterMode = 'ModeShare' | 'ModeMonitor';
export type AgentStateWire = 'LoggedOut' | 'LoggedIn' | 'Ready' | 'NotReady';
export type RecordingState = 'Stopped' | 'Recording' | 'Paused';
/** How a supervisor takes part in a monitored call: nobody hears them, the agent alone does, everybody does. */
export type MonitorMode = 'Mute' | 'Coach' | 'Connect';
/** One standing wish of a supervisor to hear the calls of a DN. */
export interface MonitoringWire {
  targetDN: string;
  mode: MonitorMode;
  /** The next call only, or every one until it is stopped. */
  next: 'OneCall' | 'AllCalls';
  /** `Agent`: out of the call when the agent leaves it. `Call`: in it to its end. */
  scope: 'Call' | 'Agent';
}

/** What a caller hears while the call waits. `Busy` ends the call. */
export type TreatmentType = 'Music' | 'RingBack' | 'Silence' | 'Announcement' | 'Busy';

export type TlibRequestName =
  | 'RequestRegisterClient'
  | 'RequestQueryServer'
  | 'RequestRegisterAddress'
  | 'RequestUnregisterAddress'
  | 'RequestQueryAddress'
  | 'RequestQueryCall'
  | 'RequestAgentLogin'
  | 'RequestAgentLogout'
  | 'RequestAgentReady'
  | 'RequestAgentNotReady'
  | 'RequestSetDNDOn'
  | 'RequestSetDNDOff'
  | 'RequestCallForwardSet'
  | 'RequestCallForwardCancel'
  | 'RequestMakeCall'
  | 'RequestAnswerCall'
  | 'RequestReleaseCall'
  | 'RequestClearCall'
  | 'RequestHoldCall'
  | 'RequestRetrieveCall'
  | 'RequestRedirectCall'
  | 'RequestInitiateTransfer'
  | 'RequestCompleteTransfer'
  | 'RequestMuteTransfer'
  | 'RequestSingleStepTransfer'
  | 'RequestInitiateConference'
  | 'RequestCompleteConference'
  | 'RequestSingleStepConference'
  | 'RequestDeleteFromConference'
  | 'RequestAlternateCall'
  | 'RequestReconnectCall'
  | 'RequestMergeCalls'
  | 'RequestAttachUserData'
  | 'RequestUpdateUserData'
  | 'RequestDeletePair'
  | 'RequestDeleteUserData'
  | 'RequestSendDtmf'
  | 'RequestDistributeUserEvent'
  | 'RequestRouteCall'
  | 'RequestApplyTreatment'
  | 'RequestStartCallMonitoring'
  | 'RequestStopCallMonitoring'
  | 'RequestStartRecording'
  | 'RequestStopRecording'
  | 'RequestPauseRecording'
  | 'RequestResumeRecording';

export type TlibEventName =
  | 'EventServerInfo'
  | 'EventLinkConnected'
  | 'EventLinkDisconnected'
  | 'EventPrimaryChanged'
  | 'EventError'
  | 'EventACK'
  | 'EventRegistered'
  | 'EventUnregistered'
  | 'EventAddressInfo'
  | 'EventPartyInfo'
  | 'EventAgentLogin'
  | 'EventAgentLogout'
  | 'EventAgentReady'
  | 'EventAgentNotReady'
  | 'EventDNDOn'
  | 'EventDNDOff'
  | 'EventForwardSet'
  | 'EventForwardCancel'
  | 'EventDNOutOfService'
  | 'EventDNBackInService'
  | 'EventQueued'
  | 'EventRouteRequest'
  | 'EventRouteUsed'
  | 'EventDiverted'
  | 'EventTreatmentApplied'
  | 'EventTreatmentEnd'
  | 'EventAbandoned'
  | 'EventRinging'
  | 'EventDialing'
  | 'EventNetworkReached'
  | 'EventDestinationBusy'
  | 'EventEstablished'
  | 'EventHeld'
  | 'EventRetrieved'
  | 'EventReleased'
  | 'EventPartyChanged'
  | 'EventPartyAdded'
  | 'EventPartyDeleted'
  | 'EventAttachedDataChanged'
  | 'EventDtmfSent'
  | 'EventUserEvent'
  | 'EventCallInfoChanged'
  | 'EventMonitoringNextCall'
  | 'EventMonitoringCancelled';

/** Attributes of requests; which are required is the server's table (`simulator/sip/requests.ts`) and each is checked there. */
export interface TlibRequest {
  messageName: TlibRequestName;
  referenceID: number;
  /** RegisterClient. */
  applicationName?: string;
  applicationPassword?: string;
  thisDN?: string;
  /** AgentLogin. */
  agentID?: string;
  thisQueue?: string;
  agentWorkMode?: WorkMode;
  /** RegisterAddress: a monitor only looks; an agent is not there because a monitor is. Default ModeShare. */
  registerMode?: RegisterMode;
  connID?: string;
  /** The held call of Complete*, Alternate, Reconnect; the other call of Merge. */
  otherConnID?: string;
  otherDN?: string;
  /** The DN to drop of DeleteFromConference; the DN to watch of StartCallMonitoring, which changes the manner of a monitored call when it names that (`connID`). */
  targetDN?: string;
  location?: string;
  key?: string;
  dtmfDigits?: string;
  /** ApplyTreatment. */
  treatmentType?: TreatmentType;
  callUuid?: string;
  userData?: KvList;
  reasons?: KvList;
  /** `handover` = kvlist {node: str, epoch: int} on every command of an origin. */
  extensions?: KvList;
}

/** One party of a call as another party or a late client sees it. */
export interface PartyWire {
  dn: string;
  role: DnRole;
  /** A supervisor who monitors the call. */
  monitorMode?: MonitorMode;
}

/** A call as the snapshot of EventRegistered / EventAddressInfo / EventPartyInfo describes it, from the asked DN's leg. */
export interface CallSnapshotWire {
  connID: string;
  callUuid: string;
  callType: CallType;
  /** State of the asked DN's own leg. */
  legState: 'Dialing' | 'Ringing' | 'Established' | 'Held';
  thisDNRole: DnRole;
  /** The asked DN monitors the call. */
  monitorMode?: MonitorMode;
  /** The main call of a consult call. */
  parentConnID?: string;
  parties: PartyWire[];
  ani?: string;
  dnis?: string;
  thisQueue?: string;
  userData: KvList;
  recordingState: RecordingState;
  /** When the leg came to be, epoch ms. */
  startedAt: number;
}

/** The DN's state in EventRegistered and EventAddressInfo. */
export interface DnSnapshotWire {
  agentID?: string;
  agentState: AgentStateWire;
  agentWorkMode: WorkMode;
  reasons: KvList;
  dnd: boolean;
  forwardTo?: string;
  inService: boolean;
  /** Whose calls this DN's supervisor asked to hear. */
  monitoring?: MonitoringWire[];
  calls: CallSnapshotWire[];
}

export interface TlibEvent {
  messageName: TlibEventName;
  referenceID?: number;
  /** Rises by one per connection with each event; a gap means a lost event. */
  eventSequenceNumber: number;
  time: number;
  server: string;
  /** EventServerInfo: role and capabilities; EventPrimaryChanged: the new role. */
  serverRole?: 'Primary' | 'Backup';
  switchName?: string;
  serverVersion?: string;
  /** EventServerInfo: whether an agent stays logged in when its clients vanish. */
  keepsAgentsOnDisconnect?: boolean;
  thisDN?: string;
  thisDNRole?: DnRole;
  /** This DN monitors the call. */
  monitorMode?: MonitorMode;
  /** EventMonitoringNextCall. */
  monitoring?: MonitoringWire;
  thisQueue?: string;
  agentID?: string;
  agentWorkMode?: WorkMode;
  reasons?: KvList;
  connID?: string;
  previousConnID?: string;
  /** The main call of a consult call. */
  parentConnID?: string;
  callUuid?: string;
  callType?: CallType;
  callState?: CallState;
  otherDN?: string;
  otherDNRole?: DnRole;
  thirdPartyDN?: string;
  thirdPartyDNRole?: DnRole;
  /** All other parties after the event, never thisDN. On every call event. */
  parties?: PartyWire[];
  ani?: string;
  dnis?: string;
  userData?: KvList;
  extensions?: KvList;
  recordingState?: RecordingState;
  forwardTo?: string;
  dtmfDigits?: string;
  /** EventTreatmentApplied, EventTreatmentEnd. */
  treatmentType?: TreatmentType;
  errorCode?: number;
  errorMessage?: string;
  /** EventRegistered, EventAddressInfo. */
  dn?: DnSnapshotWire;
  /** EventPartyInfo. */
  call?: CallSnapshotWire;
}

/** T-Server error numbers in use (EventError.errorCode), with the text sent. */
export const tlibErrors = {
  unsupported: { errorCode: 40, errorMessage: 'Unsupported operation' },
  unknownDn: { errorCode: 59, errorMessage: 'DN is not configured in CME' },
  notRegistered: { errorCode: 41, errorMessage: 'Unable to register' },
  invalidAgent: { errorCode: 70, errorMessage: 'Invalid agent login' },
  invalidPassword: { errorCode: 72, errorMessage: 'Incorrect password' },
  agentBusy: { errorCode: 506, errorMessage: 'Agent is already logged in' },
  notLoggedIn: { errorCode: 506, errorMessage: 'Agent is not logged in' },
  invalidState: { errorCode: 56, errorMessage: 'Invalid Call_ID or state' },
  unknownCall: { errorCode: 50, errorMessage: 'Unknown call' },
  invalidDestination: { errorCode: 415, errorMessage: 'Invalid Destination DN' },
  missingAttribute: { errorCode: 53, errorMessage: 'Incorrect attribute' },
  staleEpoch: { errorCode: 1140, errorMessage: 'Stale epoch' },
} as const;
